"""Reading the fields of a reply, an essay or a person as an action keeps them, and putting them
back by the verbs that keep every count beside them true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from ..accounts.models import User
from ..db import db
from ..deals.following import follow_discussion
from ..essays.models import Essay
from ..essays.opening import change_discussion
from ..replies.changing import change_reply
from ..replies.models import Reply
from ..votes.room_votes import settle_moved
from ..votes.setting_aside import move_votes
from .decision import Decision
from .models import Report

OF_THE_AUTHOR = frozenset({"approved_at"})
"""Fields that an action on a reply changes on its author."""


def read(subject: Reply | Essay | User, names: Iterable[str]) -> dict[str, Any]:
    """Return the present values, moments as text with their zone."""
    return {name: as_json(getattr(owner(subject, name), name)) for name in names}


def owner(subject: Reply | Essay | User, name: str) -> Reply | Essay | User:
    """Return what carries the field."""
    return subject.author if isinstance(subject, Reply) and name in OF_THE_AUTHOR else subject


def as_json(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value


def from_json(name: str, value: Any) -> Any:
    """Return a value as the column takes it."""
    is_moment = name.endswith(("_at", "_until")) and isinstance(value, str)
    return datetime.fromisoformat(value) if is_moment else value


def put(subject: Reply | Essay | User, values: Mapping[str, Any], decision: Decision) -> None:
    """Give the fields these values and keep what follows from them true."""
    given = {name: from_json(name, value) for name, value in values.items()}
    if isinstance(subject, Reply):
        put_reply(subject, given, decision)
    elif isinstance(subject, Essay):
        paused_at = subject.paused_at
        change_discussion(subject, given, decision.by, decision.note)
        follow_discussion(subject, paused_at)
    else:
        set_all(subject, given)
    db.session.flush()


def set_all(subject: Any, values: Mapping[str, Any]) -> None:
    """Set plain columns."""
    for name, value in values.items():
        setattr(subject, name, value)


def put_reply(reply: Reply, values: dict[str, Any], decision: Decision) -> None:
    """Change a reply and its author; votes and reports stay with a reply that moves."""
    set_all(reply.author, {name: values.pop(name) for name in OF_THE_AUTHOR & values.keys()})
    if not values:
        return
    change_reply(reply, values, decision.by, decision.note)
    if "essay_id" in values:
        move_votes(reply)
        settle_moved(reply)
        discussion = select(Reply.id).where((Reply.id == reply.id) | (Reply.thread_id == reply.id))
        theirs = update(Report).where(Report.reply_id.in_(discussion))
        db.session.execute(theirs.values(essay_id=reply.essay_id))
