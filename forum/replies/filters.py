"""The filter of a list of proposals: read from an address, written back to it, said in words.

One filter serves the page, its counts and every export, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from werkzeug.datastructures import MultiDict

from ..db import db
from ..web.languages import series
from ..words import text
from ..words.index.terms import LENGTH, read
from .choosing import TagChoice, TagCounts, name_strangers
from .held_words import HeldWords, held_words
from .models import Reply
from .tags import LEVER, TAG_NAMES, Combination
from .tallies import tallied

LOOKED = 10_000
"""Proposals that a page looks among, at most, for what no index finds."""
FIELDS = (*TAG_NAMES, "q", "sort", "judged")
"""The fields of an address that make a filter."""

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


class ListReader(Protocol):
    """Who reads a list, as far as it matters what they have judged (see votes/judging.py)."""

    @property
    def unjudged(self) -> ColumnElement[bool]:
        """The condition that a proposal is left to them."""

    def judged(self, essay_id: int | None) -> dict[Combination, int]:
        """Return how many proposals are not, by their tags."""


@dataclass(frozen=True)
class Filter:
    """Which proposals, in which order; an empty part leaves nothing out.

    ``unjudged`` leaves out what the ``reader`` has judged, or wrote; it matters who reads for
    that and for ``q``, and nowhere else. ``held`` is what the index said of the words, so that one
    page asks once.
    """

    tags: TagChoice = NO_TAGS
    q: str = ""
    sort: Sort = Sort.READING
    unjudged: bool = False
    reader: ListReader | None = None
    held: dict[tuple[str, int | None], HeldWords] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def from_query(
        cls, args: MultiDict[str, str], reader: ListReader | None = None
    ) -> tuple[Self, list[str]]:
        """Read a query string; what cannot be understood is left out and named in the notices."""
        notices: list[str] = []
        sorts = known(Sort, args.getlist("sort")[:1], notices)
        tags = TagChoice.from_query(args, notices)
        q = words(args.get("q", ""), notices)
        unjudged = args.get("judged", "").strip() == "no"
        if unjudged and reader is None:
            notices.append(_("Sign in to leave out what you have judged."))
        sort = sorts[0] if sorts else Sort.READING
        return cls(tags, q, sort, unjudged and reader is not None, reader), notices

    @cached_property
    def plain(self) -> Self:
        """The same for nobody in particular, as pieces are kept by: what is kept holds on to its
        key, and thousands of numbers would stand in what the index said."""
        return replace(self, reader=None, held={})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not (self.tags or self.q or self.unjudged)

    @property
    def order(self) -> Sort:
        """The order of the rows themselves."""
        return Sort.TOP if self.sort is Sort.READING else self.sort

    def query(self, **changes: Any) -> dict[str, list[str]]:
        """Return the filter as a query string's fields, in one fixed order."""
        other = replace(self, **changes)
        fields = {
            **other.tags.query(),
            "judged": ["no"] if other.unjudged else [],
            "q": [other.q] if other.q else [],
            "sort": [other.sort.value] if other.sort is not Sort.READING else [],
        }
        return {name: values for name, values in fields.items() if values}

    def in_words(self) -> str:
        """Say the filter in the reader's language."""
        parts = self.tags.in_words()
        if self.q:
            parts.append(_("containing “%(q)s”", q=self.q))
        if self.unjudged:
            parts.append(_("not yet judged by the person asking"))
        return series(parts) if parts else _("All proposals")

    def held_in(self, essay_id: int | None, whole: int | None = None) -> HeldWords:
        """Return which proposals hold the words, in one essay or in all; ``whole`` is how many
        there are, where the caller has asked already."""
        key = (self.q, essay_id)
        if key not in self.held:
            whole = sum(tallied(essay_id).values()) if whole is None else whole
            self.held[key] = held_words(self.q, essay_id, LOOKED, is_short=whole <= LOOKED)
        return self.held[key]

    def is_named(self, essay_id: int | None) -> bool:
        """Say whether the index of words names all that the list can hold."""
        return bool(self.q) and self.held_in(essay_id).is_whole

    def conditions(
        self, essay_id: int | None, all_at_once: bool = False
    ) -> list[ColumnElement[bool]]:
        """Return the WHERE of the list: visible proposals of one essay, or of the whole site.

        ``all_at_once`` is for what reads the list to its end (see held_words.py).
        """
        found: list[ColumnElement[bool]] = [Reply.status == "visible"]
        if essay_id is not None:
            found.append(Reply.essay_id == essay_id)
        if not self.tags[LEVER.name]:
            found.append(Reply.lever.is_not(None))
        found.extend(self.tags.conditions(Reply))
        if self.unjudged and self.reader is not None:
            found.append(self.reader.unjudged)
        if self.q:
            held = self.held_in(essay_id)
            found.append(held.all_at_once if all_at_once else held.one_by_one)
        return found

    def counts(self, essay_id: int | None) -> TagCounts:
        """Return how many proposals there are, pass the filter, and would with other tags.

        They come from the stored tallies, which know nothing of text: where words are looked for,
        the proposals that hold them are counted, of very many the newest.
        """
        everything = tallied(essay_id)
        whole = sum(everything.values())
        is_cut = bool(self.q) and not self.held_in(essay_id, whole).is_whole
        numbers, left = self.counted(essay_id) if self.q else (everything, None)
        if self.unjudged and self.reader is not None and left is None:
            judged = self.reader.judged(essay_id)
            left = {each: number - judged.get(each, 0) for each, number in numbers.items()}
        shown = left if self.unjudged and left is not None else numbers
        return TagCounts(self.tags, shown, whole, left, is_cut)

    def counted(
        self, essay_id: int | None
    ) -> tuple[dict[Combination, int], dict[Combination, int] | None]:
        """Return how many proposals hold the words, by how they are tagged; and of these how many
        the reader has not judged."""
        columns = [getattr(Reply, name) for name in TAG_NAMES]
        counts: list[ColumnElement[int]] = [func.count()]
        if self.reader is not None:
            counts.append(func.count().filter(self.reader.unjudged))
        shown = Filter().conditions(essay_id)
        held = self.held_in(essay_id).among_newest
        query = select(*columns, *counts).where(*shown, held).group_by(*columns)
        rows = [
            (tuple(row[: len(columns)]), row[len(columns) :]) for row in db.session.execute(query)
        ]
        numbers = {key: int(found[0]) for key, found in rows}
        if self.reader is None:
            return numbers, None
        return numbers, {key: int(found[1]) for key, found in rows}


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
        cleaned = ""
    if typed.strip() and not read(cleaned).wanted:
        notices.append(_("The search text could not be read and was ignored."))
        return ""
    if read(cleaned).left_out:
        notices.append(_("The search text was too long and was shortened."))
    return cleaned[:LENGTH]
