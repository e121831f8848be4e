"""People's words in a DOCX: real paragraphs, lists, quotes, tables and emphasis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from ..blocks import Block, Span
from .styles import FAINT, MONO, add
from .wordprocessing import add_link, align_left, element, set_border, set_language

STEP = 6
"""Millimetres by which each level of a list moves to the right."""

DEEPEST = 8
BULLETS = "•–·"


class BlockWriter:
    """Writes blocks at the end of a document, below a heading of the level ``below``."""

    def __init__(self, document: Document, below: int) -> None:
        self.document = document
        self.below = below
        self.numbering: Any = document.part.numbering_part.element
        self.language = ""
        self.bullets = self.add_marks("bullet")
        self.numbers = self.add_marks("decimal")
        self.bulleted = self.add_list(self.bullets)

    def write(self, blocks: Iterable[Block], language: str = "", style: str = "Normal") -> None:
        """Write a text; ``language`` only where it is not the document's own."""
        self.language = language
        for block in blocks:
            self.block(block, style)
        self.language = ""

    def block(self, block: Block, style: str, depth: int = 0) -> None:
        """Write one block, moved to the right by its depth in lists."""
        if block.kind == "heading":
            self.paragraph(block.spans, f"Heading {min(6, block.level + self.below)}")
        elif block.kind == "code":
            code = "".join(span.text for span in block.spans).rstrip("\n")
            self.indent(self.paragraph([Span(code)], "Code"), depth)
        elif block.kind == "rule":
            set_border(self.document.add_paragraph()._p, "bottom", FAINT, 8)
        elif block.kind == "quote":
            for inner in block.blocks:
                self.block(inner, "Quote", depth)
        elif block.kind == "list":
            self.list(block, depth)
        elif block.kind == "table":
            self.table(block)
        else:
            self.indent(self.paragraph(block.spans, style), depth)

    def paragraph(self, spans: Iterable[Span], style: str) -> Paragraph:
        """Write a paragraph."""
        paragraph = add(self.document, style)
        self.spans(paragraph, spans)
        return paragraph

    def spans(self, paragraph: Paragraph, spans: Iterable[Span]) -> None:
        """Write words with their emphasis and links."""
        for span in spans:
            if span.link:
                run = paragraph.add_run()
                run._r.getparent().remove(run._r)
                link = add_link(paragraph, "", span.link)
                link.getparent().replace(link, run._r)
                run._r.style = "Hyperlink"
            else:
                run = paragraph.add_run()
            run.text = span.text
            run.bold, run.italic = span.bold or None, span.italic or None
            run.font.strike, run.font.superscript = span.strike or None, span.raised or None
            if span.code:
                run.font.name = MONO
            if self.language:
                set_language(run._r, self.language)

    def list(self, block: Block, depth: int) -> None:
        """Write a list; a numbered one begins at its own number."""
        marks = self.add_list(self.numbers, depth, block.level) if block.level else self.bulleted
        for item in block.blocks:
            first, *rest = item.blocks or [Block("paragraph")]
            if first.kind == "paragraph":
                self.number(self.paragraph(first.spans, "List Paragraph"), marks, depth)
            else:
                rest = [first, *rest]
            for inner in rest:
                self.block(inner, "List Paragraph", depth + 1)

    def number(self, paragraph: Paragraph, marks: int, depth: int) -> None:
        """Make the paragraph an item of a list."""
        properties: Any = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = min(depth, DEEPEST)
        properties.get_or_add_numId().val = marks

    def indent(self, paragraph: Paragraph, depth: int) -> None:
        """Move a paragraph to where the words of a list stand."""
        if depth:
            paragraph.paragraph_format.left_indent = Mm(STEP * min(depth, DEEPEST + 1))

    def table(self, block: Block) -> None:
        """Write a table, whose first row is repeated on every page that it reaches."""
        width = max(len(row.blocks) for row in block.blocks)
        table = self.document.add_table(0, width, style="Table Grid")
        align_left(table)
        for row in block.blocks:
            cells = table.add_row().cells
            for cell, given in zip(cells, row.blocks, strict=False):
                self.spans(cell.paragraphs[0], given.spans)
        heading: Any = table.rows[0]._tr
        heading.get_or_add_trPr().append(element("tblHeader"))
        for paragraph in (p for cell in table.rows[0].cells for p in cell.paragraphs):
            for run in paragraph.runs:
                run.bold = True
        add(self.document, "Small")

    def add_marks(self, kind: str) -> int:
        """Add the marks of a kind of list, for every depth; return their number."""
        number = 1000 + len(self.numbering.findall(qn("w:abstractNum")))
        marks = element("abstractNum", abstractNumId=str(number))
        marks.append(element("multiLevelType", val="multilevel"))
        for depth in range(DEEPEST + 1):
            level = element("lvl", ilvl=str(depth))
            text = BULLETS[depth % 3] if kind == "bullet" else f"%{depth + 1}."
            level.append(element("start", val="1"))
            level.append(element("numFmt", val=kind))
            level.append(element("lvlText", val=text))
            level.append(element("lvlJc", val="left"))
            place = element("pPr")
            left = Mm(STEP * (depth + 1)).twips
            place.append(element("ind", left=str(left), hanging=str(Mm(STEP).twips)))
            level.append(place)
            marks.append(level)
        first = self.numbering.find(qn("w:num"))
        first.addprevious(marks) if first is not None else self.numbering.append(marks)
        return number

    def add_list(self, marks: int, depth: int = 0, start: int = 0) -> int:
        """Add one list with these marks; return its number. One with a start counts anew."""
        made = self.numbering.add_num(marks)
        if start:
            made.add_lvlOverride(ilvl=min(depth, DEEPEST)).add_startOverride(start)
        return int(made.numId)
