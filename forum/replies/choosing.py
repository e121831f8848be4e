"""Which values of each tag a list is kept to, and how many proposals every choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_
from werkzeug.datastructures import MultiDict

from ..words import text
from .tag import UNSAID, Tag
from .tags import DESCRIBED, TAGS, Combination


@dataclass(frozen=True)
class TagChoice:
    """The values that are wanted of each tag, in order; a tag without any leaves nothing out."""

    groups: tuple[tuple[str, ...], ...] = ((),) * len(TAGS)

    @classmethod
    def of(cls, **wanted: Iterable[str]) -> Self:
        """Return the choice of these values, by the names of their tags."""
        return cls(tuple(tag.in_order(wanted.get(tag.name, ())) for tag in TAGS))

    @classmethod
    def from_query(cls, args: MultiDict[str, str], notices: list[str]) -> Self:
        """Read a query string; what is no value of its tag is left out and named in the notices."""
        groups = []
        for tag in TAGS:
            asked = {value.strip() for value in args.getlist(tag.name) if value.strip()}
            groups.append(tag.in_order(asked))
            name_strangers(asked - set(groups[-1]), notices)
        return cls(tuple(groups))

    def __bool__(self) -> bool:
        return any(self.groups)

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return the values that are wanted of a tag."""
        return self.groups[TAGS.index(DESCRIBED[name])]

    def query(self) -> dict[str, list[str]]:
        """Return the choice as a query string's fields, empty ones among them."""
        return {tag.name: list(group) for tag, group in zip(TAGS, self.groups, strict=True)}

    def in_words(self) -> list[str]:
        """Say the choice in the reader's language, a phrase a tag."""
        pairs = zip(TAGS, self.groups, strict=True)
        return [said(tag, group) for tag, group in pairs if group]

    def conditions(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the choice as conditions on a table that has a column for each tag."""
        pairs = zip(TAGS, self.groups, strict=True)
        return [wanted(getattr(table, tag.name), group) for tag, group in pairs if group]

    def admits(self, tagged: Combination, but: Tag | None = None) -> bool:
        """Say whether a proposal tagged like this is wanted; ``but`` names a tag to look past."""
        return all(
            not group or tag is but or (value or UNSAID) in group
            for tag, group, value in zip(TAGS, self.groups, tagged, strict=True)
        )


@dataclass(frozen=True)
class TagCounts:
    """How many proposals pass the rest of a filter, by their tags; ``whole`` is without any.

    ``left`` counts those of them that the reader has not judged, where it is known who reads.
    Where it ``is_cut``, only the first proposals were looked at, and there may be more.
    """

    chosen: TagChoice
    numbers: Mapping[Combination, int]
    whole: int
    left: Mapping[Combination, int] | None = None
    is_cut: bool = False

    def __hash__(self) -> int:
        return hash((self.chosen, self.whole, self.is_cut, tuple(self.numbers.items())))

    @property
    def plain(self) -> Self:
        """The same for nobody in particular."""
        return self if self.left is None else replace(self, left=None)

    @cached_property
    def total(self) -> int:
        """How many the whole filter shows."""
        return self.of(self.numbers)

    @property
    def unjudged(self) -> int | None:
        """How many the filter would show of those that the reader has not judged."""
        return None if self.left is None else self.of(self.left)

    def of(self, numbers: Mapping[Combination, int]) -> int:
        """Return how many of these carry the tags that are wanted."""
        return sum(number for each, number in numbers.items() if self.chosen.admits(each))

    def by(self, tag: Tag) -> dict[str, int]:
        """Return how many each value of a tag would show, everything else as it is."""
        place, found = TAGS.index(tag), Counter[str]()
        for each, number in self.numbers.items():
            if self.chosen.admits(each, but=tag):
                found[each[place] or UNSAID] += number
        return {value.value: found[value.value] for value in tag.options}


def said(tag: Tag, group: Iterable[str]) -> str:
    """Say a group of values; what says nothing needs the tag's name to be understood."""
    words = ", ".join(map(tag.label, group))
    return _("%(name)s: %(value)s", name=tag.about, value=words) if UNSAID in group else words


def wanted(column: Any, group: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the values, or nothing where that is one."""
    held: ColumnElement[bool] = column.in_([value for value in group if value != UNSAID])
    return or_(held, column.is_(None)) if UNSAID in group else held


def name_strangers(strangers: Iterable[str], notices: list[str]) -> None:
    """Say of each value that it is not known."""
    for stranger in sorted(strangers):
        shown = text.scrub(stranger)[:40]
        notices.append(_("“%(value)s” is not a known filter and was ignored.", value=shown))
