"""Who may decide in a discussion on setting votes aside, and how much waits for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer, joinedload

from ..accounts.models import HAS_ROLE, Moderator, User
from ..db import db, now
from ..essays.models import Essay
from ..votes.asides import Aside, AsidePerson, AsideState

DECIDED = 50
"""Decisions that are listed, the last first."""


def others_who_decide(essay_id: int, but: Collection[int | None]) -> list[int]:
    """Return who may decide there: by their role or because they moderate it, but for some."""
    here = Moderator.user_id == User.id, Moderator.essay_id == essay_id
    made = select(Moderator.user_id).where(*here).exists()
    free = or_(User.suspended_until.is_(None), User.suspended_until <= now())
    query = select(User.id).where(or_(HAS_ROLE, made), free, User.email.is_not(None))
    return sorted(set(db.session.scalars(query)) - set(but))


def within(user: User) -> list[ColumnElement[bool]]:
    """Return the conditions of the decisions that a person may see: of what they moderate."""
    if user.role != "reader":
        return []
    return [Aside.essay_id.in_(user.moderated_essays)]


APPEALED = (
    AsidePerson.appealed_at.is_not(None),
    AsidePerson.answered_at.is_(None),
    Aside.state == AsideState.AGREED,
)
"""The conditions of an appeal that waits for its answer."""


def asides_waiting(user: User) -> int:
    """Return how many proposals and appeals wait for somebody, among those the person may see."""
    proposed = select(func.count()).where(Aside.state == AsideState.PROPOSED, *within(user))
    appealed = select(func.count()).select_from(AsidePerson).join(Aside, of_person())
    appealed = appealed.where(*APPEALED, *within(user))
    both = select(proposed.scalar_subquery() + appealed.scalar_subquery())
    return int(db.session.scalar(both) or 0)


def of_person() -> ColumnElement[bool]:
    """Return the condition that joins a person to the decision about them."""
    return Aside.id == AsidePerson.aside_id


def proposed(user: User) -> Sequence[Aside]:
    """Return what waits for a second person, the oldest first."""
    return listed(user, Aside.state == AsideState.PROPOSED, order=Aside.id)


def appealed(user: User) -> Sequence[AsidePerson]:
    """Return the appeals that wait for an answer, the oldest first."""
    query = select(AsidePerson).join(Aside, of_person()).where(*APPEALED, *within(user))
    essay = joinedload(AsidePerson.aside).joinedload(Aside.essay)
    loads = essay.options(defer(Essay.body), defer(Essay.body_html)), joinedload(AsidePerson.user)
    return db.session.scalars(query.options(*loads).order_by(AsidePerson.appealed_at)).all()


def decided(user: User) -> Sequence[Aside]:
    """Return what was decided, the last first."""
    query = Aside.state != AsideState.PROPOSED
    return listed(user, query, order=Aside.id.desc(), most=DECIDED)


def listed(user: User, *which: ColumnElement[bool], order: Any, most: int = 500) -> Sequence[Aside]:
    """Return some decisions that a person may see, with who made them."""
    loads = joinedload(Aside.proposed_by), joinedload(Aside.decided_by)
    essay = joinedload(Aside.essay).options(defer(Essay.body), defer(Essay.body_html))
    query = select(Aside).where(*which, *within(user)).options(*loads, essay)
    return db.session.scalars(query.order_by(order).limit(most)).all()
