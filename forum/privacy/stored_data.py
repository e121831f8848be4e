"""One line of the register of what is stored, and the tables of which it speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import ngettext

from ..web.numbers import format_decimal
from . import retention

COLLEAGUES = "it says who did something to the row, not of whom the row is"


@dataclass(frozen=True)
class PersonalTable:
    """A table: the columns by which its rows are somebody's, and those that are left out.

    ``left_out`` says of each further column that refers to people why its rows are not theirs;
    ``hidden`` are columns that nobody is given: secrets, what is derived, what others said.
    """

    name: str
    mine: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    goes: bool = False
    """Whether its rows are deleted when the person leaves."""


@dataclass(frozen=True)
class StoredData:
    """One line of the register. ``ends`` deletes what was kept long enough.

    ``kept`` says how long in words, where it is no number of days: that is a setting, by its name
    (``days``), or ``fixed``.
    """

    what: Any
    why: Any
    tables: tuple[PersonalTable, ...] = ()
    kept: Any = ""
    days: str = ""
    fixed: timedelta | None = None
    ends: Callable[[], bool] | None = None

    def how_long(self) -> str:
        """Return how long it is kept, in the reader's language."""
        if self.fixed is not None:
            return in_days(self.fixed.days)
        return in_days(retention.days(self.days)) if self.days else str(self.kept)


def in_days(number: int) -> str:
    """Return a number of days in words."""
    return ngettext("%(number)s day.", "%(number)s days.", number, number=format_decimal(number))


def by(*columns: str) -> dict[str, str]:
    """Return columns that name who did something, as left out."""
    return dict.fromkeys(columns, COLLEAGUES)
