"""Writing that an answer is due: once a proposal and discussion, whoever comes to it first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import joinedload

from ..db import db, now, upsert
from ..essays.models import Essay
from ..replies.models import Reply
from ..web.dates import day_of
from .due_events import tell_of_due
from .models import Deal, Due
from .routing import body_for

STILL = frozenset({"hidden", "waiting"})
"""The status of proposals whose days stand still: nobody can read what should be answered."""


def took_sides() -> ColumnElement[bool]:
    """Return the condition of every rule: at least half of a proposal's voters took a side."""
    return Reply.support + Reply.oppose >= Reply.neutral


def supported(bound: float, voters: int) -> ColumnElement[bool]:
    """Return the condition that a proposal's votes meet a bound, as it is shown on cards."""
    counted = Reply.support + Reply.oppose + Reply.neutral
    return and_(Reply.top >= bound, counted >= voters, took_sides())


def undue(essay_id: int) -> ColumnElement[bool]:
    """Return the condition that a proposal is shown in a discussion and has no due there yet."""
    due = exists().where(Due.reply_id == Reply.id, Due.essay_id == essay_id)
    return and_(
        Reply.essay_id == essay_id, Reply.lever.is_not(None), Reply.status == "visible", ~due
    )


def day_due(deal: Deal, at: datetime) -> date:
    """Return the day by which a proposal is to be answered that meets the deal at a moment."""
    return day_of(at) + timedelta(days=deal.days or 0)


def write_due(reply: Reply, deal: Deal, rule: str, at: datetime) -> Due | None:
    """Write that an answer to a proposal has been due since a moment; nothing where it is already.

    Its votes and its text are taken as they stand, so the caller has not changed them yet.
    Those who took part are told, and who is to answer.
    """
    if deal.days is None:
        return None
    body, due_on = body_for(deal.bodies, reply), day_due(deal, at)
    stands_still = reply.status in STILL or reply.essay.paused_at is not None
    row = upsert(Due).values(
        essay_id=reply.essay_id,
        reply_id=reply.id,
        version=reply.version,
        deal_id=deal.id,
        rule=rule,
        support=reply.support,
        oppose=reply.oppose,
        neutral=reply.neutral,
        body_id=body.body_id,
        agreed=body.has_agreed,
        at=at,
        written_at=now(),
        first_due_on=due_on,
        due_on=due_on,
        stands_on_id=reply.id,
        still_since=day_of(at) if stands_still else None,
    )
    once = row.on_conflict_do_nothing(index_elements=["reply_id", "essay_id"])
    number = db.session.scalar(once.returning(Due.id))
    if number is None:
        return None
    due = db.session.get_one(Due, number)
    tell_of_due(due, reply)
    return due


def due_by_brief(reply_ids: Iterable[int], at: datetime) -> list[Due]:
    """Write the dues of the proposals that a brief now holds, where their deal says so."""
    written = [write_due(reply, deal, "brief", at) for reply, deal in met_by_brief(reply_ids)]
    return [due for due in written if due]


def met_by_brief(reply_ids: Iterable[int]) -> list[tuple[Reply, Deal]]:
    """Return those of these proposals that come due by standing in a brief, with their deals."""
    due = exists().where(Due.reply_id == Reply.id, Due.essay_id == Reply.essay_id)
    query = (
        select(Reply, Deal)
        .join(Essay, Essay.id == Reply.essay_id)
        .join(Deal, and_(Deal.essay_id == Essay.id, Deal.version == Essay.deal_version))
        .where(Reply.id.in_(list(reply_ids)), Reply.lever.is_not(None), ~due)
        .where(Deal.in_brief, took_sides())
        .options(joinedload(Reply.essay))
        .order_by(Reply.id)
    )
    return [(reply, deal) for reply, deal in db.session.execute(query)]
