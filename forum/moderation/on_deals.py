"""What is done about deals and dues once a discussion is open: each with its reason in the log.

The fields of these kinds are no columns: the terms of a deal, the versions that changed the wording
only, the dues that are voided. Each is read and put back as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from ..db import now
from ..deals.changing import set_deal
from ..deals.models import deal_of, dues_on
from ..deals.terms import Terms
from ..deals.voiding import has_due, void_dues, voided_dues
from ..deals.wording import mark_wording, wording_only
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.earlier import begin_text_anew
from .action_kind import ESSAY, REPLY, ActionKind, Options, Told
from .decision import Decision


class DealChange(ActionKind):
    """The kind of action that gives a discussion other terms, as a new version of its deal."""

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return the terms in force; nothing where nothing is promised."""
        terms = Terms.of(deal_of(subject))
        return {name: terms.as_json() if terms else None for name in names}

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Say these terms from now on; where nothing was promised, that nothing is."""
        for kept in values.values():
            terms = Terms.from_json(kept) if kept else Terms()
            set_deal(subject, terms, decision.by, decision.note)


class WordingOnly(ActionKind):
    """The kind of action by which edits of a proposal end no hold."""

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return the versions marked so."""
        return {name: wording_only(subject) for name in names}

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Mark exactly these versions."""
        for numbers in values.values():
            mark_wording(subject, numbers)
            begin_text_anew(subject)


class VoidDue(ActionKind):
    """The kind of action by which an answer is due no more."""

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return the dues that are voided."""
        return {name: voided_dues(subject) for name in names}

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Void exactly these dues."""
        for numbers in values.values():
            void_dues(subject, numbers)


def pause(_essay: Essay, options: Options) -> dict[str, Any]:
    """Let nobody write or vote for now, and the days of what is due stand still."""
    return {"paused_at": now(), "paused_because": options["because"]}


def newest_is_wording(reply: Reply, _options: Options) -> dict[str, Any]:
    """Say that the newest version changed the wording only."""
    return {"wording_only": sorted({*wording_only(reply), reply.version})}


def was_reworded(reply: Reply) -> bool:
    """Say whether a proposal was edited, where that matters to a hold or to votes of before."""
    if not reply.is_proposal or reply.version == 1:
        return False
    matters = reply.essay.deal_version is not None or reply.earlier > 0
    return matters and reply.version not in wording_only(reply)


ON_DEALS = (
    DealChange(
        "deal",
        ESSAY,
        _l("Deal changed"),
        _l("Change the deal"),
        lambda _essay, options: {"deal": options["deal"]},
        tells=(Told.PARTICIPANTS,),
        happened="deal_changed",
        unhappened="deal_changed",
        by_facilitators=True,
    ),
    ActionKind(
        "pause",
        ESSAY,
        _l("Discussion paused"),
        _l("Pause the discussion"),
        pause,
        lambda essay: bool(essay.state != "draft" and essay.paused_at is None),
        tells=(Told.PARTICIPANTS,),
        happened="paused",
        unhappened="resumed",
        by_facilitators=True,
    ),
    ActionKind(
        "resume",
        ESSAY,
        _l("Discussion goes on"),
        _l("Let the discussion go on"),
        lambda _essay, _options: {"paused_at": None, "paused_because": ""},
        lambda essay: essay.paused_at is not None,
        tells=(Told.PARTICIPANTS,),
        happened="resumed",
        unhappened="paused",
        by_facilitators=True,
    ),
    WordingOnly(
        "wording",
        REPLY,
        _l("Found to be a change of wording only"),
        _l("The last edit changed the wording only"),
        newest_is_wording,
        was_reworded,
        tells=(Told.AUTHOR,),
    ),
    VoidDue(
        "void_due",
        REPLY,
        _l("An answer is due no more"),
        _l("Void what is due"),
        lambda reply, _options: {"voided_dues": [due.id for due in dues_on(reply.id)]},
        has_due,
        tells=(Told.AUTHOR,),
    ),
)
