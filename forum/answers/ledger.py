"""The ledger: every due across the site, chosen by what is asked in its address, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ScalarSelect, Select, select

from ..bodies.models import Body
from ..db import db
from ..deals.models import Due
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.tags import JURISDICTION, LEVER
from ..web.pager import NumberedPage, number_typed
from .due_order import (
    newest_answered,
    newest_said,
    standings_in_order,
    standings_in_turn,
    urgent_dues,
)
from .due_sums import added_up, counted_by_day, has_late_promise, state_today
from .models import AnswerEdition, OfficialAnswer
from .standings import DUE_STATES, DueStanding, DueState
from .statuses import STATUSES, AnswerStatus
from .summaries import DueSummary

CHUNK = 500
"""Dues that a file has in hand at a time."""

LATE = "late"
STATES: Mapping[str, Any] = {
    **{state.value: words for state, words in DUE_STATES.items()},
    LATE: _l("Promise late"),
    **{status.value: row.label for status, row in STATUSES.items()},
}
"""What the ledger can be narrowed to by what became of a due, in words."""

ORDERS: Mapping[str, Any] = {
    "due": _l("By day due, overdue first"),
    "answered": _l("Newest answers first"),
}
FIELDS = ("status", "body", "essay", "lever", "jurisdiction", "order")


@dataclass(frozen=True)
class LedgerFilter:
    """Which dues, in which order; what is not known to the forum says nothing."""

    status: str = ""
    body: str = ""
    essay: str = ""
    lever: str = ""
    jurisdiction: str = ""
    order: str = "due"

    @classmethod
    def from_query(cls, args: Mapping[str, str]) -> LedgerFilter:
        """Return the filter that an address asks for."""
        asked = {name: args.get(name, "") for name in FIELDS if "\0" not in args.get(name, "")}
        known = cls(**{name: value for name, value in asked.items() if value})
        return replace(
            known,
            status=known.status if known.status in STATES else "",
            lever=known.lever if known.lever in LEVER else "",
            jurisdiction=known.jurisdiction if known.jurisdiction in JURISDICTION else "",
            order=known.order if known.order in ORDERS else "due",
        )

    def query(self) -> dict[str, str]:
        """Return the filter as an address asks for it."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {name: value for name, value in said.items() if (name, value) != ("order", "due")}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the database is asked of dues with the answers to them (see ``of_dues``)."""
        this = select(Reply.id).where(Reply.id == Due.stands_on_id).correlate(Due)
        hidden = this.join(Reply.essay).where(Essay.state == "draft", Reply.lever.is_not(None))
        found: list[ColumnElement[bool]] = [~hidden.exists()]
        if self.body:
            found.append(Due.body_id == body_number(self.body))
        if self.essay:
            found.append(Due.essay_id.in_(select(Essay.id).where(Essay.slug == self.essay)))
        for name in ("lever", "jurisdiction"):
            if value := getattr(self, name):
                found.append(this.where(getattr(Reply, name) == value).exists())
        if self.status:
            found.append(is_called(self.status))
        return found

    def numbers(self) -> Select[*tuple[Any, ...]]:
        """Return the query of the dues' numbers, ordered as asked."""
        ordered = newest_answered if self.order == "answered" else urgent_dues
        return ordered(*self.conditions())

    def rows(self) -> Iterator[DueStanding]:
        """Yield all of the dues, ordered as asked: for files, which hold every line."""
        numbers = list(db.session.scalars(self.numbers()))
        for first in range(0, len(numbers), CHUNK):
            yield from standings_in_turn(numbers[first : first + CHUNK])


def body_number(slug: str) -> ScalarSelect[int]:
    """Return the number of the body of this name."""
    return select(Body.id).where(Body.slug == slug).scalar_subquery()


def is_called(status: str) -> ColumnElement[bool]:
    """Return the condition that the ledger calls a due so, with the answer to it beside."""
    if status == LATE:
        return has_late_promise()
    if status in STATUSES:
        return OfficialAnswer.status == status
    return state_today() == status


@dataclass(frozen=True)
class Ledger:
    """The dues that were asked for added up, and the page of them that is shown."""

    chosen: LedgerFilter
    summary: DueSummary
    by_day: Mapping[tuple[date, DueState], int]
    shown: Sequence[DueStanding]
    page: NumberedPage


def read_ledger(args: Mapping[str, str]) -> Ledger:
    """Return the ledger as an address asks for it; a page that is none is the first."""
    chosen = LedgerFilter.from_query(args)
    which = chosen.conditions()
    summary = added_up(*which)
    page = NumberedPage.nearest(number_typed(args.get("page", "")) or 1, summary.dues)
    shown = chosen.numbers().offset(page.before).limit(page.most)
    return Ledger(chosen, summary, counted_by_day(*which), standings_in_order(shown), page)


def choices() -> dict[str, list[tuple[str, Any]]]:
    """Return the bodies and the essays that the ledger can be narrowed to."""
    owes = select(Due.id).where(Due.body_id == Body.id).exists()
    bodies = db.session.scalars(select(Body).where(owes))
    has_dues = select(Due.id).where(Due.essay_id == Essay.id).exists()
    essays = select(Essay.slug, Essay.title).where(has_dues, Essay.state != "draft")
    return {
        "bodies": sorted((body.slug, body.name) for body in bodies),
        "essays": sorted((slug, title) for slug, title in db.session.execute(essays)),
    }


@dataclass(frozen=True)
class AnsweredDue:
    """A due to which a body has said something that stands."""

    body: Body
    title: str
    edition: AnswerEdition
    first_at: datetime

    @property
    def label(self) -> str:
        """What the answer says, in a word."""
        return str(STATUSES[AnswerStatus(self.edition.status or "")].label)


def answered_last(chosen: LedgerFilter, most: int) -> list[AnsweredDue]:
    """Return what was said last to the dues that were asked for, as everyone may read it."""
    rows = standings_in_order(newest_said(*chosen.conditions()).limit(most))
    return [
        AnsweredDue(row.body, row.reply.title or "", row.edition, row.answer.editions[0].at)
        for row in rows
        if row.edition is not None and row.answer is not None
    ]
