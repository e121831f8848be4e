"""JSON: one object of proposals and provenance, written a proposal at a time.

Its schema is docs/export.schema.json; ``version`` rises with every change that a reader of the
former version would not understand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ...web.dates import iso
from ..pieces import pieces
from ..provenance import Digest
from ..tables import Table

EXTENSION = "json"
MIMETYPE = "application/json"

FORMAT = "circle-back-export"
VERSION = 2


def write(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces."""
    yield from pieces(parts(table))


def parts(table: Table) -> Iterator[str]:
    """Yield the object in parts; the provenance stands last, when the checksum is known."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "name": table.name,
        "title": table.title,
        "language": table.language,
        "introduction": table.introduction,
    }
    yield as_json(head).removesuffix("\n}") + ',\n  "proposals": ['
    digest, between = Digest(), "\n"
    for row in digest.through(table.rows()):
        yield between + indented(as_json(row))
        between = ",\n"
    provenance = replace(table.provenance, sha256=str(digest)).as_dict()
    yield "\n  ]," + as_json({"provenance": provenance}).removeprefix("{") + "\n"


def indented(text: str) -> str:
    """Return JSON moved to the right; its strings hold no line breaks."""
    return "\n".join(f"    {line}" for line in text.split("\n"))


def as_json(value: Any) -> str:
    """Return a value as indented JSON, its letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=written)


def written(value: Any) -> str:
    """Return a moment, or a day, as JSON writes it."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export.")
