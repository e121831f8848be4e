"""CSV files from elsewhere, row by row: whatever is wrong is said with its file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..console import BadFile, decoded_lines
from ..db import now

NUMBER = re.compile(r"\d{1,18}", re.ASCII)
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

    def number(self, column: str) -> int:
        """Return a whole number, 0 or above."""
        if not NUMBER.fullmatch(self.cells[column]):
            raise self.refuse(f"{column} must be a whole number, not {self.cells[column][:40]!r}.")
        return int(self.cells[column])

    def one_of(self, column: str, values: tuple[str, ...]) -> int:
        """Return a number that is one of these."""
        if self.cells[column] not in values:
            said = ", ".join(values)
            raise self.refuse(f"{column} must be one of {said}, not {self.cells[column][:40]!r}.")
        return int(self.cells[column])

    def moment(self, column: str) -> datetime:
        """Return a time that is written as milliseconds since 1970, and has come already."""
        written = self.cells[column]
        milliseconds = int(written) if NUMBER.fullmatch(written) else -1
        latest = (now() + timedelta(days=1) - EPOCH) // timedelta(milliseconds=1)
        if not 0 <= milliseconds <= latest:
            raise self.refuse(f"{column} must be milliseconds since 1970, not {written[:40]!r}.")
        return EPOCH + timedelta(milliseconds=milliseconds)


def rows(path: Path, *needed: str) -> Iterator[Row]:
    """Yield the rows of a CSV file that has these columns, whatever their order."""
    try:
        with path.open("rb") as file:
            reader = csv.reader(decoded_lines(path, file), strict=True)
            yield from named(path, reader, needed)
    except OSError as error:
        raise BadFile(path, f"It cannot be read: {error.strerror}.") from error


def named(path: Path, reader: Any, needed: tuple[str, ...]) -> Iterator[Row]:
    """Yield the records of a CSV reader with their first lines and the names of their cells."""
    line = 1
    try:
        columns = [name.strip() for name in next(reader, [])]
        for name in needed:
            if columns.count(name) != 1:
                raise BadFile(path, f"There must be one column named {name}.", line)
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(columns):
                said = f"This row has {len(cells)} values for {len(columns)} columns."
                raise BadFile(path, said, line)
            if cells:
                yield Row(path, line, dict(zip(columns, cells, strict=True)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(path, f"This is not CSV: {error}.", line) from error
