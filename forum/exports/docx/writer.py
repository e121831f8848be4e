"""DOCX: the report with real styles, a table of contents, header, footer and two pictures.

The seal is a part of the file that shows nowhere; it covers all words of the body and the pictures.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from ..report import PrintedReport, report_of
from ..seal import sealed
from ..tables import Table
from .direction import set_directions
from .pages import PAGES
from .reader import SEAL_PART, shown_in, wrapped
from .styles import set_styles

EXTENSION = "docx"
MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every part, so that the same table is the same file."""


def write(table: Table) -> Iterator[bytes]:
    """Yield the file, once all of it is set."""
    report = report_of(table)
    document = docx.Document()
    set_styles(document, report.language)
    set_properties(document, report)
    for page in PAGES:
        page(document, report)
    set_directions(document)
    add_seal(document, report)
    yield packed(document)


def set_properties(document: Document, report: PrintedReport) -> None:
    """Say in the file's properties what it is; nothing of the template's own remains."""
    origin, properties = report.origin, document.core_properties
    properties.title, properties.author = report.title, report.author
    properties.subject, properties.comments = origin.filter, origin.url
    properties.last_modified_by, properties.language = origin.software, report.language
    properties.created = properties.modified = origin.made_at.replace(tzinfo=None)
    package = document.part.package
    for key, related in list(package.rels.items()):
        if related.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


def add_seal(document: Document, report: PrintedReport) -> None:
    """Add the seal of what the document now shows."""
    shown = hashlib.sha256(shown_in(document).encode()).hexdigest()
    content = wrapped(sealed(report.origin, shown))
    part = Part(PackURI(SEAL_PART), "application/xml", content, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def packed(document: Document) -> bytes:
    """Return the file, every part of it with the same time stamp."""
    document.save(made := io.BytesIO())
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, MOMENT)
            target.writestr(info, source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
