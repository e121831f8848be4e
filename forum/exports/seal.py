"""The seal of a document for people: its provenance, and the checksum of what it shows.

Tables for programs are checked by their rows. A document shows its rows in words, which cannot be
read back into numbers, so it carries a checksum of its own beside that of the rows.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .checking import Altered
from .provenance import Provenance


def sealed(provenance: Provenance, shown: str) -> str:
    """Return the seal as one line of ASCII in which no < or > stands.

    ``shown`` is the checksum of what the document shows; the seal's own covers the provenance too.
    """
    said = provenance.as_dict()
    line = json.dumps({**said, "document_sha256": checksum(said, shown)})
    return line.replace("<", "\\u003c").replace(">", "\\u003e")


def checksum(said: dict[str, Any], shown: str) -> str:
    """Return the checksum of a document: of what it says of its origin, and of what it shows."""
    return hashlib.sha256(json.dumps([said, shown]).encode()).hexdigest()


def unsealed(line: str, shown: str) -> Provenance:
    """Return where a document came from.

    Raises Altered where the seal is not of a document that shows what has this checksum. It is of
    what was said of the origin then, of which there may be more to say today.
    """
    try:
        said = json.loads(line)
        stated, provenance = said.pop("document_sha256"), Provenance.from_dict(said)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Altered("its seal cannot be read") from error
    if checksum(said, shown) != stated:
        raise Altered("what it shows, or says of its origin, is not as it was written")
    return provenance
