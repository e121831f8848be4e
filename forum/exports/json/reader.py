"""Reading an exported JSON back into the table it was made from, which any writer writes again."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import IO, Any

from ..checking import Altered, NotAnExport, careful
from ..fields import FIELDS, FROM_ROOMS, OF_ASIDE, FieldKind, Row, Value
from ..outcomes import RowOutcome
from ..provenance import Digest, Provenance
from ..tables import Table
from .writer import FORMAT, VERSION

KINDS = {field.name: field.kind for field in FIELDS}
UNSAID = asdict(RowOutcome())
"""What became of a proposal in files of before that was kept."""


def read(file: IO[bytes]) -> Table:
    """Return the table that the file holds; raises NotAnExport for any other file."""
    return table_of(load(file))


def load(file: IO[bytes]) -> dict[str, Any]:
    """Return what the file holds; raises NotAnExport for what we cannot have written."""
    try:
        given = json.load(file)
    except ValueError as error:
        raise NotAnExport from error
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise NotAnExport
    if given.get("version") not in (1, VERSION):
        raise NotAnExport(
            f"It is of version {given.get('version')}; this software reads 1 to {VERSION}."
        )
    return given


def table_of(given: dict[str, Any]) -> Table:
    """Return the table of a file; raises Altered where something in it is not as it must be."""
    try:
        rows = [as_kept_row(row) for row in given["proposals"]]
        provenance = Provenance.from_dict(given["provenance"])
        words = {name: given[name] for name in ("name", "title", "language", "introduction")}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Altered("something in it is missing or of another kind") from error
    return Table(**words, provenance=provenance, read=lambda: iter(rows))


def as_row(given: dict[str, Any]) -> Row:
    """Return a proposal with its moments as moments; it may be older than what became of it."""
    then = {**UNSAID, **given}
    return {name: value(then[name], kind) for name, kind in KINDS.items()}


def as_kept_row(given: dict[str, Any]) -> Row:
    """Return a proposal of a brief, or a file, that may be older than some of the fields."""
    later = {"place": 0, "ranked": 0, "assumed": (), "earlier": 0, "carried": 0}
    later |= dict.fromkeys((*FROM_ROOMS, *OF_ASIDE), 0)
    later |= {"score_with_aside": given.get("score", 0)}
    return as_row({**later, **named_now(given)})


def as_written(given: dict[str, Any]) -> Row:
    """Return a proposal with the fields it was written with, which the checksum is of."""
    kinds = zip(given, named_now(given), strict=True)
    return {name: value(given[name], KINDS.get(now, FieldKind.TEXT)) for name, now in kinds}


def named_now(given: dict[str, Any]) -> dict[str, Any]:
    """Return values under the names that fields have now: comments were chosen by their answers
    once, and are picked by facilitators today."""
    return {name.replace("strongest_", "quoted_"): value for name, value in given.items()}


def value(given: Any, kind: FieldKind) -> Value:
    """Return a value as a row holds it."""
    if kind is FieldKind.MOMENT and given is not None:
        return datetime.fromisoformat(given)
    if kind is FieldKind.DAY and given is not None:
        return date.fromisoformat(given)
    if kind is FieldKind.LIST:
        return list(given)
    return float(given) if kind is FieldKind.NUMBER else given


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the file came from; raises Altered where its proposals are not as written."""
    given = load(file)
    table, digest = table_of(given), Digest(map(as_written, given["proposals"]))
    if digest.rows != table.provenance.rows:
        raise Altered(f"it holds {digest.rows} proposals of {table.provenance.rows}")
    if str(digest) != table.provenance.sha256:
        raise Altered("a proposal in it is not as it was written")
    return table.provenance
