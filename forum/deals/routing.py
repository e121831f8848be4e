"""Which of the bodies that a deal names answers a proposal: one, told by what it can pull."""

from __future__ import annotations

from collections.abc import Sequence

from ..replies.models import Reply
from ..settings.jurisdictions import ANY
from .models import DealBody


def body_for(named: Sequence[DealBody], reply: Reply) -> DealBody:
    """Return the first body that answers the proposal's lever and its jurisdiction.

    Where no body answers both it is the first that answers the lever, then the first of all: a
    proposal that met the deal always has somebody who owes the answer.
    """
    by_lever = [each for each in named if each.lever in {None, reply.lever}]
    ours = [each for each in by_lever if reaches(each, reply)]
    return next(iter(ours or by_lever or named))


def reaches(named: DealBody, reply: Reply) -> bool:
    """Say whether a body can pull a lever there; where either says nothing, it can."""
    theirs = reply.jurisdiction or ANY
    ours = named.body.jurisdiction or ANY
    return ANY in {ours, theirs} or ours == theirs
