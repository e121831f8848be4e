"""What moderators can do to a reply and to its discussion."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ..db import now
from ..replies.models import Reply
from ..replies.reviews import review_of
from ..replies.withdrawing import until as is_withdrawn
from .kinds import REPLY, ActionKind, Options, register
from .models import NothingToDo


def vouched(reply: Reply) -> dict[str, Any]:
    """Return that the reply's author is vouched for from now on, where nobody had done so."""
    return {} if reply.author.approved_at else {"approved_at": now()}


def keep(reply: Reply, _options: Options) -> dict[str, Any]:
    """Let it stand; one that waits is published."""
    waits = {"status": "visible"} if reply.status == "waiting" else {}
    return {**waits, **vouched(reply)}


def restored(reply: Reply, _options: Options) -> dict[str, Any]:
    """Let it stand again: as its author left it, where they withdrew it before it was hidden."""
    status = "withdrawn" if is_withdrawn(reply) else "visible"
    return {"status": status, **vouched(reply)}


FIXED = {"tags_fixed": True}
"""Added where a moderator decides on the tags: from then on the author's edits leave them alone."""


def retag(reply: Reply, options: Options) -> dict[str, Any]:
    """Correct the tags of a proposal."""
    tags = {name: options[name] for name in ("lever", "jurisdiction", "ambition")}
    differs = any(getattr(reply, name) != tag for name, tag in tags.items())
    return tags | FIXED if differs else tags


def to_comment(reply: Reply, _options: Options) -> dict[str, Any]:
    """Take the lever off; votes keep their rows and count for nothing until it has one again."""
    return dict.fromkeys(("lever", "title", "jurisdiction", "ambition", "trade_off")) | FIXED


def to_proposal(reply: Reply, options: Options) -> dict[str, Any]:
    """Give a comment a lever and a title, and a place of its own with what was said below it."""
    tags = {name: options[name] for name in ("lever", "title", "jurisdiction", "ambition")}
    place = {} if reply.parent_id is None else {"parent_id": None}
    return {**tags, **place, **FIXED, "stance": None}


def move(reply: Reply, options: Options) -> dict[str, Any]:
    """Let it answer another essay, with its votes and its discussion."""
    if options["essay_id"] == reply.essay_id:
        raise NothingToDo
    return {"essay_id": options["essay_id"]}


def is_shown_or_waits(reply: Reply) -> bool:
    """Say whether the reply can be taken from sight."""
    return reply.status in {"visible", "waiting", "withdrawn"}


def is_proposal(reply: Reply) -> bool:
    """Say whether the reply names a lever, and is not part of another."""
    return reply.is_proposal and reply.status != "merged"


def begins(reply: Reply) -> bool:
    """Say whether a discussion hangs on this reply, rather than it being part of one."""
    return reply.thread_id is None and reply.status != "merged"


register(
    ActionKind(
        "keep",
        REPLY,
        _l("Kept"),
        _l("Keep"),
        keep,
        is_shown_or_waits,
        "k",
        decides=True,
        tells=False,
    ),
    ActionKind(
        "hide",
        REPLY,
        lazy_pgettext("log", "Hidden"),
        _l("Hide"),
        lambda _reply, _options: {"status": "hidden"},
        is_shown_or_waits,
        "h",
        decides=True,
    ),
    ActionKind(
        "ask_rewrite",
        REPLY,
        _l("Sent back for a rewrite"),
        _l("Ask for a rewrite"),
        lambda _reply, _options: {"status": "hidden"},
        is_shown_or_waits,
        "w",
        decides=True,
    ),
    ActionKind(
        "restore",
        REPLY,
        _l("Restored"),
        _l("Show it again"),
        restored,
        lambda reply: bool(reply.status == "hidden"),
        "r",
        decides=True,
    ),
    ActionKind(
        "uphold",
        REPLY,
        _l("Left hidden"),
        _l("Leave it hidden"),
        lambda _reply, _options: {},
        lambda reply: reply.status == "hidden" and review_of(reply) is not None,
        "u",
        decides=True,
    ),
    ActionKind(
        "retag",
        REPLY,
        _l("Tagged anew"),
        _l("Change the tags"),
        retag,
        is_proposal,
        "t",
        asks=("lever", "jurisdiction", "ambition"),
    ),
    ActionKind(
        "edit_title",
        REPLY,
        _l("Title edited for clarity"),
        _l("Edit the title"),
        lambda _reply, options: {"title": options["title"]},
        is_proposal,
        "e",
        asks=("title",),
    ),
    ActionKind(
        "to_comment",
        REPLY,
        _l("Turned into a comment"),
        _l("Turn into a comment"),
        to_comment,
        is_proposal,
        "c",
    ),
    ActionKind(
        "to_proposal",
        REPLY,
        _l("Turned into a proposal"),
        _l("Turn into a proposal"),
        to_proposal,
        lambda reply: not reply.is_proposal and reply.status != "merged",
        "p",
        asks=("title", "lever", "jurisdiction", "ambition"),
    ),
    ActionKind(
        "move",
        REPLY,
        _l("Moved to another essay"),
        _l("Move to another essay"),
        move,
        begins,
        "m",
        asks=("essay",),
    ),
    ActionKind(
        "lock",
        REPLY,
        _l("Discussion locked"),
        _l("Lock the discussion"),
        lambda _reply, _options: {"locked": True},
        lambda reply: begins(reply) and not reply.locked,
        "l",
    ),
    ActionKind(
        "unlock",
        REPLY,
        _l("Discussion unlocked"),
        _l("Unlock the discussion"),
        lambda _reply, _options: {"locked": False},
        lambda reply: begins(reply) and reply.locked,
        "l",
    ),
    ActionKind(
        "slow",
        REPLY,
        _l("Discussion slowed"),
        _l("Slow the discussion"),
        lambda _reply, options: {"slow_minutes": options["minutes"]},
        begins,
        "s",
        asks=("minutes",),
    ),
    ActionKind(
        "unslow",
        REPLY,
        _l("Discussion no longer slowed"),
        _l("Slow it no longer"),
        lambda _reply, _options: {"slow_minutes": 0},
        lambda reply: begins(reply) and reply.slow_minutes > 0,
        "s",
    ),
    ActionKind(
        "feature",
        REPLY,
        lazy_pgettext("log", "Featured"),
        _l("Feature"),
        lambda _reply, _options: {"featured": True},
        lambda reply: reply.is_proposal and reply.status == "visible" and not reply.featured,
        "f",
    ),
    ActionKind(
        "unfeature",
        REPLY,
        _l("No longer featured"),
        _l("Feature no longer"),
        lambda _reply, _options: {"featured": False},
        lambda reply: bool(reply.featured),
        "f",
    ),
)
