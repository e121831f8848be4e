"""What moderators decide about a reply that was reported, waits or was hidden."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ..db import now
from ..replies.models import Reply
from ..replies.reviews import review_of
from ..replies.withdrawing import final_from
from .action_kind import REPLY, ActionKind, Options, Told


def vouched(reply: Reply) -> dict[str, Any]:
    """Return that the reply's author is vouched for from now on, where nobody had done so."""
    return {} if reply.author.approved_at else {"approved_at": now()}


def keep(reply: Reply, _options: Options) -> dict[str, Any]:
    """Let it stand; one that waits is published."""
    waits = {"status": stands_as(reply)} if reply.status == "waiting" else {}
    return {**waits, **vouched(reply)}


def stands_as(reply: Reply) -> str:
    """Return the status of a reply that may stand: as its author left it."""
    return "withdrawn" if final_from(reply) else "visible"


def is_shown_or_waits(reply: Reply) -> bool:
    """Say whether the reply can be taken from sight."""
    return reply.status in {"visible", "waiting", "withdrawn"}


def restore(reply: Reply, _options: Options) -> dict[str, Any]:
    """Let it stand again."""
    return {"status": stands_as(reply), **vouched(reply)}


VERDICTS = (
    ActionKind(
        "keep",
        REPLY,
        _l("Kept"),
        _l("Keep"),
        keep,
        is_shown_or_waits,
        "k",
        tells=(Told.WAITING_AUTHOR, Told.REPORTERS),
        decides=True,
        lets_stand=True,
        in_bulk=_l("Keep all"),
        publishes=_l("Publish it"),
    ),
    ActionKind(
        "hide",
        REPLY,
        lazy_pgettext("log", "Hidden"),
        _l("Hide"),
        lambda _reply, _options: {"status": "hidden"},
        is_shown_or_waits,
        "h",
        tells=(Told.AUTHOR, Told.REPORTERS, Told.QUOTERS, Told.PARTICIPANTS),
        happened="hidden",
        unhappened="restored",
        decides=True,
        hides=True,
        withdraws=True,
        in_bulk=_l("Hide all"),
    ),
    ActionKind(
        "ask_rewrite",
        REPLY,
        _l("Sent back for a rewrite"),
        _l("Ask for a rewrite"),
        lambda _reply, _options: {"status": "hidden"},
        is_shown_or_waits,
        "w",
        tells=(Told.AUTHOR, Told.REPORTERS, Told.QUOTERS, Told.PARTICIPANTS),
        happened="hidden",
        unhappened="restored",
        decides=True,
        hides=True,
        withdraws=True,
        in_bulk=_l("Ask all for a rewrite"),
    ),
    ActionKind(
        "restore",
        REPLY,
        _l("Restored"),
        _l("Show it again"),
        restore,
        lambda reply: bool(reply.status == "hidden"),
        "r",
        tells=(Told.AUTHOR, Told.REPORTERS, Told.QUOTERS, Told.PARTICIPANTS),
        happened="restored",
        unhappened="hidden",
        decides=True,
        shows=True,
        lets_stand=True,
        in_bulk=_l("Show all again"),
    ),
    ActionKind(
        "uphold",
        REPLY,
        _l("Left hidden"),
        _l("Leave it hidden"),
        lambda _reply, _options: {},
        lambda reply: reply.status == "hidden" and review_of(reply) is not None,
        "u",
        tells=(Told.AUTHOR, Told.REPORTERS),
        decides=True,
    ),
)
