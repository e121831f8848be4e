"""What moderators can change about a reply and its discussion."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ..replies.models import Reply
from ..replies.tags import TAG_NAMES
from .action_kind import REPLY, ActionKind, Options, Told
from .forms import MoveForm, ProposalForm, SlowForm, TagForm, TitleForm
from .models import NothingToDo

FIXED = {"tags_fixed": True}
"""Added by the kinds that decide on the tags."""


def chosen(reply: Reply) -> dict[str, Any]:
    """Return that no tag of the reply is assumed any more, where one was."""
    return {"assumed": []} if reply.assumed else {}


def retag(reply: Reply, options: Options) -> dict[str, Any]:
    """Correct the tags of a proposal."""
    tags = {name: options[name] for name in TAG_NAMES}
    differs = any(getattr(reply, name) != tag for name, tag in tags.items())
    return tags | FIXED | chosen(reply) if differs or reply.assumed else tags


def to_comment(reply: Reply, _options: Options) -> dict[str, Any]:
    """Take the lever off; votes keep their rows and count for nothing until it has one again."""
    return dict.fromkeys((*TAG_NAMES, "title", "trade_off")) | FIXED | chosen(reply)


def to_proposal(reply: Reply, options: Options) -> dict[str, Any]:
    """Give a comment a lever and a title, and a place of its own with what was said below it."""
    tags = {name: options[name] for name in (*TAG_NAMES, "title")}
    place = {} if reply.parent_id is None else {"parent_id": None}
    return {**tags, **place, **FIXED, "stance": None}


def move(reply: Reply, options: Options) -> dict[str, Any]:
    """Let it answer another essay, with its votes and its discussion."""
    if options["essay_id"] == reply.essay_id:
        raise NothingToDo
    return {"essay_id": options["essay_id"]}


def is_proposal(reply: Reply) -> bool:
    """Say whether the reply names a lever, and is not part of another."""
    return reply.is_proposal and reply.status != "merged"


def begins(reply: Reply) -> bool:
    """Say whether a discussion hangs on this reply, rather than it being part of one."""
    return reply.thread_id is None and reply.status != "merged"


ON_REPLIES = (
    ActionKind(
        "retag",
        REPLY,
        _l("Tags changed"),
        _l("Change the tags"),
        retag,
        is_proposal,
        "t",
        tells=(Told.AUTHOR,),
        form=TagForm,
        tags=True,
    ),
    ActionKind(
        "edit_title",
        REPLY,
        _l("Title edited for clarity"),
        _l("Edit the title"),
        lambda _reply, options: {"title": options["title"]},
        is_proposal,
        "e",
        tells=(Told.AUTHOR,),
        form=TitleForm,
        withdraws=True,
    ),
    ActionKind(
        "to_comment",
        REPLY,
        _l("Turned into a comment"),
        _l("Turn into a comment"),
        to_comment,
        is_proposal,
        "c",
        tells=(Told.AUTHOR,),
        tags=True,
    ),
    ActionKind(
        "to_proposal",
        REPLY,
        _l("Turned into a proposal"),
        _l("Turn into a proposal"),
        to_proposal,
        lambda reply: not reply.is_proposal and reply.status != "merged",
        "p",
        tells=(Told.AUTHOR,),
        form=ProposalForm,
        tags=True,
    ),
    ActionKind(
        "move",
        REPLY,
        _l("Moved to another essay"),
        _l("Move to another essay"),
        move,
        begins,
        "m",
        tells=(Told.AUTHOR, Told.PARTICIPANTS),
        happened="moved",
        unhappened="moved",
        form=MoveForm,
    ),
    ActionKind(
        "lock",
        REPLY,
        _l("Discussion locked"),
        _l("Lock the discussion"),
        lambda _reply, _options: {"locked": True},
        lambda reply: begins(reply) and not reply.locked,
        "l",
        tells=(Told.AUTHOR,),
    ),
    ActionKind(
        "unlock",
        REPLY,
        _l("Discussion unlocked"),
        _l("Unlock the discussion"),
        lambda _reply, _options: {"locked": False},
        lambda reply: begins(reply) and reply.locked,
        "l",
        tells=(Told.AUTHOR,),
    ),
    ActionKind(
        "slow",
        REPLY,
        _l("Discussion slowed"),
        _l("Slow the discussion"),
        lambda _reply, options: {"slow_minutes": options["minutes"]},
        begins,
        "s",
        tells=(Told.AUTHOR,),
        form=SlowForm,
    ),
    ActionKind(
        "unslow",
        REPLY,
        _l("Discussion no longer slowed"),
        _l("Stop slowing it"),
        lambda _reply, _options: {"slow_minutes": 0},
        lambda reply: begins(reply) and reply.slow_minutes > 0,
        "s",
        tells=(Told.AUTHOR,),
    ),
    ActionKind(
        "feature",
        REPLY,
        lazy_pgettext("log", "Featured"),
        _l("Feature"),
        lambda _reply, _options: {"featured": True},
        lambda reply: reply.is_proposal and reply.status == "visible" and not reply.featured,
        "f",
        tells=(Told.AUTHOR,),
    ),
    ActionKind(
        "unfeature",
        REPLY,
        _l("No longer featured"),
        _l("Stop featuring it"),
        lambda _reply, _options: {"featured": False},
        lambda reply: bool(reply.featured),
        "f",
        tells=(Told.AUTHOR,),
    ),
)
