"""What letters say of moderators' decisions; pages show the action itself."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from ..events.kinds import KINDS
from ..events.models import Event
from ..replies.reasons import REASON_LABELS, Reason
from .acting import name_in_log
from .changes import changes_of
from .models import Action
from .telling import actions_told

DECISIONS = tuple(kind.name for kind in KINDS if kind.part_is == "action")
"""The kinds of events that are decisions of moderators."""


def details_of_decisions(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return what was decided and why."""
    found = actions_told(events)
    return {
        event.id: in_sentences(found[event.part_id])
        for event in events
        if event.part_id is not None and event.part_id in found
    }


def in_sentences(action: Action) -> list[str]:
    """Return what an action did, its reason, and its note, in the language in use."""
    reason = REASON_LABELS[Reason(action.reason)]
    said = _("%(what)s. The reason: %(reason)s.", what=name_in_log(action), reason=reason)
    return [said, *changes_of(action), *([action.note] if action.note else [])]
