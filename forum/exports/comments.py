"""What people said about proposals: comments counted by stance. None is quoted by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from ..replies.models import Reply


def comments_by_stance(connection: Connection, ids: Sequence[int]) -> dict[int, Counter[str]]:
    """Return how many comments of each stance stand on each of these proposals."""
    found: dict[int, Counter[str]] = {reply_id: Counter() for reply_id in ids}
    counted = (
        select(Reply.thread_id, Reply.stance, func.count())
        .where(Reply.thread_id.in_(ids), Reply.status == "visible")
        .group_by(Reply.thread_id, Reply.stance)
    )
    for thread_id, stance, number in connection.execute(counted):
        found[cast(int, thread_id)][stance or ""] = int(number)
    return found
