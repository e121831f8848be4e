"""What is told of a due as it is written: those who took part hear of it, and who is to answer."""

from __future__ import annotations

from typing import Any

from ..events.recording import record
from ..replies.models import Reply
from .models import Due


def facts_of(due: Any) -> dict[str, Any]:
    """Return what events say of a due, or of its columns: who answers by when, whether agreed."""
    return {"body_id": due.body_id, "due_on": due.due_on.isoformat(), "agreed": due.agreed}


def tell_of_due(due: Due, reply: Reply) -> None:
    """Record that a proposal has met the deal, and that an answer of the body is due."""
    for kind, people in (("rule_met", [reply.author_id]), ("due", [])):
        record(
            kind,
            ("reply", reply.id),
            essay_id=due.essay_id,
            part_id=due.id,
            to=people,
            facts=facts_of(due),
            key=f"{kind}:{due.id}",
        )
