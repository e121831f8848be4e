"""The seal of a document for people: its provenance, and the checksum of what it shows.

Tables for programs are checked by their rows. A document shows its rows in words, which cannot be
read back into numbers, so it carries a checksum of its own beside that of the rows.
"""

from __future__ import annotations

import hashlib
import json

from .checking import Altered
from .provenance import Provenance


def sealed(provenance: Provenance, shown: str) -> str:
    """Return the seal as one line of ASCII in which no < or > stands.

    ``shown`` is the checksum of what the document shows; the seal's own covers the provenance too.
    """
    line = json.dumps({**provenance.as_dict(), "document_sha256": checksum(provenance, shown)})
    return line.replace("<", "\\u003c").replace(">", "\\u003e")


def checksum(provenance: Provenance, shown: str) -> str:
    """Return the checksum of a document: of where it came from and what it shows."""
    said = json.dumps([provenance.as_dict(), shown])
    return hashlib.sha256(said.encode()).hexdigest()


def unsealed(line: str, shown: str) -> Provenance:
    """Return where a document came from.

    Raises Altered where the seal is not of a document that shows what has this checksum.
    """
    try:
        given = json.loads(line)
        provenance, stated = Provenance.from_dict(given), given["document_sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise Altered("its seal cannot be read") from error
    if checksum(provenance, shown) != stated:
        raise Altered("what it shows, or says of its origin, is not as it was written")
    return provenance
