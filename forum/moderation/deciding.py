"""Deciding on a reply as it was seen: nothing happens to one that changed or that another holds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from ..accounts.models import User
from ..replies.models import Reply
from ..replies.reviews import review_of
from .acting import act
from .action_kind import ActionKind, Options
from .decision import Decision
from .merging import MERGE, CannotMerge, check_merge
from .models import Action


class Held(ValueError):
    """Another moderator is looking at it."""

    def __init__(self, holder: User) -> None:
        super().__init__(holder.name)
        self.holder = holder


class StaleDecision(ValueError):
    """The reply is not in the version on which the decision was made."""


def decide(
    kind: ActionKind,
    reply: Reply,
    decision: Decision,
    options: Options | None = None,
    version: str = "",
) -> Action:
    """Act on a reply whose row is held, unless it changed since ``version`` was shown.

    An empty version means that whatever stands there is meant.
    """
    check_hold(reply, decision.by)
    if version and version != str(reply.version):
        raise StaleDecision
    return act(kind, reply, decision, options)


def check_hold(reply: Reply, by: User | None) -> None:
    """Raise Held where another moderator is looking at the reply."""
    review = review_of(reply)
    if review is not None and by is not None and (holder := review.holder(by)):
        raise Held(holder)


def merge(
    source: Reply, target: Reply, decision: Decision, version: str = "", target_version: str = ""
) -> Action:
    """Merge one proposal into another, unless one of them changed since these versions were shown.

    Both rows are held. Raises CannotMerge where the two cannot be merged, Held and Stale.
    """
    check_merge(source, target)
    check_hold(target, decision.by)
    if target_version and target_version != str(target.version):
        raise StaleDecision
    options = {"target_id": target.id}
    return decide(MERGE, source, decision, options, version)


def why_not(error: Any) -> str:
    """Return the sentence that says why nothing was done."""
    if isinstance(error, CannotMerge):
        return str(error)
    if isinstance(error, Held):
        return _("%(name)s is looking at this now.", name=error.holder.name)
    if isinstance(error, StaleDecision):
        return _("It was changed after you opened it. Nothing was done; read it again.")
    return _("There is nothing to do: it is so already, or has changed meanwhile.")
