"""What answers add to the forum's registers: pages, work by the days, and what people are told."""

from __future__ import annotations

from ..events.audiences import Audience, People
from ..events.subjects import Details
from . import commands
from .announcing import (
    BODIES,
    details_of_answers,
    details_of_dues,
    details_of_promises,
    seat_holders,
)
from .answering_views import bp as answering_pages
from .body_views import bp as bodies_pages
from .draft_views import bp as drafts_pages
from .exported import OUTCOMES
from .ledger_views import bp as ledger_pages
from .many_views import bp as many_pages
from .recording_views import bp as recording_pages
from .timing import ask_whether_done, tell_of_due_days, tell_of_late_promises
from .views import bp as answers_pages

__all__ = ["BODIES", "DETAILS", "OUTCOMES", "PAGES", "SPEAKING", "WORK", "commands"]

PAGES = (
    answers_pages,
    answering_pages,
    drafts_pages,
    many_pages,
    recording_pages,
    bodies_pages,
    ledger_pages,
)
WORK = (tell_of_due_days, tell_of_late_promises, ask_whether_done)
SPEAKING: dict[Audience, People] = {Audience.SEATS: seat_holders}
DETAILS: dict[str, Details] = {
    "answered": details_of_answers,
    "acknowledged": details_of_answers,
    "promise_kept": details_of_promises,
    "promise_late": details_of_promises,
    **dict.fromkeys(("rule_met", "due", "due_soon", "due_today", "overdue"), details_of_dues),
}
