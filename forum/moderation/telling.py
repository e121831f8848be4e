"""Whom the forum tells of a decision: on what they wrote, reported, published or took part in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, union
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..events.kinds import KINDS_BY_NAME
from ..events.models import Event, Notice, Thing
from ..events.recording import record
from ..replies.announcing import announce
from ..replies.models import Reply
from .action_kind import ActionKind, Told
from .models import Action, Report
from .on_votes import voters_told
from .quoted import quotations_of


def tell(kind: ActionKind, action: Action, done: bool = True) -> None:
    """Tell of an action, or of its undoing (not ``done``), whomever its kind names."""
    for each in kind.tells:
        if each in TOLD_WHAT_HAPPENED:
            TOLD_WHAT_HAPPENED[each](action, kind.happened if done else kind.unhappened)
        else:
            TELLING[each](action)


def record_decision(kind: str, action: Action, people: Iterable[int | None] = ()) -> None:
    """Record what an action is to people whom it concerns; whoever did it is not told."""
    record(
        kind,
        thing_of(action),
        essay_id=action.essay_id,
        part_id=action.id,
        by=db.session.get(User, action.by_id) if action.by_id else None,
        to=people,
        but=[action.user_id],
        key=f"{kind}:{action.id}",
        at=action.at,
    )


def thing_of(action: Action) -> Thing:
    """Return what an action was about."""
    if action.reply_id is not None:
        return "reply", action.reply_id
    if action.user_id is not None:
        return "person", action.user_id
    return "essay", action.essay_id or 0


def tell_author(action: Action) -> None:
    """Tell the person acted upon, unless it was their own doing."""
    if action.user_id is not None and action.user_id != action.by_id:
        record_decision("moderated", action, [action.user_id])


def tell_waiting_author(action: Action) -> None:
    """Tell the author whose reply this shows, or after all does not; and then who hears of it."""
    if "status" not in action.after:
        return
    tell_author(action)
    reply = db.session.get(Reply, action.reply_id)
    if reply is not None and reply.status == "visible":
        announce(reply)


def tell_reporters(action: Action) -> None:
    """Tell everyone whose report the action decided what came of it; and everyone who was told of
    an earlier decision on the same reply, so that what they read last is what holds."""
    decided = select(Report.reporter_id).where(Report.action_id == action.id)
    told = (
        select(Notice.user_id)
        .join(Event, Event.id == Notice.event_id)
        .where(
            Event.kind == "report_decided",
            Event.subject_kind == "reply",
            Event.subject_id == action.reply_id,
        )
    )
    if people := list(db.session.scalars(union(decided, told))):
        record_decision("report_decided", action, people)


def tell_quoters(action: Action) -> None:
    """Tell whoever published something that quotes the reply, unless it was their own doing."""
    quotations = quotations_of(action.reply_id) if action.reply_id else []
    if people := {each.by_id for each in quotations if each.by_id}:
        record_decision("quote_decided", action, people)


def tell_participants(action: Action, happened: str) -> None:
    """Have those told who took part in a proposal or a discussion; a comment has no such crowd."""
    reply = db.session.get(Reply, action.reply_id) if action.reply_id is not None else None
    if reply is None or reply.is_proposal:
        record_decision(happened, action)


def tell_voters(action: Action, happened: str) -> None:
    """Tell everyone whose votes an action is about that they do not count, or count again."""
    record_decision(happened, action, voters_told(action))


TOLD_WHAT_HAPPENED = {Told.PARTICIPANTS: tell_participants, Told.VOTERS: tell_voters}
TELLING = {
    Told.AUTHOR: tell_author,
    Told.WAITING_AUTHOR: tell_waiting_author,
    Told.REPORTERS: tell_reporters,
    Told.QUOTERS: tell_quoters,
}


def actions_told(events: Iterable[Event]) -> dict[int, Action]:
    """Return the actions that these events tell of, by number, with what they are shown with."""
    numbers = {each.part_id for each in events if KINDS_BY_NAME[each.kind].part_is == "action"}
    loads = (
        joinedload(Action.reply).joinedload(Reply.thread),
        joinedload(Action.essay),
        joinedload(Action.by),
        joinedload(Action.undoes),
    )
    query = select(Action).where(Action.id.in_(numbers)).options(*loads)
    return {action.id: action for action in db.session.scalars(query)}
