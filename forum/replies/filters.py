"""The filter of a list of proposals: read from an address, written back to it, said in words.

One filter serves the page, its counts and every export, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from werkzeug.datastructures import MultiDict

from ..db import db
from ..web.languages import series
from ..words import text
from ..words.keys import key_of
from .levers import Ambition, Jurisdiction, Lever, label
from .models import Reply
from .tallies import Tally

QUERY_LENGTH = 200

Value = TypeVar("Value", bound=StrEnum)


class Sort(StrEnum):
    """The orders a list can stand in.

    READING is Top with some that need more eyes spread between, on the page of an open
    discussion; everywhere else it is the same as TOP.
    """

    READING = "reading"
    TOP = "top"
    EYES = "eyes"
    CONTESTED = "contested"
    NEWEST = "newest"


SORT_LABELS: dict[Sort, Any] = {
    Sort.READING: _l("Top, with some to discover"),
    Sort.TOP: _l("Top"),
    Sort.EYES: _l("Needs more eyes"),
    Sort.CONTESTED: _l("Contested"),
    Sort.NEWEST: _l("Newest"),
}


@dataclass(frozen=True)
class Filter:
    """Which proposals, in which order; an empty part leaves nothing out."""

    levers: tuple[Lever, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    ambitions: tuple[Ambition, ...] = ()
    q: str = ""
    sort: Sort = Sort.READING

    @classmethod
    def from_query(cls, args: MultiDict[str, str]) -> tuple[Self, list[str]]:
        """Read a query string; what cannot be understood is left out and named in the notices."""
        notices: list[str] = []
        sorts = known(Sort, args.getlist("sort")[:1], notices)
        chosen = cls(
            known(Lever, args.getlist("lever"), notices),
            known(Jurisdiction, args.getlist("jurisdiction"), notices),
            known(Ambition, args.getlist("ambition"), notices),
            words(args.get("q", ""), notices),
            sorts[0] if sorts else Sort.READING,
        )
        return chosen, notices

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not (self.levers or self.jurisdictions or self.ambitions or self.q)

    @property
    def order(self) -> Sort:
        """The order of the rows themselves."""
        return Sort.TOP if self.sort is Sort.READING else self.sort

    def query(self, **changes: Any) -> dict[str, list[str]]:
        """Return the filter as a query string's fields, in one fixed order."""
        other = replace(self, **changes)
        fields = {
            "lever": [value.value for value in other.levers],
            "jurisdiction": [value.value for value in other.jurisdictions],
            "ambition": [value.value for value in other.ambitions],
            "q": [other.q] if other.q else [],
            "sort": [other.sort.value] if other.sort is not Sort.READING else [],
        }
        return {name: values for name, values in fields.items() if values}

    def in_words(self) -> str:
        """Say the filter in the reader's language."""
        parts = [
            ", ".join(label(value) for value in group)
            for group in (self.levers, self.jurisdictions, self.ambitions)
            if group
        ]
        if self.q:
            parts.append(_("containing “%(q)s”", q=self.q))
        return series(parts) if parts else _("All proposals")

    def conditions(self, essay_id: int | None) -> list[ColumnElement[bool]]:
        """Return the WHERE of the list: visible proposals of one essay, or of the whole site."""
        found: list[ColumnElement[bool]] = [Reply.status == "visible"]
        if essay_id is not None:
            found.append(Reply.essay_id == essay_id)
        if self.levers:
            found.append(Reply.lever.in_([value.value for value in self.levers]))
        else:
            found.append(Reply.lever.is_not(None))
        if self.jurisdictions:
            found.append(Reply.jurisdiction.in_([value.value for value in self.jurisdictions]))
        if self.ambitions:
            found.append(Reply.ambition.in_([value.value for value in self.ambitions]))
        keys = filter(None, map(key_of, self.q.split()))
        found.extend(Reply.search.contains(key, autoescape=True) for key in keys)
        return found

    def counts(self, essay_id: int | None) -> dict[Lever, int]:
        """Return how many proposals each lever would show with the rest of the filter as it is."""
        rest = replace(self, levers=())
        if self.q:
            query = (
                select(Reply.lever, func.count())
                .where(*rest.conditions(essay_id))
                .group_by(Reply.lever)
            )
        else:
            query = (
                select(Tally.lever, func.sum(Tally.proposals))
                .where(*rest.tally_conditions(essay_id))
                .group_by(Tally.lever)
            )
        found = {str(lever): int(number) for lever, number in db.session.execute(query)}
        return {lever: found.get(lever.value, 0) for lever in Lever}

    def tally_conditions(self, essay_id: int | None) -> list[ColumnElement[bool]]:
        """Return the same WHERE on the stored tallies, which know nothing of text."""
        found: list[ColumnElement[bool]] = []
        if essay_id is not None:
            found.append(Tally.essay_id == essay_id)
        if self.jurisdictions:
            found.append(Tally.jurisdiction.in_([value.value for value in self.jurisdictions]))
        if self.ambitions:
            found.append(Tally.ambition.in_([value.value for value in self.ambitions]))
        return found

    def total(self, counts: dict[Lever, int]) -> int:
        """Return how many proposals the whole filter shows, from the counts of the levers."""
        return sum(counts[lever] for lever in self.levers or tuple(Lever))

    def whole(self, counts: dict[Lever, int], essay_id: int | None) -> int:
        """Return how many proposals there are without the filter, whose counts these are."""
        if self.jurisdictions or self.ambitions or self.q:
            counts = Filter().counts(essay_id)
        return sum(counts.values())


def known(kind: type[Value], values: Iterable[str], notices: list[str]) -> tuple[Value, ...]:
    """Return the values that exist, each once and in the kind's order; name the others."""
    asked = {value.strip() for value in values if value.strip()}
    for stranger in sorted(asked - {member.value for member in kind}):
        shown = text.scrub(stranger)[:40]
        notices.append(_("“%(value)s” is not a filter we know; it was left out.", value=shown))
    return tuple(member for member in kind if member.value in asked)


def words(typed: str, notices: list[str]) -> str:
    """Return the text to look for, or nothing (and a notice) where it cannot be looked for."""
    try:
        cleaned = text.clean_line(typed)
    except text.BadText:
        cleaned = ""
    if typed.strip() and not key_of(cleaned):
        notices.append(_("The text to look for could not be read; it was left out."))
        return ""
    if len(cleaned) > QUERY_LENGTH:
        notices.append(_("The text to look for was too long; it was cut."))
    return cleaned[:QUERY_LENGTH]
