"""A body's list as a table to fill in: its columns, and its rows checked cell by cell.

What waits goes out as a row each; the columns to fill in are named as the fields of the form, and
are checked by that form, so that a spreadsheet can say nothing that the page could not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from ..bodies.models import Body
from ..replies.models import Reply, reply_by_id
from ..web.numbers import format_decimal
from .content import AnswerContent
from .models import TEXTS
from .standings import DueStanding
from .who_answers import can_answer, can_be_answered
from .writing_page import answered_before, read_form

ROWS_MOST = 1_000
"""Answers that one file may hold."""
GIVEN = ("number", "version", "edition", "body", "title", "due_on", "support", "oppose", "neutral")
"""The columns that say which proposal a row answers; the rest is to be filled in."""


class NotASheet(ValueError):
    """The file is no list of a body's; the message says what is wrong with it as a whole."""


def filled_columns() -> list[str]:
    """Return the columns to fill in: the fields of the form, with one promise."""
    languages = tuple(current_app.config["LANGUAGES"])
    texts = [f"{name}_{language}" for language in languages for name in TEXTS]
    return ["status", "reason", *texts, "what_1", "by_on_1", "who_1", "passed_to", "lever", "links"]


def row_of(row: DueStanding) -> dict[str, Any]:
    """Return what waits as a row, its columns to be filled in left empty."""
    reply = row.reply
    given = (
        reply.id, reply.version, row.newest, row.body.slug, reply.title or "",
        row.due.due_on.isoformat(), reply.support, reply.oppose, reply.neutral,
    )  # fmt: skip
    return {**dict(zip(GIVEN, given, strict=True)), **dict.fromkeys(filled_columns(), "")}


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell; ``line`` is the row of the file, the heading being the first."""

    line: int
    column: str
    why: str


@dataclass
class SheetRow:
    """A row that was filled in: which text it answers, what it says, and what is wrong with it."""

    line: int
    cells: Mapping[str, str]
    reply: Reply | None = None
    content: AnswerContent | None = None
    errors: list[CellError] = field(default_factory=list)

    @property
    def edition(self) -> int:
        """The edition that the body had published when the list was taken."""
        return int(self.cells["edition"] or 0)

    def refuse(self, column: str, why: Any) -> None:
        """Note that a cell is wrong."""
        self.errors.append(CellError(self.line, column, str(why)))


@dataclass(frozen=True)
class CheckedSheet:
    """All rows of a file that say something."""

    rows: list[SheetRow]
    untouched: int

    @property
    def errors(self) -> list[CellError]:
        """All that is wrong, from the top."""
        return [error for row in self.rows for error in row.errors]

    @property
    def is_right(self) -> bool:
        """Whether all of it can be published."""
        return bool(self.rows) and not self.errors


def check_sheet(
    lines: Iterable[tuple[int, Mapping[str, str]]], body: Body, by: User | None
) -> CheckedSheet:
    """Return the rows of a file as they would be published by a person, or what is wrong in each.

    ``lines`` are the rows with their place in the file, cells by column. Raises NotASheet where
    there are too many.
    """
    rows: list[SheetRow] = []
    untouched = 0
    seen: dict[str, int] = {}
    for line, cells in lines:
        if len(rows) + untouched >= ROWS_MOST:
            raise NotASheet(
                _(
                    "This file has more than %(most)s rows. Split it into smaller ones.",
                    most=format_decimal(ROWS_MOST),
                )
            )
        if not any(cells.get(name) for name in filled_columns()):
            untouched += 1
            continue
        row = SheetRow(line, cells)
        rows.append(row)
        check_place(row, body, by)
        check_words(row, body)
        number = cells.get("number", "")
        if row.reply is not None and number in seen:
            row.refuse(
                "number",
                _("Row %(line)s answers the same proposal.", line=format_decimal(seen[number])),
            )
        seen.setdefault(number, line)
    return CheckedSheet(rows, untouched)


def check_place(row: SheetRow, body: Body, by: User | None) -> None:
    """Check which text a row answers: that of this body, shown, and as it was taken."""
    if row.cells.get("body", "") != body.slug:
        row.refuse(
            "body",
            _("This row belongs to another body. This list is for %(body)s.", body=body.slug),
        )
        return
    number = row.cells.get("number", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    row.reply = reply_by_id(int(number)) if is_number else None
    if row.reply is None:
        row.refuse("number", _("No proposal or question has this number."))
        return
    may = can_answer(by, body, row.reply) if by else can_be_answered(row.reply)
    if not may:
        row.refuse("number", may.why)
    if row.cells.get("version") != str(row.reply.version):
        row.refuse(
            "version",
            _("The text has changed since you downloaded the list: it is now version %(number)s.",
              number=format_decimal(row.reply.version)),
        )  # fmt: skip
    said = answered_before(body, row.reply)
    if row.cells.get("edition", "") != str(said.edition if said else 0):
        row.refuse("edition", _("It has been answered since you downloaded the list."))


def check_words(row: SheetRow, body: Body) -> None:
    """Check what a row says as the form does; a formula is refused, whatever it would yield."""
    names = filled_columns()
    for name in (*GIVEN, *names):
        if row.cells.get(name, "").startswith("="):
            row.refuse(name, _("This cell holds a formula. Enter its value instead."))
    if row.errors and any(error.column in names for error in row.errors):
        return
    form = read_form(body, MultiDict((name, row.cells.get(name, "")) for name in names))
    if form.validate():
        row.content = form.content()
    for each in form:
        for why in each.errors:
            row.refuse(each.name, why)
