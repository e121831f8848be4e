"""The formats of an export: how each is written, checked, named, and how much it can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ..web.numbers import format_decimal
from . import report
from .checking import Check
from .phrases import proposals
from .tables import Table


@dataclass(frozen=True)
class Format:
    """One format: its name for people, its file ending and type, and its two directions.

    ``most`` is the number of proposals that it can hold; none where it can hold any. Where letters
    are ``drawn`` with the typefaces of this machine, some may be in none.
    """

    name: str
    extension: str
    mimetype: str
    write: Callable[[Table], Iterator[bytes]]
    check: Check
    most: int | None = None
    drawn: bool = False

    def holds(self, rows: int) -> bool:
        """Say whether so many proposals go into a file of this format."""
        return self.most is None or rows <= self.most

    def begin(self, table: Table) -> Iterator[bytes]:
        """Return the file with its first piece already made, so that what fails fails here.

        Raises Refused where the table is too much for the format.
        """
        rows = table.provenance.rows
        if not self.holds(rows):
            raise Refused(
                _(
                    "%(format)s holds at most %(most)s, and this list has %(rows)s.",
                    format=self.name,
                    most=proposals(self.most or 0),
                    rows=format_decimal(rows),
                )
            )
        pieces = self.write(table)
        try:
            return chain([next(pieces)], pieces)
        except report.DocumentTooLong as error:
            most = report.TEXT_MOST
            raise Refused(
                ngettext(
                    "%(format)s holds at most %(most)s character of text, and this list has more.",
                    "%(format)s holds at most %(most)s characters of text, and this list has more.",
                    most,
                    format=self.name,
                    most=format_decimal(most),
                )
            ) from error


class Refused(ValueError):
    """A list is too much for a format; ``str(error)`` says why, in the reader's language."""

    @property
    def advice(self) -> str:
        """What to do instead."""
        return _("Take fewer of them, or one of the formats that hold any number.")


def format_of(name: str, folder: str, mimetype: str, extension: str = "", **more: Any) -> Format:
    """Return the format that the writer and the reader in a folder make up."""
    write, check = lazily(folder, "writer", "write"), lazily(folder, "reader", "check")
    return Format(name, extension or folder, mimetype, write, check, **more)


def lazily(folder: str, module: str, verb: str) -> Callable[..., Any]:
    """Return a function of a format, whose module is imported once it is called.

    Some of them bring libraries that take longer to start, and more memory, than all the rest.
    """

    def call(*given: Any) -> Any:
        return getattr(import_module(f".{folder}.{module}", __package__), verb)(*given)

    return call


ARCHIVE = "zip"
"""What an export is called that is everything about one discussion, and no list."""

OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    format.extension: format
    for format in (
        format_of("CSV", "csv", "text/csv"),
        format_of("XLSX", "xlsx", f"{OFFICE}.spreadsheetml.sheet", most=1_000_000),
        format_of("JSON", "json", "application/json"),
        format_of("Markdown", "markdown", "text/markdown", "md"),
        format_of("DOCX", "docx", f"{OFFICE}.wordprocessingml.document", most=report.MOST),
        format_of("PDF", "pdf", "application/pdf", most=report.MOST, drawn=True),
    )
}
"""Every format by its file ending."""
