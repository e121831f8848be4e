"""Deciding on a reply as it was seen: nothing happens to one that changed or that another holds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from ..accounts.models import User
from ..replies.models import Reply
from ..replies.reasons import Reason
from ..replies.reviews import review_of
from .acting import act
from .kinds import KINDS, ActionKind, Options
from .merging import CannotMerge, check_merge
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
    by: User,
    because: Reason,
    note: str = "",
    private_note: str = "",
    options: Options | None = None,
    version: str = "",
) -> Action:
    """Act on a reply whose row is held, unless it changed since ``version`` was shown.

    An empty version means that whatever stands there is meant.
    """
    review = review_of(reply)
    if review is not None and (holder := review.holder(by)):
        raise Held(holder)
    if version and version != str(reply.version):
        raise StaleDecision
    return act(kind, reply, by, because, note, private_note, options)


def merge(
    source: Reply,
    target: Reply,
    by: User,
    because: Reason,
    note: str = "",
    private_note: str = "",
    version: str = "",
    target_version: str = "",
) -> Action:
    """Merge one proposal into another, unless one of them changed since these versions were shown.

    Both rows are held. Raises CannotMerge where the two cannot be merged, Held and Stale.
    """
    check_merge(source, target)
    review = review_of(target)
    if review is not None and (holder := review.holder(by)):
        raise Held(holder)
    if target_version and target_version != str(target.version):
        raise StaleDecision
    options = {"target_id": target.id}
    return decide(KINDS["merge"], source, by, because, note, private_note, options, version)


def why_not(error: Any) -> str:
    """Return the sentence that says why nothing was done."""
    if isinstance(error, CannotMerge):
        return str(error)
    if isinstance(error, Held):
        return _("%(name)s is looking at this now.", name=error.holder.name)
    if isinstance(error, StaleDecision):
        return _("It was changed after you opened it. Nothing was done; read it again.")
    return _("There is nothing to do: it is so already, or has changed meanwhile.")
