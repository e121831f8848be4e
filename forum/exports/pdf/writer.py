"""PDF: the report as a tagged document (PDF/UA-1) with bookmarks and its typefaces inside.

The seal is a comment before the last three lines, where the format allows one; it is no part of
what it seals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ...web.dates import day
from ..figures import percent
from ..report import PrintedReport, is_address, report_of, shortened
from ..seal import sealed
from ..tables import Table
from ..typesetting import characters, date_of, missing_in, shown, typeset

EXTENSION = "pdf"
MIMETYPE = "application/pdf"

SEAL = b"%circle-back-export "
END = b"startxref\n"


def write(table: Table) -> Iterator[bytes]:
    """Yield the file, once all of it is set."""
    report = report_of(table)
    pdf = typeset(
        "report.typ",
        data_of(report),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=report.origin.made_at,
    )
    body, end, offset = pdf.rpartition(END)
    seal = sealed(report.origin, hashlib.sha256(pdf).hexdigest())
    yield body + SEAL + seal.encode() + b"\n" + end + offset


def data_of(report: PrintedReport) -> dict[str, Any]:
    """Return the report as the typst source takes it, in characters that can be shown."""
    origin, lines = report.origin, report.origin.lines()
    data: dict[str, Any] = {
        **asdict(report),
        "origin": origin.as_dict(),
        "description": f"{origin.filter}. {origin.url}",
        "made": date_of(origin.made_at),
        "day": day(origin.made_at),
        "running": shortened(report.title),
        "footer": f"{origin.site} · SHA-256 {origin.sha256[:12]}…",
        "ends": [percent(0), percent(0.5), percent(1)],
        "shown-site": origin.site,
        "cover": [lines[1], lines[-1]],
        "provenance": lines,
    }
    for section in data["sections"]:
        section["shown-permalink"] = section["permalink"]
        section["evidence"] = [link_of(address) for address in section["evidence"]]
    missing = missing_in(characters(data))
    return {**shown(data, missing), "missing": bool(missing)}


def link_of(address: str) -> dict[str, str]:
    """Return an address as a link, and anything else as words."""
    return {"text": address, "link": address if is_address(address) else ""}
