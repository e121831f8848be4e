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
from .choosing import TagChoice, TagCounts, name_strangers
from .models import Reply
from .tags import LEVER, TAG_NAMES, Combination
from .tallies import tallied

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


NO_TAGS = TagChoice()


@dataclass(frozen=True)
class Filter:
    """Which proposals, in which order; an empty part leaves nothing out."""

    tags: TagChoice = NO_TAGS
    q: str = ""
    sort: Sort = Sort.READING

    @classmethod
    def from_query(cls, args: MultiDict[str, str]) -> tuple[Self, list[str]]:
        """Read a query string; what cannot be understood is left out and named in the notices."""
        notices: list[str] = []
        sorts = known(Sort, args.getlist("sort")[:1], notices)
        tags = TagChoice.from_query(args, notices)
        q = words(args.get("q", ""), notices)
        return cls(tags, q, sorts[0] if sorts else Sort.READING), notices

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not (self.tags or self.q)

    @property
    def order(self) -> Sort:
        """The order of the rows themselves."""
        return Sort.TOP if self.sort is Sort.READING else self.sort

    def query(self, **changes: Any) -> dict[str, list[str]]:
        """Return the filter as a query string's fields, in one fixed order."""
        other = replace(self, **changes)
        fields = {
            **other.tags.query(),
            "q": [other.q] if other.q else [],
            "sort": [other.sort.value] if other.sort is not Sort.READING else [],
        }
        return {name: values for name, values in fields.items() if values}

    def in_words(self) -> str:
        """Say the filter in the reader's language."""
        parts = self.tags.in_words()
        if self.q:
            parts.append(_("containing “%(q)s”", q=self.q))
        return series(parts) if parts else _("All proposals")

    def conditions(self, essay_id: int | None) -> list[ColumnElement[bool]]:
        """Return the WHERE of the list: visible proposals of one essay, or of the whole site."""
        found: list[ColumnElement[bool]] = [Reply.status == "visible"]
        if essay_id is not None:
            found.append(Reply.essay_id == essay_id)
        if not self.tags[LEVER.name]:
            found.append(Reply.lever.is_not(None))
        found.extend(self.tags.conditions(Reply))
        found.extend(
            Reply.search.contains(word, autoescape=True) for word in text.fold(self.q).split()
        )
        return found

    def counts(self, essay_id: int | None) -> TagCounts:
        """Return how many proposals there are, pass the filter, and would with other tags.

        They come from the stored tallies, which know nothing of text: where words are looked for,
        the proposals that hold them are counted.
        """
        everything = tallied(essay_id)
        numbers = self.counted(essay_id) if self.q else everything
        return TagCounts(self.tags, numbers, sum(everything.values()))

    def counted(self, essay_id: int | None) -> dict[Combination, int]:
        """Return how many proposals pass all of the filter but its tags, by how they are tagged."""
        columns = [getattr(Reply, name) for name in TAG_NAMES]
        query = select(*columns, func.count()).group_by(*columns)
        rows = db.session.execute(query.where(*replace(self, tags=NO_TAGS).conditions(essay_id)))
        return {tuple(key): int(number) for *key, number in rows}


def known(kind: type[Value], values: Iterable[str], notices: list[str]) -> tuple[Value, ...]:
    """Return the values that exist, each once and in the kind's order; name the others."""
    asked = {value.strip() for value in values if value.strip()}
    name_strangers(asked - {member.value for member in kind}, notices)
    return tuple(member for member in kind if member.value in asked)


def words(typed: str, notices: list[str]) -> str:
    """Return the text to look for, or nothing (and a notice) where it cannot be looked for."""
    try:
        cleaned = text.clean_line(typed)
    except text.BadText:
        notices.append(_("The text to look for could not be read; it was left out."))
        return ""
    if len(cleaned) > QUERY_LENGTH:
        notices.append(_("The text to look for was too long; it was cut."))
    return cleaned[:QUERY_LENGTH]
