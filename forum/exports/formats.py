"""The formats of an export: how each is written, checked, named, and how much it can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ..web.numbers import format_decimal
from . import report
from .checking import Check
from .csv import reader as csv_reader
from .csv import writer as csv_writer
from .docx import reader as docx_reader
from .docx import writer as docx_writer
from .json import reader as json_reader
from .json import writer as json_writer
from .markdown import reader as markdown_reader
from .markdown import writer as markdown_writer
from .pdf import reader as pdf_reader
from .pdf import writer as pdf_writer
from .phrases import proposals
from .tables import Table
from .xlsx import reader as xlsx_reader
from .xlsx import writer as xlsx_writer


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


def format_of(name: str, writer: Any, reader: Any, most: int | None = None) -> Format:
    """Return the format that a writer and a reader make up."""
    about = (writer.EXTENSION, writer.MIMETYPE, writer.write, reader.check)
    return Format(name, *about, most, getattr(writer, "DRAWN", False))


FORMATS = {
    format.extension: format
    for format in (
        format_of("CSV", csv_writer, csv_reader),
        format_of("XLSX", xlsx_writer, xlsx_reader, xlsx_writer.MOST),
        format_of("JSON", json_writer, json_reader),
        format_of("Markdown", markdown_writer, markdown_reader),
        format_of("DOCX", docx_writer, docx_reader, report.MOST),
        format_of("PDF", pdf_writer, pdf_reader, report.MOST),
    )
}
"""Every format by its file ending."""
