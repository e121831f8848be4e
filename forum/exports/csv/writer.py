"""The proposals as CSV: a record each, and where they came from at its end."""

from __future__ import annotations

from collections.abc import Iterator

from ...words.csv_lines import Cell, csv_lines
from ..fields import FIELDS
from ..pieces import pieces
from ..provenance import Digest
from ..tables import Table

EXTENSION = "csv"
MIMETYPE = "text/csv"


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces."""
    origin = {f"export_{name}": value for name, value in table.provenance.as_dict().items()}
    heading = [*(field.name for field in FIELDS), *origin]
    yield from pieces(csv_lines(heading, records(table, list(origin.values())[:-1])))


def records(table: Table, origin: list[Cell]) -> Iterator[list[Cell]]:
    """Yield a record for each proposal.

    Its last cell is the checksum of all rows up to and including its own, so that the file can be
    written in one go; the last record's is that of the table.
    """
    digest = Digest()
    for row in table.rows():
        values: list[Cell] = [row[field.name] for field in FIELDS]
        yield [*values, *origin, digest.add(row)]
