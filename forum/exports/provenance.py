"""Where a table came from, and the checksum by which a file is known to be unaltered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from flask_babel import gettext as _

from ..web.dates import iso
from .fields import Row, Value


@dataclass(frozen=True)
class Provenance:
    """Where a table came from: enough to find the same list again and to check its order.

    ``rows`` counts the proposals, ``authors`` is "shown" or "withheld", ``voters`` says whether
    voters are confirmed. A brief says besides, in words, what was asked and of whom: from ``essay``
    to ``chosen``, empty in a plain list.
    ``deal`` says who answers what by when; it is empty where nothing was said of that.
    ``sha256`` is the checksum of the rows; it is empty until the last of them has been read.
    """

    site: str
    url: str
    filter: str
    order: str
    formula: str
    authors: str
    made_at: datetime
    software: str
    rows: int
    essay: str = ""
    question: str = ""
    publisher: str = ""
    open: str = ""
    participation: str = ""
    selection: str = ""
    chosen: str = ""
    voters: str = ""
    deal: str = ""
    sha256: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the provenance as files for programs write it."""
        return {**asdict(self), "made_at": iso(self.made_at)}

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> Self:
        """Read the provenance back; raises KeyError, TypeError or ValueError for anything else."""
        values = {
            field.name: given[field.name]
            for field in fields(cls)
            if field.default is MISSING or field.name in given
        }
        moment = datetime.fromisoformat(str(values["made_at"]))
        return cls(**{**values, "made_at": moment, "rows": int(values["rows"])})

    def lines(self) -> list[tuple[str, str]]:
        """Return the provenance for people: pairs of heading and text, nothing left empty."""
        authors = authors_in_words()
        said = {
            **{name: str(value) for name, value in self.as_dict().items()},
            "authors": authors.get(self.authors, self.authors),
        }
        return [(heading, said[name]) for name, heading in headings().items() if said[name]]

    def asked(self) -> list[tuple[str, str]]:
        """Return what was asked of whom, how these were chosen, and who answers them."""
        named = headings()
        return [(named[name], getattr(self, name)) for name in ASKED if getattr(self, name)]


ASKED = (
    *("essay", "question", "publisher", "open", "participation", "selection", "chosen", "voters"),
    "deal",
)
"""The fields that stand before the proposals: in a plain list the deal alone."""


def authors_in_words() -> dict[str, str]:
    """Return how it is said whether authors are named."""
    return {"shown": _("Shown"), "withheld": _("Withheld")}


def headings() -> dict[str, str]:
    """Return the heading of every field of a provenance, in order."""
    return {
        "site": _("Site"),
        "url": _("List"),
        "filter": _("Filter"),
        "order": _("Order"),
        "formula": _("Formula"),
        "authors": _("Authors"),
        "made_at": _("Made at"),
        "software": _("Software"),
        "rows": _("Proposals"),
        "essay": _("Essay"),
        "question": _("Question"),
        "publisher": _("Published by"),
        "open": _("Open for answers"),
        "participation": _("Who took part"),
        "selection": _("What is here"),
        "chosen": _("How it was chosen"),
        "voters": _("Confirmed voters"),
        "deal": _("Deal"),
        "sha256": _("SHA-256 of the rows"),
    }


def canonical(row: Row) -> bytes:
    """Return the row as the checksum reads it: one line of JSON, its names in order.

    Numbers with decimals are texts of exactly twelve decimals and moments end in Z, so that any
    language can write the same line (docs/exports.md).
    """
    values = {name: plain(value) for name, value in row.items()}
    line = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return line.encode() + b"\n"


def plain(value: Value) -> Any:
    """Return a value as the canonical line holds it."""
    if isinstance(value, float):
        return format(value + 0.0, ".12f")
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value


class Digest:
    """The checksum of rows as they pass: SHA-256 over their canonical lines."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> str:
        """Take in one more row; return the checksum of all so far."""
        self._hash.update(canonical(row))
        self.rows += 1
        return str(self)

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows as they are, and take each in."""
        for row in rows:
            self.add(row)
            yield row

    def __str__(self) -> str:
        return self._hash.hexdigest()
