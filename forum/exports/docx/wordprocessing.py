"""The parts of WordprocessingML that python-docx has no words for: fields, links, places, marks.

Names are those of ECMA-376, part 1, chapter 17.
"""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

LATER = (
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
    "w:noWrap",
    "w:tcMar",
    "w:vAlign",
)
"""Properties that must stand behind lines and fillings; programs refuse any other order."""


def element(name: str, /, **attributes: str) -> Any:
    """Return an element of the main namespace with attributes of the same."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def add_simple_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field that a program fills in as it shows the page."""
    field = element("fldSimple", instr=code)
    field.append(run_of(shown))
    paragraph._p.append(field)


def run_of(text: str) -> Any:
    """Return a run that holds only this text."""
    run, words = element("r"), element("t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def add_field_mark(paragraph: Paragraph, kind: str, code: str = "") -> None:
    """Add the ``begin`` (with its code), ``separate`` or ``end`` of a field over several parts."""
    run = element("r")
    run.append(element("fldChar", fldCharType=kind))
    paragraph._p.append(run)
    if code:
        run, words = element("r"), element("instrText")
        words.text = f" {code} "
        words.set(qn("xml:space"), "preserve")
        run.append(words)
        paragraph._p.append(run)


def add_link(paragraph: Paragraph, text: str, address: str = "", place: str = "") -> Any:
    """Add words that lead to a web address, or to a place in the document; return their run."""
    if address:
        link = OxmlElement("w:hyperlink")
        related = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), related)
    else:
        link = element("hyperlink", anchor=place, history="1")
    run = run_of(text)
    link.append(run)
    paragraph._p.append(link)
    return run


def name_place(paragraph: Paragraph, name: str, number: int) -> None:
    """Give the paragraph a name that links and page references lead to."""
    start = element("bookmarkStart", id=str(number), name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def set_border(paragraph: Any, side: str, colour: str, size: int, space: int = 4) -> None:
    """Draw a line along a side of a paragraph or style; ``size`` is in eighths of a point."""
    borders = element("pBdr")
    borders.append(element(side, val="single", sz=str(size), space=str(space), color=colour))
    paragraph.get_or_add_pPr().insert_element_before(borders, "w:shd", *LATER)


def shade(properties: Any, colour: str) -> None:
    """Fill a cell or a paragraph with a colour."""
    shading = element("shd", val="clear", color="auto", fill=colour)
    properties.insert_element_before(shading, *LATER)


def describe(picture: Any, text: str) -> None:
    """Give a picture the text that stands in for it."""
    picture._inline.docPr.set("descr", text)


def set_language(run: Any, language: str) -> None:
    """Say in which language a run is, for those who read it aloud or check its spelling."""
    properties = run.find(qn("w:rPr"))
    if properties is None:
        properties = element("rPr")
        run.insert(0, properties)
    properties.append(element("lang", val=language, eastAsia=language, bidi=language))


def align_left(table: Any) -> None:
    """Move a table in by the margin of its cells, so that its edge stands below the text's."""
    indent = element("tblInd", w="108", type="dxa")
    table._tbl.tblPr.insert_element_before(indent, "w:tblBorders", "w:tblLayout", "w:tblLook")
