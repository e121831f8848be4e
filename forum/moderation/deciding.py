"""Deciding on a case as it was seen: nothing happens to one that changed or that another holds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from ..accounts.models import User
from ..replies.models import Reply
from ..replies.reviews import review_of
from .acting import act
from .action_kind import ActionKind, Options
from .decision import Decision
from .merging import MERGE, check_merge
from .models import Action
from .seen import check_seen


class Held(ValueError):
    """Another moderator is looking at it."""

    def __init__(self, holder: User) -> None:
        super().__init__(holder.name)
        self.holder = holder


def decide(
    kind: ActionKind,
    reply: Reply,
    decision: Decision,
    options: Options | None = None,
    state: str = "",
) -> Action:
    """Act on a reply whose row is held, unless its case changed since this state was shown.

    An empty state means that whatever stands there is meant. Raises Held and StaleDecision.
    """
    check_hold(reply, decision.by)
    return act_as_seen(kind, reply, decision, options, state)


def act_as_seen(
    kind: ActionKind,
    subject: Any,
    decision: Decision,
    options: Options | None = None,
    state: str = "",
) -> Action:
    """Act on a subject whose row is held; raise StaleDecision where it is in another state."""
    check_seen(subject, state)
    return act(kind, subject, decision, options)


def check_hold(reply: Reply, by: User | None) -> None:
    """Raise Held where another moderator is looking at the reply."""
    review = review_of(reply)
    if review is not None and by is not None and (holder := review.holder(by)):
        raise Held(holder)


def merge(
    source: Reply, target: Reply, decision: Decision, state: str = "", target_state: str = ""
) -> Action:
    """Merge one proposal into another, unless one of the cases changed since it was shown.

    Both rows are held. Raises CannotMerge where they cannot be merged, Held and StaleDecision.
    """
    check_merge(source, target)
    check_hold(target, decision.by)
    check_seen(target, target_state)
    options = {"target_id": target.id}
    return decide(MERGE, source, decision, options, state)


def why_not(error: Any) -> str:
    """Return the sentence that says why nothing was done."""
    if isinstance(error, Held):
        return _("%(name)s is looking at this now.", name=error.holder.name)
    nothing = _("There is nothing to do: it is already so, or it has changed in the meantime.")
    return str(error) or nothing
