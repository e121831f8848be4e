"""How an exported DOCX looks: every style has a name, so a reader can restyle all at once."""

from __future__ import annotations

from typing import Any, NamedTuple

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from flask import current_app

from ..papers import PAPERS, Paper
from .wordprocessing import element, set_border, shade

SERIF, SANS, MONO = "Cambria", "Calibri", "Consolas"
INK, MUTED, LINK = RGBColor(0x1B, 0x1F, 0x24), RGBColor(0x56, 0x60, 0x6C), RGBColor(0, 0x55, 0x8A)
FAINT, FILLING = "D5DBE1", "F4F6F8"
MARGIN = 25
"""Millimetres left and right of the text."""

SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


class Look(NamedTuple):
    """A paragraph style: typeface, size, weight, colour, and the space around it in points."""

    name: str
    font: str
    size: float
    bold: bool
    colour: RGBColor
    before: float
    after: float


PARAGRAPHS = (
    Look("Normal", SERIF, 10.5, False, INK, 0, 6),
    Look("Title", SANS, 32, True, INK, 110, 8),
    Look("Subtitle", SANS, 14, False, MUTED, 0, 24),
    Look("Heading 1", SANS, 20, True, INK, 28, 12),
    Look("Heading 2", SANS, 13.5, True, INK, 22, 4),
    Look("Heading 3", SANS, 11, True, INK, 10, 4),
    Look("Heading 4", SANS, 10.5, True, INK, 8, 3),
    Look("Heading 5", SANS, 10.5, True, MUTED, 8, 3),
    Look("Heading 6", SANS, 10.5, True, MUTED, 8, 3),
    Look("Caption", SANS, 9.5, True, INK, 10, 4),
    Look("Quote", SERIF, 10.5, False, INK, 2, 6),
    Look("Header", SANS, 8.5, False, MUTED, 0, 0),
    Look("Footer", SANS, 8.5, False, MUTED, 0, 0),
    Look("List Paragraph", SERIF, 10.5, False, INK, 0, 3),
    Look("toc 2", SERIF, 10.5, False, INK, 0, 4),
    Look("Code", MONO, 9, False, INK, 2, 8),
    Look("Tags", SANS, 9.5, False, INK, 0, 6),
    Look("Label", SANS, 10.5, True, INK, 8, 2),
    Look("Small", SANS, 8.5, False, MUTED, 4, 4),
    Look("Fact", SANS, 8, False, MUTED, 2, 0),
    Look("Byline", SANS, 8.5, False, MUTED, 0, 4),
    Look("Facts", SANS, 9.5, False, INK, 4, 8),
)


KEPT = {"Caption", "Tags", "Byline", "Facts", "Label", "Fact"}
"""Styles of lines that stand on the page of what follows them."""


def set_styles(document: Document, language: str) -> None:
    """Give the document its page and its styles."""
    for look in PARAGRAPHS:
        set_look(style_of(document, look.name), look)
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    for found in defaults.iter(qn("w:lang")) if defaults is not None else ():
        found.set(qn("w:val"), language)
    quote: Any = styles["Quote"]
    quote.paragraph_format.left_indent = Mm(4)
    set_border(quote.element, "left", FAINT, 18, 8)
    for name in ("Code", "Facts"):
        shade(styles[name].element.get_or_add_pPr(), FILLING)
    contents: Any = styles["toc 2"]
    contents.paragraph_format.left_indent = Mm(8)
    contents.paragraph_format.first_line_indent = Mm(-8)
    contents.paragraph_format.tab_stops.add_tab_stop(text_width(), WD_TAB_ALIGNMENT.RIGHT)
    link: Any = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = LINK
    for border in styles["Table Grid"].element.iter(*(qn(f"w:{side}") for side in SIDES)):
        border.set(qn("w:color"), FAINT)
    for name in ("Header", "Footer"):
        set_running(styles[name])
    set_page(document)


def add(document: Document, style: str, text: str = "") -> Paragraph:
    """Add a paragraph of a style at the end of the document."""
    return styled(document.add_paragraph(text), style)


def styled(paragraph: Paragraph, style: str) -> Paragraph:
    """Give a paragraph a style; to have it looked up by name would cost more than all else."""
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def style_of(document: Document, name: str) -> Any:
    """Return the paragraph style of this name, made where the template has none."""
    styles: Any = document.styles
    if name not in styles:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = styles[name]
    if name != "Normal":
        style.base_style = styles["Normal"]
    return style


def set_look(style: Any, look: Look) -> None:
    """Give a style its look; what the template said of lines, slant and themes goes."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    font = look.font
    properties.append(element("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    style.font.size, style.font.bold, style.font.color.rgb = Pt(look.size), look.bold, look.colour
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.line_spacing = 1.0 if look.size > 12 else 1.2
    layout.keep_with_next = look.name.startswith("Heading") or look.name in KEPT


def set_running(style: Any) -> None:
    """Give the head or foot of a page one tab stop, at its right edge."""
    tabs = style.element.pPr.find(qn("w:tabs"))
    if tabs is not None:
        style.element.pPr.remove(tabs)
    style.paragraph_format.tab_stops.add_tab_stop(text_width(), WD_TAB_ALIGNMENT.RIGHT)


def paper() -> Paper:
    """Return the sheet that the forum's documents are set on."""
    return PAPERS[current_app.config["PAPER"]]


def text_width() -> Mm:
    """Return how wide a line is between the margins."""
    return Mm(paper().width - 2 * MARGIN)


def set_page(document: Document) -> None:
    """Set the sheet with the margins of the PDF, and a cover without head and foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(paper().width), Mm(paper().height)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.header_distance = section.footer_distance = Mm(13)
    section.different_first_page_header_footer = True
