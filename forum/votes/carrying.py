"""Carrying votes over from a proposal to its successor, so that every voter counts once there.

The votes on the proposal that is merged stay where they are, untouched: the successor gets copies
that say where they come from. Giving them back is taking those copies away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from ..db import db
from ..replies.models import Reply
from .counting import Counted, counted, counted_votes
from .models import Vote
from .setting_aside import counted_anew, every_vote
from .who_voted import THEN


@dataclass(frozen=True)
class Carriage:
    """What carrying the votes over would come to."""

    before: Counted
    """The successor's counts as they are."""
    after: Counted
    carried: int
    """Voters who have no vote on the successor yet."""
    own: int
    """Voters on both: their own vote on the successor stands."""
    of_author: bool
    """Whether the successor's author voted on the other; nobody votes on their own proposal."""

    @property
    def voters(self) -> int:
        """How many distinct people's votes the successor would have."""
        return self.after.support + self.after.oppose + self.after.neutral


def newcomers(source: Reply, target: Reply) -> tuple[Any, ...]:
    """Return the conditions of the source's votes whose owners have, and may have, a new one."""
    there = aliased(Vote)
    voted = select(there.user_id).where(there.reply_id == target.id)
    return (
        Vote.reply_id == source.id,
        Vote.user_id != target.author_id,
        Vote.user_id.not_in(voted),
    )


def carriage(source: Reply, target: Reply) -> Carriage:
    """Return what carrying over would come to; nothing is changed."""
    query = select(Vote.value, func.count()).where(*newcomers(source, target)).group_by(Vote.value)
    new = {str(value): int(number) for value, number in db.session.execute(query)}
    before = counted_votes([target.id])[target.id]
    names = ("support", "oppose", "neutral")
    numbers = {name: getattr(before, name) + new.get(name, 0) for name in names}
    carried = before.carried + sum(new.values())
    after = counted(**numbers, earlier=before.earlier, carried=carried)
    on_source = select(func.count()).where(Vote.reply_id == source.id)
    of_author = db.session.scalar(on_source.where(Vote.user_id == target.author_id)) or 0
    own = (db.session.scalar(on_source) or 0) - sum(new.values()) - of_author
    return Carriage(before, after, sum(new.values()), own, bool(of_author))


def carry_votes(source: Reply, target: Reply) -> None:
    """Copy the votes of those who have none on the target; the rows of both replies are held."""
    held = counted_anew({target.id: target}, redraw=False)
    with held, every_vote([source.id, target.id]):
        copy_votes(source, target)


def copy_votes(source: Reply, target: Reply, *among: ColumnElement[bool]) -> None:
    """Let the target have copies of these votes; nothing is counted yet."""
    copies = select(
        literal(target.id),
        Vote.user_id,
        literal(target.essay_id),
        Vote.value,
        literal(target.version),
        Vote.voted_at,
        THEN,
        literal(source.id),
    ).where(*newcomers(source, target), *among)
    columns = ["reply_id", "user_id", "essay_id", "value", "version", "voted_at"]
    columns += ["first_at", "carried_from_id"]
    db.session.execute(insert(Vote).from_select(columns, copies, include_defaults=False))


def return_votes(source: Reply, target: Reply) -> None:
    """Take away the copies; what people voted on the target themselves meanwhile stays.

    Whoever voted on another proposal that is merged into the target keeps that vote there instead.
    """
    others = select(Reply.id).where(Reply.merged_into_id == target.id, Reply.id != source.id)
    merged = db.session.scalars(others.order_by(Reply.id)).all()
    held = counted_anew({target.id: target}, redraw=False)
    with held, every_vote([target.id, *merged]):
        take_copies_away(source, target, merged)


def take_copies_away(source: Reply, target: Reply, merged: Sequence[int]) -> None:
    """Take away the copies, or let them be of another merged proposal; nothing is counted yet."""
    copies = Vote.reply_id == target.id, Vote.carried_from_id == source.id
    for other_id in merged:
        theirs = aliased(Vote)
        its = theirs.reply_id == other_id, theirs.user_id == Vote.user_id
        value, moment = (
            select(column).where(*its).scalar_subquery()
            for column in (theirs.value, theirs.voted_at)
        )
        instead = update(Vote).where(*copies, select(theirs.user_id).where(*its).exists())
        instead = instead.values(value=value, voted_at=moment, carried_from_id=other_id)
        db.session.execute(instead, execution_options={"synchronize_session": False})
    db.session.execute(delete(Vote).where(*copies))
