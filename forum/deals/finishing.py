"""What the worker does for deals: nothing that came due by the clock alone is left unwritten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from ..db import db, looking, now
from ..essays.models import Essay, essay_for_update
from ..replies.models import Reply
from .holding import before_votes, begin_holds, end_hold, for_update, held
from .models import Deal, deal_of
from .settling import settle
from .writing_dues import supported, undue

MOST = 50
"""Proposals in one transaction."""
IN_FORCE = and_(Deal.essay_id == Essay.id, Deal.version == Essay.deal_version)


def write_next() -> bool:
    """Write the dues of some proposals whose hold has run out; say whether there were any."""
    found = run_out()
    if not found:
        return False
    essay_id, before = found[0]
    query = select(Reply).where(Reply.essay_id == essay_id, Reply.held_since <= before)
    replies = list(db.session.scalars(for_update(query.limit(MOST))))
    for reply in replies:
        rule = before_votes(reply)
        if rule is None or rule.is_due or not rule.is_met(reply):
            end_hold(reply)
    db.session.commit()
    return bool(replies)


def run_out() -> list[tuple[int, datetime]]:
    """Return the discussions in which a hold has run out, and when it began at the latest."""
    still = Reply.held_since.is_not(None), Essay.settled_at.is_(None), Deal.hold_days.is_not(None)
    named = (Essay.id, Deal.hold_days, Essay.paused_at, Essay.closes_at)
    query = select(*named, func.min(Reply.held_since)).select_from(Reply)
    query = query.join(Essay, Essay.id == Reply.essay_id).join(Deal, IN_FORCE)
    query = query.where(*still).group_by(*named).order_by(Essay.id)
    with looking() as connection:
        rows = connection.execute(query).all()
    found = []
    for essay_id, days, *ends, since in rows:
        latest = min([now(), *filter(None, ends)]) - timedelta(days=days or 0)
        if since is not None and since <= latest:
            found.append((essay_id, latest))
    return found


def settle_next() -> bool:
    """Apply the rules for the closing of a discussion that is over; say whether there was one."""
    over = or_(Essay.stored_state == "closed", Essay.closes_at <= now())
    waits = Essay.deal_version.is_not(None), Essay.settled_at.is_(None)
    query = select(Essay.id).where(*waits, Essay.stored_state != "draft", over)
    with looking() as connection:
        number = connection.scalar(query.order_by(Essay.id).limit(1))
    if number is None:
        return False
    held(number)
    essay = essay_for_update(number)
    if essay is None or essay.settled_at is not None or not essay.is_over:
        db.session.rollback()
        return False
    settle(essay)
    db.session.commit()
    return True


def begin_next() -> bool:
    """Begin holds that nothing began (``begin_holds``); say whether there were any."""
    for essay_id, bound, voters in watched_discussions():
        unheld = undue(essay_id), supported(bound, voters), Reply.held_since.is_(None)
        with looking() as connection:
            there = connection.scalar(select(Reply.id).where(*unheld).limit(1))
        essay = db.session.get(Essay, essay_id) if there is not None else None
        deal = deal_of(essay) if essay and essay.is_open else None
        if essay is not None and deal is not None and begin_holds(essay, deal, MOST):
            db.session.commit()
            return True
        db.session.rollback()
    return False


def watched_discussions() -> list[tuple[int, float, int]]:
    """Return the open discussions whose deal has a hold, with its bound and number of voters."""
    query = (
        select(Essay.id, Deal.bound, Deal.voters)
        .join(Deal, IN_FORCE)
        .where(
            Essay.stored_state == "open",
            Essay.settled_at.is_(None),
            Essay.paused_at.is_(None),
            or_(Essay.closes_at.is_(None), Essay.closes_at > now()),
            Deal.hold_days.is_not(None),
        )
    )
    with looking() as connection:
        return [(number, bound or 1, voters) for number, bound, voters in connection.execute(query)]
