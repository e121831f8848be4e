"""What people said about proposals: comments counted by stance, and the two that speak loudest.

Comments carry no votes. The strongest supporting (or challenging) comment is the one that the most
different people answered, its own author not counted; among equals, the one that has stood longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from ..accounts.models import User
from ..replies.models import Reply
from ..replies.tags import Stance


@dataclass(frozen=True)
class Comment:
    """One comment as an export shows it."""

    id: int
    body: str
    author: str


@dataclass
class CommentsOn:
    """What was said about one proposal."""

    counts: Counter[str] = field(default_factory=Counter)
    strongest: dict[Stance, Comment] = field(default_factory=dict)


def discussions(connection: Connection, ids: Sequence[int]) -> dict[int, CommentsOn]:
    """Return what was said about each of these proposals, in two queries."""
    found = {reply_id: CommentsOn() for reply_id in ids}
    counted = (
        select(Reply.thread_id, Reply.stance, func.count())
        .where(Reply.thread_id.in_(ids), Reply.status == "visible")
        .group_by(Reply.thread_id, Reply.stance)
    )
    for thread_id, stance, number in connection.execute(counted):
        found[cast(int, thread_id)].counts[stance or ""] = int(number)
    spoken = [reply_id for reply_id, said in found.items() if said.counts]
    for row in connection.execute(strongest(spoken)) if spoken else ():
        comment = Comment(row.id, row.body, row.name)
        found[row.thread_id].strongest[Stance(row.stance)] = comment
    return found


def strongest(ids: Sequence[int]) -> Any:
    """Return the query of the strongest supporting and challenging comment on each proposal."""
    answer = aliased(Reply)
    answers = (
        select(func.count(answer.author_id.distinct()))
        .where(
            answer.thread_id == Reply.thread_id,
            answer.parent_id == Reply.id,
            answer.status == "visible",
            answer.author_id != Reply.author_id,
        )
        .correlate(Reply)
        .scalar_subquery()
    )
    place = func.row_number().over(
        partition_by=(Reply.thread_id, Reply.stance), order_by=(answers.desc(), Reply.id)
    )
    ranked = (
        select(Reply.id, place.label("place"))
        .where(
            Reply.thread_id.in_(ids),
            Reply.status == "visible",
            Reply.stance.in_([Stance.SUPPORT.value, Stance.CHALLENGE.value]),
        )
        .subquery()
    )
    return (
        select(Reply.id, Reply.thread_id, Reply.stance, Reply.body, User.name)
        .join(ranked, ranked.c.id == Reply.id)
        .join(User, User.id == Reply.author_id)
        .where(ranked.c.place == 1)
    )
