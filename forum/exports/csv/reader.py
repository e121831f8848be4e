"""Reading an exported CSV back: every value as it was, and the checksum compared on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import IO

from ...words.csv_lines import unguarded
from ..checking import Altered, NotAnExport, careful
from ..fields import FIELDS, FROM_ROOMS, LATER, OF_ASIDE, FieldKind, Row, Value
from ..provenance import Digest, Provenance

csv.field_size_limit(1024 * 1024)
MARK = "export_"
"""What the names of the columns of the provenance begin with."""


def heading_without(left_out: frozenset[str]) -> list[str]:
    """Return the first line of a file, without the columns of these fields."""
    origin = [field.name for field in fields(Provenance) if field.name not in left_out]
    names = [field.name for field in FIELDS if field.name not in left_out]
    return [*names, *(f"{MARK}{name}" for name in origin)]


LEFT_OUT = (
    frozenset[str](),
    frozenset(OF_ASIDE),
    frozenset((*FROM_ROOMS, *OF_ASIDE)),
    LATER | {"deal"},
)
HEADINGS = tuple(map(heading_without, LEFT_OUT))
"""The first line of a file, and of one of before votes could be set aside, before rooms, and before
there was a deal in it."""


def read(file: IO[bytes]) -> Iterator[tuple[Row, Provenance]]:
    """Yield each proposal with its provenance, whose checksum covers the rows so far.

    Raises NotAnExport for any other file, and Altered for a record that cannot have been written.
    """
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="strict")
    records = csv.reader(lines, strict=True)
    try:
        heading = next(records, [])
        if heading not in HEADINGS:
            raise NotAnExport
        for record in records:
            values = [unguarded(cell) for cell in record]
            given = dict(zip(heading, values, strict=True))
            held = [field for field in FIELDS if field.name in given]
            row = {field.name: value(given[field.name], field.kind) for field in held}
            yield row, Provenance.from_dict({n[7:]: given[n] for n in given if n[:7] == MARK})
    except (csv.Error, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, Altered | NotAnExport):
            raise
        raise Altered(f"line {records.line_num} cannot be read") from error


def value(cell: str, kind: FieldKind) -> Value:
    """Return what a cell holds; raises ValueError where it holds nothing of the kind."""
    if kind is FieldKind.INTEGER:
        return int(cell)
    if kind is FieldKind.NUMBER:
        return float(cell)
    if kind is FieldKind.LIST:
        return cell.split("\n") if cell else []
    if kind is FieldKind.TAG:
        return cell or None
    if kind is FieldKind.MOMENT:
        return datetime.fromisoformat(cell) if cell else None
    if kind is FieldKind.DAY:
        return date.fromisoformat(cell) if cell else None
    return cell


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the file came from; raises Altered where it is not as it was written."""
    digest, stated = Digest(), None
    for row, stated in read(file):
        if digest.add(row) != stated.sha256:
            raise Altered(f"proposal {digest.rows} of the file is not as it was written")
    if stated is None:
        raise NotAnExport("It holds no proposals, and so nothing that could be checked.")
    if digest.rows != stated.rows:
        raise Altered(f"it holds {digest.rows} proposals of {stated.rows}")
    return stated
