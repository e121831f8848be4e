"""Lists that are read a page at a time: the newest first, each page beginning before a number, or
by the number of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select

from ..db import db

Row = TypeVar("Row")

PAGE = 50


@dataclass(frozen=True)
class NewestFirst(Generic[Row]):
    """A page of a list; the next one begins before ``following``, where there is one."""

    found: list[Row]
    following: int | None


@dataclass(frozen=True)
class NumberedPage:
    """A page of a list by its number, from 1, of so ``many`` rows in all, ``most`` on each."""

    number: int
    many: int
    most: int = PAGE

    @classmethod
    def nearest(cls, number: int, many: int, most: int = PAGE) -> NumberedPage:
        """Return the page of a number, or the last or first there is."""
        return cls(min(max(number, 1), max(1, -(-many // most))), many, most)

    @property
    def before(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.most

    @property
    def first(self) -> int:
        """The place of its first row."""
        return self.before + 1

    @property
    def last(self) -> int:
        """The place of its last row."""
        return min(self.number * self.most, self.many)

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.last < self.many


def number_asked(name: str) -> int | None:
    """Return a number that the address names; nonsense is none."""
    return number_typed(request.args.get(name, ""))


def number_typed(written: str) -> int | None:
    """Return a number from 1 that somebody typed; nonsense, and one too large, is none."""
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else 0
    return number if 0 < number < 2**63 else None


def before_asked() -> int | None:
    """Return before which number the address begins."""
    return number_asked("before")


def newest_first(
    query: Select[Row], number: Any, before: int | None, most: int = PAGE
) -> NewestFirst[Row]:
    """Return at most so many entities, the highest number first, from below ``before`` on."""
    if before is not None:
        query = query.where(number < before)
    found = list(db.session.scalars(query.order_by(number.desc()).limit(most + 1)))
    following = getattr(found[most - 1], number.key) if len(found) > most else None
    return NewestFirst(found[:most], following)
