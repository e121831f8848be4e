"""A line of the public log for programs: what a stranger may know of an action, and no more.

The feed and the JSON are made from it; docs/moderation.md names the fields. Private notes, the
words of replies that not everyone may read, and withheld names are not in it for anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin

from ..essays.models import Essay
from ..permissions import can_see, can_see_essay
from ..replies.models import Reply
from .acting import name_in_log
from .changes import as_data
from .log import name_of, names_shown
from .models import Action

STRANGER = AnonymousUserMixin()


def shown_essay(action: Action) -> Essay | None:
    """Return the essay concerned, where everyone may read it."""
    essay = action.essay
    return essay if essay is not None and can_see_essay(STRANGER, essay) else None


def shown_reply(reply: Reply | None) -> Reply | None:
    """Return the reply where everyone may read it, or at least its address."""
    if reply is None or not can_see(STRANGER, reply):
        return None
    return reply if can_see_essay(STRANGER, reply.essay) else None


def title_of(reply: Reply) -> str:
    """Return what a reply is called where it is named; a merged one only as such."""
    if reply.status == "merged":
        return _("A merged proposal")
    return reply.title or _("A comment")


def subject_in_words(action: Action) -> str:
    """Return what the action was about."""
    essay, reply = shown_essay(action), shown_reply(action.reply)
    if reply is not None and essay is not None:
        return title_of(reply)
    if action.reply_id is not None:
        return _("A reply")
    if action.essay_title and action.subject:
        return _("A reply that was deleted since")
    if action.essay_title:
        return essay.title if essay else _("A discussion")
    return action.user.name if action.user else _("A person whose account was deleted since")


def in_words(action: Action) -> str:
    """Return the action as one line: what was done to what."""
    return _("%(name)s: %(value)s", name=name_in_log(action), value=subject_in_words(action))


def by(action: Action) -> str | None:
    """Return the moderator's name, where the site shows names and it was a moderator."""
    return (name_of(action) or None) if names_shown() else None


def address(action: Action) -> str:
    """Return the address of the line in the log, the same for ever."""
    anchor = f"action-{action.id}"
    path = url_for("moderation.log", before=action.id + 1, _anchor=anchor)
    return f"{current_app.config['BASE_URL']}{path}"


def as_json(action: Action) -> dict[str, Any]:
    """Return the line as data; what is not for everyone is null."""
    essay, reply, target = shown_essay(action), shown_reply(action.reply), action.target
    return {
        "id": action.id,
        "url": address(action),
        "at": moment(action.at),
        "action": action.kind,
        "undoes": action.undoes_id,
        "in_words": in_words(action),
        "changes": as_data(action),
        "reason": action.reason,
        "note": action.note or None,
        "by": "moderator" if name_of(action) else "forum",
        "moderator": by(action),
        "essay": {"slug": essay.slug, "title": essay.title} if essay else None,
        "reply": of_reply(reply) if essay else None,
        "successor": of_reply(shown_reply(target)) if essay and target else None,
    }


def of_reply(reply: Reply | None) -> dict[str, Any] | None:
    """Return where a reply stands and what it is called; a merged or hidden one has no title."""
    if reply is None:
        return None
    path = url_for("reading.reply", reply_id=reply.thread_id or reply.id)
    anchor = f"#reply-{reply.id}" if reply.thread_id else ""
    return {
        "id": reply.id,
        "url": f"{current_app.config['BASE_URL']}{path}{anchor}",
        "title": None if reply.status == "merged" else reply.title,
    }


def moment(at: datetime) -> str:
    """Return a moment with its zone, to the second."""
    return at.isoformat(timespec="seconds")
