"""The sheets of a workbook that hold proposals, and how any sheet is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

from flask import current_app
from flask_babel import gettext as _

from ..fields import Field, FieldKind, Value
from ..papers import PAPERS
from ..report import shortened
from .columns import COLUMNS, PRINTED

WORDS: dict[str, Any] = {"valign": "top", "align": "left", "indent": 1}
FORMATS = {
    FieldKind.INTEGER: {"num_format": "#,##0", "valign": "top"},
    FieldKind.NUMBER: {"num_format": "0.000", "valign": "top"},
    FieldKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"},
    FieldKind.DAY: {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
    FieldKind.TEXT: WORDS,
    FieldKind.TAG: WORDS,
    FieldKind.LIST: WORDS,
}
NUMBERS = {FieldKind.INTEGER, FieldKind.NUMBER}
PLACE = {"num_format": "#,##0;;", "valign": "top"}
"""A place, which is 0 where nobody gave one, and then shows nothing."""

HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F4"}
FROZEN = PRINTED.index("title") + 1

LINE, HIGHEST = 16, 409
"""How high a line of text is, and a row at the most; in points."""
SURE = 0.8
"""The share of a column's width that is counted on: typefaces differ in how much they need."""


def look_of(field: Field) -> dict[str, Any]:
    """Return how the cells of a column look; words are printed whole, on several lines."""
    if field.name == "place":
        return PLACE
    return {**FORMATS[field.kind], "text_wrap": is_wrapped(field)}


def heading_of(field: Field) -> dict[str, Any]:
    """Return how the heading of a column looks: it stands where the cells below it begin."""
    return HEADING | ({"align": "right"} if field.kind in NUMBERS else WORDS)


def is_wrapped(field: Field) -> bool:
    """Say whether this column is printed, and with words."""
    return field.name in PRINTED and field.kind not in NUMBERS


def height_of(texts: Iterable[tuple[str, int]]) -> int:
    """Return how high a row with these texts is, in points, each in a column so many wide.

    Not every program finds that out by itself: where none is said, lines may lie on each other.
    """
    lines = [
        sum(max(1, len(wrap(widened(line), int(width * SURE)))) for line in text.split("\n"))
        for text, width in texts
    ]
    return min(HIGHEST, LINE * max(lines, default=1))


def widened(text: str) -> str:
    """Return a text that is as long as it is wide: some letters need the room of two."""
    return "".join(each * (1 + (east_asian_width(each) in "WF")) for each in text)


class Sheet:
    """One sheet of proposals; ``looks`` and ``headings`` have one for each column."""

    def __init__(self, book: Any, name: str, looks: Sequence[Any], headings: Sequence[Any]) -> None:
        self.sheet = book.add_worksheet(name)
        self.looks = looks
        self.plain = book.get_default_url_format()
        self.rows = 0
        self.sheet.freeze_panes(1, FROZEN)
        for at, field in enumerate(COLUMNS):
            self.sheet.set_column(at, at, field.width)
        self.sheet.set_row(0, 2 * LINE)
        for at, (field, look) in enumerate(zip(COLUMNS, headings, strict=True)):
            self.sheet.write_string(0, at, str(field.heading), look)

    def add(self, values: Sequence[Value]) -> None:
        """Write the next row, each value in a cell of its kind; nothing for no text."""
        self.rows += 1
        self.forget_heights()
        wrapped = [
            (each, f.width) for f, each in zip(COLUMNS, values, strict=True) if is_wrapped(f)
        ]
        self.sheet.set_row(self.rows, height_of((str(text or ""), wide) for text, wide in wrapped))
        for at, (look, value) in enumerate(zip(self.looks, values, strict=True)):
            if isinstance(value, date):
                self.sheet.write_datetime(self.rows, at, value, look)
            elif isinstance(value, int | float):
                self.sheet.write_number(self.rows, at, value, look)
            elif value:
                self.add_text(at, "\n".join(value) if isinstance(value, list) else value)

    def forget_heights(self) -> None:
        """Let go of how high the rows are that stand in the file by now.

        The library writes a row once the next begins, and keeps its height for pictures that could
        be laid over it; there are none.
        """
        self.sheet.row_info.pop(self.rows - 2, None)
        self.sheet.row_sizes.clear()

    def add_text(self, at: int, text: str) -> None:
        """Write a text that can be nothing but a text.

        The library takes one between <r> and </r> for XML of its own making; in two pieces it is
        escaped like any other.
        """
        look = self.looks[at]
        if text.startswith("<r>") and text.endswith("</r>"):
            self.sheet.write_rich_string(self.rows, at, text[:3], self.plain, text[3:], look)
        else:
            self.sheet.write_string(self.rows, at, text, look)

    def finish(self, title: str) -> None:
        """Let every column be filtered, and the first of them be printed."""
        last = max(self.rows, 1)
        self.sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        self.sheet.print_area(0, 0, last, len(PRINTED) - 1)
        self.sheet.repeat_rows(0)
        set_paper(self.sheet, title)


def set_paper(sheet: Any, title: str) -> None:
    """Let a sheet be printed across, as wide as the paper, with its title and its page's number."""
    sheet.set_landscape()
    sheet.set_paper(PAPERS[current_app.config["PAPER"]].xlsx)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    shown = shortened(" ".join(title.split())).replace("&", "&&")
    sheet.set_header(f"&L{shown}&R&A")
    sheet.set_footer("&R" + _("Page %(page)s of %(pages)s", page="&P", pages="&N"))
