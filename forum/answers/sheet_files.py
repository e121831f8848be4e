"""A body's list as a file, XLSX or CSV: written to be filled in, and read when it comes back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

from flask_babel import gettext as _

from ..exports.checking import BROKEN
from ..exports.xlsx.reader import EPOCH, MAIN, Cells, Workbook, column
from ..exports.xlsx.writer import MIMETYPE as XLSX
from ..exports.xlsx.writer import OPTIONS
from ..words.csv_lines import csv_lines, unguarded
from .sheet import GIVEN, NotASheet, filled_columns
from .statuses import DECLINE_REASONS, STATUSES

MIMETYPES = {"xlsx": XLSX, "csv": "text/csv"}
SERIAL = re.compile(r"\d{5}(\.0+)?")
"""A day as a spreadsheet stores it."""
UNPACKED_MOST = 16 * 1024 * 1024
"""Bytes that a workbook may unpack to; a thousand long answers take two."""
WIDE = {"title": 50, "links": 30}


def write_sheet(rows: Sequence[Mapping[str, Any]], kind: str) -> bytes:
    """Return the list as a file of a kind."""
    names = [*GIVEN, *filled_columns()]
    if kind == "csv":
        return "".join(csv_lines(names, ([row[name] for name in names] for row in rows))).encode()
    file = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(file, {**OPTIONS, "in_memory": True}) as book:
        fill(book, names, rows)
    return file.getvalue()


def fill(book: Any, names: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the list, what is given in grey, and the words that each choice can be."""
    sheet = book.add_worksheet(_("Answers"))
    heading = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    given = book.add_format({"font_color": "#5b564d", "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    sheet.freeze_panes(1, GIVEN.index("title") + 1)
    for at, name in enumerate(names):
        is_text = name.startswith(("sentence", "reasons", "change"))
        sheet.set_column(at, at, WIDE.get(name, 40 if is_text else 12), None)
        sheet.write_string(0, at, name, heading)
    for line, row in enumerate(rows, 1):
        for at, name in enumerate(names):
            value, look = row[name], given if name in GIVEN else text
            if isinstance(value, int):
                sheet.write_number(line, at, value, look)
            elif value:
                sheet.write_string(line, at, value, look)
            else:
                sheet.write_blank(line, at, None, look)
    for name, register in (("status", STATUSES), ("reason", DECLINE_REASONS)):
        at = names.index(name)
        listed = {"validate": "list", "source": [each.value for each in register]}
        sheet.data_validation(1, at, max(len(rows), 1), at, listed)


def read_sheet(file: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file with their place in it, cells by column; raises NotASheet."""
    try:
        lines = xlsx_lines(file) if name.lower().endswith(".xlsx") else csv_rows(file)
        heading = next(lines, (1, {}))[1]
        wanted = {"number", "version", "edition", "body", "status"}
        if missing := sorted(wanted - set(heading.values())):
            raise NotASheet(
                _("This is not the list: it has no column “%(name)s”.", name=missing[0])
            )
        for line, cells in lines:
            if any(cells.values()):
                yield line, {named: cells.get(at, "") for at, named in heading.items() if named}
    except NotASheet:
        raise
    except (*BROKEN, csv.Error) as error:
        raise NotASheet(_("This file cannot be read as XLSX or CSV.")) from error


def csv_rows(file: bytes) -> Iterator[tuple[int, Cells]]:
    """Yield the lines of a CSV, whatever its program separates cells with and writes letters in."""
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for line, cells in enumerate(reader, 1):
        yield line, dict(enumerate(unguarded(cell).strip() for cell in cells))


def xlsx_lines(file: bytes) -> Iterator[tuple[int, Cells]]:
    """Yield the lines of a workbook's first sheet; a formula as its sign, a day as ISO 8601."""
    book = Workbook(io.BytesIO(file), UNPACKED_MOST)
    days: set[int] = set()
    with book.zip.open(book.sheets[0]) as part:
        for _event, row in ElementTree.iterparse(part):  # noqa: S314 - expat expands no bombs
            if row.tag != f"{MAIN}row":
                continue
            cells = {column(c.attrib["r"]): cell_of(book, c) for c in row}
            number = int(row.attrib["r"])
            if number == 1:
                days = {at for at, name in cells.items() if name.startswith("by_on")}
            yield number, {at: day(cell) if at in days else cell for at, cell in cells.items()}
            row.clear()


def cell_of(book: Workbook, cell: ElementTree.Element) -> str:
    """Return what a cell holds; of a formula only that it is one."""
    if cell.find(f"{MAIN}f") is not None:
        return "="
    said = book.text(cell).strip()
    return said.removesuffix(".0") if re.fullmatch(r"\d+\.0", said) else said


def day(cell: str) -> str:
    """Return a day that a spreadsheet stored as a number as it is typed."""
    if SERIAL.fullmatch(cell):
        return (EPOCH + timedelta(days=int(float(cell)))).date().isoformat()
    return cell
