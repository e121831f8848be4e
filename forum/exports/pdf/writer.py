"""PDF: the report as a tagged document (PDF/UA-1) with bookmarks and its typefaces inside.

The seal is a comment before the last three lines, where the format allows one; it is no part of
what it seals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..report import report_of
from ..seal import sealed
from ..tables import Table
from .content import content_of
from .portions import set_report

EXTENSION = "pdf"
MIMETYPE = "application/pdf"

DRAWN = True
"""Its letters are drawn here, with the typefaces there are."""

SEAL = b"%circle-back-export "
END = b"startxref\n"


def write(table: Table) -> Iterator[bytes]:
    """Yield the file, once all of it is set."""
    report = report_of(table)
    pdf = set_report(
        content_of(report), format="pdf", pdf_standards=["ua-1"], timestamp=report.origin.made_at
    )
    body, end, offset = pdf.rpartition(END)
    seal = sealed(report.origin, hashlib.sha256(pdf).hexdigest())
    yield body + SEAL + seal.encode() + b"\n" + end + offset
