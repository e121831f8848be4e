"""The limits as settings: so many in a period of a list, within the bounds that each has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _

from ..web.limit_periods import how_many, in_words, length_of
from ..web.limit_register import LIMITS, LimitRow
from ..web.numbers import format_decimal
from .register import FIXABLE, SettingRow

PERIODS = {"minute": 60, "5 minutes": 300, "hour": 3_600, "day": 86_400}
"""The periods that can be chosen, in seconds."""
HOUR = PERIODS["hour"]
MOST = 1_000_000
"""Nothing needs a limit beyond this."""


def period_words(period: str) -> str:
    """Return a period of the list in the reader's language: 5 minutes."""
    number, _space, unit = period.rpartition(" ")
    return length_of(int(number or 1), unit.removesuffix("s"))


def checked_limit(row: LimitRow, written: str) -> str:
    """Return a limit as settings have it; raise ValueError for one that cannot be used."""
    typed, _per, period = written.partition(" per ")
    digits = re.sub(r"[\s,]", "", typed)
    if not re.fullmatch("[0-9]{1,9}", digits) or not 1 <= int(digits) <= MOST:
        raise ValueError(_("Give a whole number from 1 to %(most)s.", most=format_decimal(MOST)))
    if period not in PERIODS:
        raise ValueError(_("Choose a period from the list."))
    number = int(digits)
    if number < row.least or (row.hourly is not None and in_an_hour(number, period) > row.hourly):
        raise ValueError(bounds(row))
    return f"{number} per {period}"


def in_an_hour(number: int, period: str) -> float:
    """Return how many can come within one hour at most."""
    return number * max(1, HOUR / PERIODS[period])


def bounds(row: LimitRow) -> str:
    """Return the bounds of a limit in a sentence; nothing where it has none of its own."""
    said = []
    if row.least > 1:
        said.append(_("At least %(least)s.", least=format_decimal(row.least)))
    if row.hourly is not None:
        often = how_many(row.hourly, 1, "hour")
        said.append(_("No more than %(often)s.", often=often))
    return " ".join(said)


def shown_limit(usual: str, kept: str) -> str:
    """Return what the log keeps of a limit, in words; where nothing was set, what held."""
    return in_words(kept or usual)


def limit_rows() -> Iterator[SettingRow]:
    """Yield every limit as a setting, in the order of the register."""
    for name, row in LIMITS.items():
        setting = f"limit_{name}"
        yield SettingRow(
            setting,
            row.what,
            40,
            check=partial(checked_limit, row),
            shown=partial(shown_limit, FIXABLE[setting].said),
        )
