"""CSV files from elsewhere, row by row: whatever is wrong is said with its file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from ..console import BadFile, counted, decoded_lines, progress
from ..db import now

NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_WHOLE = re.compile(r"(-?\d{1,18})\.0+", re.ASCII)
"""A whole number as a spreadsheet writes one that it took for a decimal."""
SEPARATORS = (",", ";", "\t")
MILLISECONDS_FROM = 10**11
"""From here on a time is read as milliseconds: in seconds it would be in the year 5138."""
DATED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) .*?\b(\d{4})\b")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One record of a file, which knows how to refuse what it holds."""

    path: Path
    line: int
    cells: dict[str, str]

    def refuse(self, reason: str) -> BadFile:
        """Return the error that names this file and line."""
        return BadFile(self.path, reason, self.line)

    def whole(self, column: str) -> str:
        """Return a cell without the ``.0`` that a spreadsheet adds to whole numbers."""
        written = self.cells[column].strip()
        decimal = _WHOLE.fullmatch(written)
        return decimal[1] if decimal else written

    def number(self, column: str) -> int:
        """Return a whole number, 0 or above."""
        written = self.whole(column)
        if not NUMBER.fullmatch(written):
            raise self.refuse(f"{column} must be a whole number, not {written[:40]!r}.")
        return int(written)

    def one_of(self, column: str, values: tuple[str, ...]) -> int:
        """Return a number that is one of these."""
        written = self.whole(column)
        if written not in values:
            said = ", ".join(values)
            raise self.refuse(f"{column} must be one of {said}, not {written[:40]!r}.")
        return int(written)

    def unit(self, column: str) -> str:
        """Return what a time is counted in, told by its size."""
        return "milliseconds" if self.number(column) >= MILLISECONDS_FROM else "seconds"

    def moment(self, column: str) -> datetime:
        """Return a time written as seconds or milliseconds since 1970, which has come already.

        Where the row says its date in words as well, the two must agree.
        """
        written = self.whole(column)
        number = int(written) if NUMBER.fullmatch(written) else -1
        unit = timedelta(milliseconds=1) if number >= MILLISECONDS_FROM else timedelta(seconds=1)
        latest = (now() + timedelta(days=1) - EPOCH) // unit
        if not 0 <= number <= latest:
            raise self.refuse(
                f"{column} must be seconds or milliseconds since 1970, not {written[:40]!r}."
            )
        moment = EPOCH + number * unit
        said = day_in_words(self.cells.get("datetime", ""))
        if said and abs(said - moment.date()) > timedelta(days=1):
            raise self.refuse(
                f"{column} {written} would be {moment.date()}, and datetime says {said}."
            )
        return moment


def day_in_words(written: str) -> date | None:
    """Return the day of a date such as "Sun Jun 01 2025 …"; nothing for what is none."""
    found = DATED.match(written)
    if found is None or found[1] not in MONTHS:
        return None
    try:
        return date(int(found[3]), MONTHS.index(found[1]) + 1, int(found[2]))
    except ValueError:
        return None


def rows(path: Path, *needed: str, given: tuple[str, ...] = ()) -> Iterator[Row]:
    """Yield the rows of a CSV file that has these columns, whatever their order.

    Commas, semicolons or tabs separate, as the first line tells. Empty rows are passed over.
    ``given`` names the columns of a file without a heading.
    """
    try:
        with path.open("rb") as file, progress(path.name, length=path.stat().st_size) as bar:
            lines = decoded_lines(path, counted(file, bar))
            first = next(lines, "")
            separator = max(SEPARATORS, key=first.count)
            reader = csv.reader(chain([first], lines), strict=True, delimiter=separator)
            yield from named(path, reader, needed, given)
    except OSError as error:
        raise BadFile(path, f"It cannot be read: {error.strerror}.") from error


def named(
    path: Path, reader: Any, needed: tuple[str, ...], given: tuple[str, ...]
) -> Iterator[Row]:
    """Yield the records of a CSV reader with their first lines and the names of their cells."""
    line = 1
    try:
        columns = list(given) or [name.strip() for name in next(reader, [])]
        for name in needed:
            if columns.count(name) != 1:
                raise BadFile(path, f"There must be one column named {name}.", line)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(columns):
                    said = f"This row has {len(cells)} values for {len(columns)} columns."
                    raise BadFile(path, said, line)
                yield Row(path, line, dict(zip(columns, cells, strict=True)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(path, f"This is not CSV: {error}.", line) from error
