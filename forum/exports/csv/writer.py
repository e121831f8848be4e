"""CSV by RFC 4180, in UTF-8 with a byte order mark, a line at a time.

A text that a spreadsheet would run as a formula gets one apostrophe in front; so does a text that
begins with an apostrophe, so that a reader who takes one leading apostrophe off every cell gets
every text back exactly (csv_reader.py, docs/exports.md).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from ..fields import FIELDS, Value
from ..pieces import pieces
from ..provenance import Digest, iso
from ..tables import Table

EXTENSION = "csv"
MIMETYPE = "text/csv"

MARK = b"\xef\xbb\xbf"
GUARD = "'"
GUARDED = (GUARD, "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text may not begin with unguarded; the wide forms are signs to spreadsheets in Asia."""


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces."""
    yield MARK
    yield from pieces(records(table))


def records(table: Table) -> Iterator[str]:
    """Yield the records: a heading, then a record for each proposal and where it came from.

    The last column of a record is the checksum of all rows up to and including its own, so that
    the file can be written in one go; the last record's is that of the table.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    origin = {f"export_{name}": value for name, value in table.provenance.as_dict().items()}
    writer.writerow([*(field.name for field in FIELDS), *origin])
    yield taken(buffer)
    said = [cell(value) for value in origin.values()][:-1]
    digest = Digest()
    for row in table.rows():
        values = [cell(row[field.name]) for field in FIELDS]
        writer.writerow([*values, *said, digest.add(row)])
        yield taken(buffer)


def taken(buffer: io.StringIO) -> str:
    """Return what has been written since last time."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def cell(value: Value) -> str | int | float:
    """Return a value as its cell holds it: a list with an item a line, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return iso(value)
    text = "\n".join(value) if isinstance(value, list) else value
    return f"{GUARD}{text}" if text.startswith(GUARDED) else text
