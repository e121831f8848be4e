"""The direction of each paragraph of a DOCX, told by its words."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.font import Font

from ...words.direction import reads_leftwards
from .wordprocessing import element

BEHIND = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
)
"""Properties that must stand behind the direction of a paragraph."""


def set_directions(document: Document) -> None:
    """Let every paragraph that is read from right to left begin at the right, and its words run."""
    for paragraph in document.element.body.iter(qn("w:p")):
        words = text_of(paragraph)
        if words.isascii() or not reads_leftwards(words):
            continue
        paragraph.get_or_add_pPr().insert_element_before(element("bidi"), *BEHIND)
        for run in paragraph.iter(qn("w:r")):
            if reads_leftwards(text_of(run)):
                Font(run).rtl = True


def text_of(node: Any) -> str:
    """Return the words of a paragraph or a run."""
    return "".join(words.text or "" for words in node.iter(qn("w:t")))
