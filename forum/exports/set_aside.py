"""How many of the votes on proposals are set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from ..votes.asides import AsideVote


def asides_of(connection: Connection, ids: Sequence[int]) -> dict[int, Counter[str]]:
    """Return how many votes of each value are set aside on each of these proposals."""
    found: dict[int, Counter[str]] = {reply_id: Counter() for reply_id in ids}
    counted = select(AsideVote.reply_id, AsideVote.value, func.count())
    counted = counted.where(AsideVote.reply_id.in_(ids))
    for reply_id, value, number in connection.execute(
        counted.group_by(AsideVote.reply_id, AsideVote.value)
    ):
        found[reply_id][value] = int(number)
    return found
