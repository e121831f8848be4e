"""XLSX: every proposal on one sheet, those of each lever on its own, and where they come from.

Rows are written as they are read and never kept; texts are never taken for formulas or links.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from ...replies.tags import LEVER
from ..fields import FIELDS, FieldKind, Row, Value
from ..provenance import Digest, Provenance, headings
from ..tables import Table

EXTENSION = "xlsx"
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 1_000_000
"""Proposals that a sheet can hold (it has 1,048,576 rows)."""

LONGEST = 32_767
"""Characters that a cell can hold."""

PIECE = 256 * 1024
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
FORMATS = {
    FieldKind.INTEGER: {"num_format": "#,##0", "valign": "top"},
    FieldKind.NUMBER: {"num_format": "0.000", "valign": "top"},
    FieldKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"},
    FieldKind.TEXT: {"valign": "top"},
    FieldKind.TAG: {"valign": "top"},
    FieldKind.LIST: {"valign": "top"},
}
HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F4"}
FROZEN = next(at for at, field in enumerate(FIELDS) if field.name == "title") + 1


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces, once all of it has been written to a temporary one."""
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, OPTIONS) as book:
            fill(book, table)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def fill(book: Any, table: Table) -> None:
    """Write the sheets of the workbook."""
    origin = table.provenance
    book.set_properties({"title": table.title, "created": origin.made_at, "comments": origin.url})
    formats = {kind: book.add_format(look) for kind, look in FORMATS.items()}
    heading = book.add_format(HEADING)
    sheets: dict[str | None, Sheet] = {None: Sheet(book, _("Proposals"), formats, heading)}
    sheets |= {lever: Sheet(book, str(name), formats, heading) for lever, name in LEVER.choices()}
    digest = Digest()
    for row in digest.through(map(fitted, table.rows())):
        values = [row[field.name] for field in FIELDS]
        sheets[None].add(values)
        sheets[str(row[LEVER.name])].add(values)
    for sheet in sheets.values():
        sheet.finish()
    explain(book, table, replace(origin, sha256=str(digest)), heading)


def fitted(row: Row) -> Row:
    """Return the row with what is longer than a cell cut, and an ellipsis to say so.

    No text of a proposal is; a list of very long addresses can be.
    """
    return {name: cut(value) for name, value in row.items()}


def cut(value: Value) -> Value:
    """Return a value that a cell can hold."""
    if isinstance(value, list) and sum(map(len, value)) + len(value) > LONGEST:
        return [item[: LONGEST // len(value) - 2] + "…" for item in value]
    return f"{value[: LONGEST - 1]}…" if isinstance(value, str) and len(value) > LONGEST else value


class Sheet:
    """One sheet of proposals."""

    def __init__(self, book: Any, name: str, formats: dict[FieldKind, Any], heading: Any) -> None:
        self.sheet = book.add_worksheet(name)
        self.formats = formats
        self.plain = book.get_default_url_format()
        self.rows = 0
        self.sheet.freeze_panes(1, FROZEN)
        for at, field in enumerate(FIELDS):
            self.sheet.set_column(at, at, field.width)
        self.sheet.set_row(0, 32)
        for at, field in enumerate(FIELDS):
            self.sheet.write_string(0, at, str(field.heading), heading)

    def add(self, values: Sequence[Value]) -> None:
        """Write the next row, each value in a cell of its kind; nothing for no text."""
        self.rows += 1
        for at, (field, value) in enumerate(zip(FIELDS, values, strict=True)):
            if isinstance(value, datetime):
                self.sheet.write_datetime(self.rows, at, value, self.formats[field.kind])
            elif isinstance(value, int | float):
                self.sheet.write_number(self.rows, at, value, self.formats[field.kind])
            elif value:
                self.add_text(at, "\n".join(value) if isinstance(value, list) else value)

    def add_text(self, at: int, text: str) -> None:
        """Write a text that can be nothing but a text.

        The library takes one between <r> and </r> for XML of its own making; in two pieces it is
        escaped like any other.
        """
        look = self.formats[FieldKind.TEXT]
        if text.startswith("<r>") and text.endswith("</r>"):
            self.sheet.write_rich_string(self.rows, at, text[:3], self.plain, text[3:], look)
        else:
            self.sheet.write_string(self.rows, at, text, look)

    def finish(self) -> None:
        """Let every column be filtered."""
        self.sheet.autofilter(0, 0, max(self.rows, 1), len(FIELDS) - 1)


def explain(book: Any, table: Table, origin: Provenance, heading: Any) -> None:
    """Write where the proposals come from, and the name of every column in other formats."""
    sheet = book.add_worksheet(_("Provenance"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((32, 100, 24)):
        sheet.set_column(at, at, width)
    named = headings()
    said = [(named[name], str(value), name) for name, value in origin.as_dict().items()]
    said += [
        (_("Title"), table.title, "title"),
        (_("Introduction"), table.introduction, "introduction"),
        (_("Language"), table.language, "language"),
        (_("File"), table.name, "name"),
    ]
    columns = [(str(field.heading), _("column"), field.name) for field in FIELDS]
    for row, cells in enumerate([*said, ("", "", ""), *columns]):
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text, heading if at == 0 else wrapped)
