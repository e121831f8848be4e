"""XLSX: every proposal on one sheet, those of each lever on its own, and where they come from.

Rows are written as they are read and never kept; texts are never taken for formulas or links.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from ...replies.tags import LEVER
from ..fields import Row, Value
from ..provenance import Digest, Provenance, headings
from ..tables import Table
from .columns import COLUMNS, legend, translated, words
from .sheets import HEADING, Sheet, heading_of, height_of, look_of, set_paper

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


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces, once all of it has been written to a temporary one."""
    with tempfile.TemporaryFile() as file:
        import xlsxwriter

        with xlsxwriter.Workbook(file, OPTIONS) as book:
            fill(book, table)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def fill(book: Any, table: Table) -> None:
    """Write the sheets of the workbook."""
    origin = table.provenance
    book.set_properties({"title": table.title, "created": origin.made_at, "comments": origin.url})
    looks = [book.add_format(look_of(field)) for field in COLUMNS]
    tops = [book.add_format(heading_of(field)) for field in COLUMNS]
    sheets: dict[str | None, Sheet] = {None: Sheet(book, _("Proposals"), looks, tops)}
    sheets |= {lever: Sheet(book, str(name), looks, tops) for lever, name in LEVER.choices()}
    digest, known = Digest(), words()
    for row in digest.through(map(fitted, table.rows())):
        values = [translated(row[f.name], known.get(f.name, {})) for f in COLUMNS]
        sheets[None].add(values)
        sheets[str(row[LEVER.name])].add(values)
    for sheet in sheets.values():
        sheet.finish(table.title)
    explain(book, table, replace(origin, sha256=str(digest)))


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


WIDTHS = (32, 100, 24)
"""Of the columns of the last sheet, in characters."""


def explain(book: Any, table: Table, origin: Provenance) -> None:
    """Write where the proposals come from; then, for programs alone and not printed, the columns'
    names elsewhere and each word's code."""
    sheet = book.add_worksheet(_("Provenance"))
    heading = book.add_format(HEADING)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    named = headings()
    known = words()
    said = [
        (named[name], str(translated(value, known.get(name, {}))), name)
        for name, value in origin.as_dict().items()
    ]
    said += [
        (_("Title"), table.title, "title"),
        (_("Introduction"), table.introduction, "introduction"),
        (_("Language"), known["language"].get(table.language, table.language), "language"),
        (_("File"), table.name, "name"),
    ]
    for row, cells in enumerate([*said, ("", "", ""), *legend()]):
        unsaid = {"hidden": bool(cells[0]) and not cells[1]}
        sheet.set_row(row, height_of(zip(cells, WIDTHS, strict=True)), options=unsaid)
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text, heading if at == 0 else wrapped)
    sheet.print_area(0, 0, len(said) - 1, 1)
    set_paper(sheet, table.title)
