"""Dues that a moderator's action voids: they stay in every total, and are called late no more."""

from __future__ import annotations

from collections.abc import Iterable

from ..db import db, now
from ..replies.models import Reply
from .models import dues_on


def voided_dues(reply: Reply) -> list[int]:
    """Return the dues that stand on a proposal and are voided."""
    return [due.id for due in dues_on(reply.id) if due.voided_at is not None]


def has_due(reply: Reply) -> bool:
    """Say whether a due that is not voided stands on a reply."""
    return reply.is_proposal and any(due.voided_at is None for due in dues_on(reply.id))


def void_dues(reply: Reply, numbers: Iterable[int]) -> None:
    """Let exactly these of the dues on a proposal be voided."""
    wanted = set(numbers)
    for due in dues_on(reply.id):
        if (due.id in wanted) != (due.voided_at is not None):
            due.voided_at = now() if due.id in wanted else None
    db.session.flush()
