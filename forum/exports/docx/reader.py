"""Checking an exported DOCX: are its words and pictures as they were written?

A program that saves the file anew may cut the words into other runs, fill in page numbers and
renew the table of contents; none of that counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO, Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from ..checking import NotAnExport, careful
from ..provenance import Provenance
from ..seal import unsealed

SEAL_PART = "/customXml/circle-back-export.xml"

_OPEN = b'<?xml version="1.0" encoding="UTF-8"?>\n<seal xmlns="urn:circle-back:export"><![CDATA['
_CLOSE = b"]]></seal>\n"
_WORDS = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n"}
_PASSED_OVER = {qn(f"w:{name}") for name in ("pPr", "rPr", "sdt", "fldSimple", "p")}
_EMBEDDED = qn("r:embed")


def wrapped(seal: str) -> bytes:
    """Return the seal as the part that holds it."""
    return _OPEN + seal.encode("ascii") + _CLOSE


def shown_in(document: Document) -> str:
    """Return the words of the body, a paragraph a line, and the checksum of every picture."""
    lines = (line_of(p, document) for p in document.element.body.iter(qn("w:p")))
    return "\n".join(line for line in lines if line)


def line_of(paragraph: Any, document: Document) -> str:
    """Return the words of one paragraph; nothing of those in a table of contents."""
    if any(parent.tag == qn("w:sdt") for parent in paragraph.iterancestors()):
        return ""
    return "".join(pieces(paragraph, document)).strip()


def pieces(node: Any, document: Document) -> Iterator[str]:
    """Yield the words and pictures below a node; looks and what fields show are not."""
    for child in node:
        if child.tag in _WORDS:
            yield _WORDS[child.tag] or child.text or ""
        elif picture := child.get(_EMBEDDED):
            yield hashlib.sha256(document.part.related_parts[picture].blob).hexdigest()
        elif child.tag not in _PASSED_OVER:
            yield from pieces(child, document)


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the document came from; raises Altered where its words have changed."""
    document = docx.Document(file)
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    if SEAL_PART not in parts:
        raise NotAnExport
    seal = parts[SEAL_PART].blob
    line = seal.removeprefix(_OPEN).removesuffix(_CLOSE).decode("ascii", "replace")
    return unsealed(line, hashlib.sha256(shown_in(document).encode()).hexdigest())
