"""Every CSV that the forum sends: RFC 4180, UTF-8 with a byte order mark, a line at a time.

A text that a spreadsheet would run as a formula gets an apostrophe in front. A program that takes
semicolons or tabs for separators cuts a cell at each of them, whatever the quotes say, and then at
its line ends as well; so an apostrophe stands after these too where a formula's sign comes next.
An apostrophe that a text has in such a place gets another one, so that a reader who takes one off
in each place (``unguarded``, docs/exports.md) has every text back exactly.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ..web.dates import iso

MARK = "\ufeff"
GUARD = "'"
SIGNS = "'=+\\-@＝＋－＠"
"""What begins a formula, and the guard itself; the wide forms are signs to spreadsheets in Asia."""
GUARDED = re.compile(rf"\A(?=[{SIGNS}\t\r\n])|(?<=[;\t\r\n])(?=\"*[{SIGNS}])")
"""Where an apostrophe goes in."""
GUARDS = re.compile(rf"(\A|[;\t\r\n]){GUARD}")
"""Where one comes off."""

Cell = str | int | float | datetime | date | list[str] | None


def csv_lines(heading: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield a file: the mark and the heading, then a line for each row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(heading)
    yield MARK + taken(buffer)
    for row in rows:
        writer.writerow([as_cell(value) for value in row])
        yield taken(buffer)


def taken(buffer: io.StringIO) -> str:
    """Return what has been written since last time."""
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written


def as_cell(value: Cell) -> str | int | float:
    """Return a value as its cell holds it: a list with an item a line, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return guarded("\n".join(value) if isinstance(value, list) else value)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, whatever separates its cells."""
    return GUARDED.sub(GUARD, text)


def unguarded(cell: str) -> str:
    """Return the text that a cell was written from."""
    return GUARDS.sub(r"\1", cell)
