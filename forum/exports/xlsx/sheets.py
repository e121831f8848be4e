"""The sheets of a workbook that hold proposals, and how any sheet is printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from ..fields import Field, FieldKind, Value
from ..papers import PAPERS
from ..report import shortened
from .columns import COLUMNS, PRINTED

FORMATS = {
    FieldKind.INTEGER: {"num_format": "#,##0", "valign": "top"},
    FieldKind.NUMBER: {"num_format": "0.000", "valign": "top"},
    FieldKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"},
    FieldKind.DAY: {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
    FieldKind.TEXT: {"valign": "top"},
    FieldKind.TAG: {"valign": "top"},
    FieldKind.LIST: {"valign": "top"},
}
PLACE = {"num_format": "#,##0;;", "valign": "top"}
"""A place, which is 0 where nobody gave one, and then shows nothing."""

HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F4"}
FROZEN = PRINTED.index("title") + 1


def look_of(field: Field) -> dict[str, Any]:
    """Return how the cells of a column look; titles are printed whole, on several lines."""
    if field.name == "place":
        return PLACE
    return {**FORMATS[field.kind], "text_wrap": field.name in {"title", "author"}}


class Sheet:
    """One sheet of proposals; ``looks`` has one for each column."""

    def __init__(self, book: Any, name: str, looks: Sequence[Any], heading: Any) -> None:
        self.sheet = book.add_worksheet(name)
        self.looks = looks
        self.plain = book.get_default_url_format()
        self.rows = 0
        self.sheet.freeze_panes(1, FROZEN)
        for at, field in enumerate(COLUMNS):
            self.sheet.set_column(at, at, field.width)
        self.sheet.set_row(0, 32)
        for at, field in enumerate(COLUMNS):
            self.sheet.write_string(0, at, str(field.heading), heading)

    def add(self, values: Sequence[Value]) -> None:
        """Write the next row, each value in a cell of its kind; nothing for no text."""
        self.rows += 1
        for at, (look, value) in enumerate(zip(self.looks, values, strict=True)):
            if isinstance(value, date):
                self.sheet.write_datetime(self.rows, at, value, look)
            elif isinstance(value, int | float):
                self.sheet.write_number(self.rows, at, value, look)
            elif value:
                self.add_text(at, "\n".join(value) if isinstance(value, list) else value)

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
