"""What the style page shows of deals: a deal in words, and an answer that is due."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from ..bodies.models import Body
from ..db import now
from ..deals.models import Deal, DealBody
from ..deals.plain_words import DealTold, sentences
from ..replies.models import Reply

DAY = date(2027, 1, 12)


def sample_deal(proposal: Reply) -> dict[str, Any]:
    """Return a deal in words, and a due of each kind that a list can hold."""
    body = Body(names={"en": "Ministry of Social Services", "fr": "Ministère des Services sociaux"})
    named = DealBody(body=body, agreement="agreed", source="Their letter")
    deal = Deal(days=60, bound=0.8, voters=50, hold_days=7, at_closing=True, in_brief=False)
    deal.bodies = [named]
    return {
        "told": DealTold(sentences(deal), 6),
        "deal_dues": [
            sample_due(proposal, body, due_on=DAY + timedelta(days=60)),
            sample_due(proposal, body, due_on=DAY - timedelta(days=2)),
            sample_due(proposal, body, due_on=DAY, still_since=DAY - timedelta(days=9)),
        ],
        "due_day": DAY,
    }


def sample_due(proposal: Reply, body: Body, **changes: Any) -> Any:
    """Return an answer that is due, as a list shows it."""
    usual = {
        "stands_on": proposal,
        "stands_on_id": proposal.id,
        "reply_id": proposal.id,
        "essay_id": proposal.essay_id,
        "body": body,
        "rule": "bound",
        "support": 46,
        "oppose": 2,
        "neutral": 2,
        "version": 1,
        "agreed": True,
        "at": now(),
        "first_due_on": DAY,
        "still_since": None,
        "voided_at": None,
        "has_fallen_below": False,
    }
    due = SimpleNamespace(**{**usual, **changes})
    due.is_overdue = lambda day: due.due_on < day
    return due
