"""The ledger: every due across the site, chosen by what is asked in its address, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from ..bodies.models import Body
from ..deals.models import Due
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.tags import JURISDICTION, LEVER
from .models import AnswerEdition
from .standings import DUE_STATES, DueStanding, standings, urgent_first
from .statuses import STATUSES, AnswerStatus
from .summaries import DueSummary, summary_of

PAGE = 50

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
        """Return what the database can be asked."""
        found: list[ColumnElement[bool]] = [Essay.state != "draft"]
        if self.body:
            found.append(Body.slug == self.body)
        if self.essay:
            found.append(Due.essay_id.in_(select(Essay.id).where(Essay.slug == self.essay)))
        for name in ("lever", "jurisdiction"):
            if value := getattr(self, name):
                these = select(Reply.id).where(getattr(Reply, name) == value)
                found.append(Due.stands_on_id.in_(these))
        return found

    def rows(self) -> list[DueStanding]:
        """Return the dues, ordered as asked."""
        found = standings(*self.conditions())
        if self.status:
            found = [row for row in found if self.status in states_of(row)]
        if self.order == "answered":
            return sorted(found, key=lambda row: row.settled_on or date.min, reverse=True)
        return urgent_first(found)


def states_of(row: DueStanding) -> set[str]:
    """Return all that the ledger calls a due."""
    return {row.state, row.status or "", LATE if row.is_late else ""}


@dataclass(frozen=True)
class Ledger:
    """The dues that were asked for, and the page of them that is shown (from 1)."""

    chosen: LedgerFilter
    rows: Sequence[DueStanding]
    page: int

    @property
    def shown(self) -> Sequence[DueStanding]:
        """The rows of the page."""
        return self.rows[(self.page - 1) * PAGE : self.page * PAGE]

    @property
    def first(self) -> int:
        """The place of the first row of the page."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The place of the last row of the page."""
        return min(self.page * PAGE, len(self.rows))

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.last < len(self.rows)

    @cached_property
    def summary(self) -> DueSummary:
        """All these dues added up."""
        return summary_of(self.rows)


def read_ledger(args: Mapping[str, str]) -> Ledger:
    """Return the ledger as an address asks for it; a page that is none is the first."""
    chosen = LedgerFilter.from_query(args)
    asked = args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    rows = chosen.rows()
    last = max(1, -(-len(rows) // PAGE))
    return Ledger(chosen, rows, min(max(page, 1), last))


def choices_of(rows: Sequence[DueStanding]) -> dict[str, list[tuple[str, Any]]]:
    """Return the bodies and the essays that the ledger can be narrowed to."""
    bodies = {row.body.slug: row.body.name for row in rows}
    essays = {row.essay.slug: row.essay.title for row in rows}
    return {"bodies": sorted(bodies.items()), "essays": sorted(essays.items())}


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


def answered_in(rows: Sequence[DueStanding]) -> list[AnsweredDue]:
    """Return those of these dues to whose proposal, as everyone may read it, something was said."""
    return [
        AnsweredDue(row.body, row.reply.title or "", row.edition, row.answer.editions[0].at)
        for row in rows
        if row.is_shown and row.edition is not None and row.answer is not None
    ]
