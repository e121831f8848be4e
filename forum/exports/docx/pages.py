"""The pages of an exported DOCX: cover, summary, introduction, contents, proposals, origin."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

from docx.document import Document
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from ...web.dates import day
from ..blocks import Block, Span
from ..phrases import percent
from ..report import PrintedReport, Section, is_address, shortened
from ..typefaces import counted, missing_in, shown
from ..typesetting import typeset
from ..unprintable import Unprintable
from .blocks import BlockWriter
from .styles import add
from .wordprocessing import (
    add_field_mark,
    add_link,
    add_simple_field,
    describe,
    element,
    name_place,
    set_language,
)

SHARPNESS = 240
"""Pixels an inch of the two pictures."""

TOGETHER = 13
"""Paragraphs at the end that stand on one page, so that none holds a line or two."""

BEGUN = 8
"""Paragraphs below the heading of the last part that stand on its page, for the same reason."""


def cover(document: Document, report: PrintedReport) -> None:
    """Write the cover: what this is, how much of it, and from when."""
    lines = report.origin.lines()
    add(document, "Small", report.origin.site)
    add(document, "Title", report.title)
    add(document, "Subtitle", report.said["subtitle"])
    add(document, "Label", report.said["count"])
    for text in (report.origin.filter, report.origin.order, report.said["made"]):
        document.add_paragraph(text)
    add(document, "Title")
    for name, text in (lines[1], lines[-1]):
        add(document, "Small", f"{name}\n{text}")


def summary(document: Document, report: PrintedReport) -> None:
    """Write the summary: the numbers in all, and the two figures."""
    heading(document, report.said["summary"]).paragraph_format.page_break_before = True
    words = [(report.said["counted"], report.said["number"]), *report.numbers]
    rows = [Block("row", blocks=[cell(name), cell(number)]) for name, number in words]
    BlockWriter(document, 1).table(Block("table", blocks=rows))
    if not report.sections:
        return
    figures = report.figures
    captions = [
        (report.said["bars"], figures.bars_alt),
        (report.said["counts"], figures.counts_alt),
    ]
    drawn, unprintable = pictures(report)
    for at, ((caption, alt), picture) in enumerate(zip(captions, drawn, strict=True), 1):
        paragraph = add(document, "Caption", f"{report.said['figure']} ")
        add_simple_field(paragraph, "SEQ Figure \\* ARABIC", str(at))
        paragraph.add_run(f". {caption}")
        describe(document.add_picture(io.BytesIO(picture), width=Mm(160)), alt)
    if unprintable.letters:
        add(document, "Small", unprintable.said())


def cell(text: str) -> Block:
    """Return a cell that holds this text."""
    return Block("cell", spans=[Span(text)])


def pictures(report: PrintedReport) -> tuple[list[bytes], Unprintable]:
    """Return the two figures as pictures, and the characters that they cannot show."""
    data: dict[str, Any] = {
        "figures": {**asdict(report.figures), "bars_alt": "", "counts_alt": ""},
        "said": {"total": report.said["total"]},
        "language": report.language,
        "ends": [percent(0), percent(0.5), percent(1)],
    }
    found = counted(data)
    missing = missing_in(found)
    drawn = typeset("pictures.typ", shown(data, missing), format="png", ppi=SHARPNESS)
    return drawn, Unprintable.among(found, missing)


def introduction(document: Document, report: PrintedReport) -> None:
    """Write what the facilitator says before the proposals."""
    if report.introduction:
        heading(document, report.said["introduction"])
        BlockWriter(document, 1).write(report.introduction)


def contents(document: Document, report: PrintedReport) -> None:
    """Write the table of contents: a field that a program renews, filled in as far as it can be.

    Page numbers are known to the program alone; they show as soon as it has counted the pages.
    """
    if len(report.sections) < 2:
        return
    heading(document, report.said["contents"])
    holder, content = element("sdt"), element("sdtContent")
    properties, gallery = element("sdtPr"), element("docPartObj")
    gallery.append(element("docPartGallery", val="Table of Contents"))
    gallery.append(element("docPartUnique"))
    properties.append(gallery)
    holder.append(properties)
    holder.append(content)
    entries = [add(document, "toc 2") for _section in report.sections]
    entries[0]._p.addprevious(holder)
    for at, (entry, section) in enumerate(zip(entries, report.sections, strict=True)):
        if at == 0:
            add_field_mark(entry, "begin", 'TOC \\o "2-2" \\h \\z \\u')
            add_field_mark(entry, "separate")
        add_link(entry, f"{section.rank}. {section.title}", place=place_of(at))
        entry.add_run("\t")
        add_simple_field(entry, f"PAGEREF {place_of(at)} \\h", "")
        content.append(entry._p)
    add_field_mark(entries[-1], "end")


def place_of(at: int) -> str:
    """Return the name of a proposal's place in the document."""
    return f"_Toc{at + 1:06d}"


def proposals(document: Document, report: PrintedReport) -> None:
    """Write a section for each proposal."""
    words = BlockWriter(document, 2)
    if report.sections:
        heading(document, report.said["proposals"])
    for at, section in enumerate(report.sections):
        language = section.language if section.language != report.language else ""
        title = add(document, "Heading 2", f"{section.rank}. ")
        run = title.add_run(section.title)
        if language:
            set_language(run._r, language)
        name_place(title, place_of(at), at + 1)
        proposal(document, section, words, language, report.said["evidence"])


def proposal(
    document: Document, section: Section, words: BlockWriter, language: str, evidence: str
) -> None:
    """Write what stands below the title of one proposal."""
    add(document, "Tags", " · ".join(section.tags))
    byline = add(document, "Byline", f"{section.byline}. ")
    add_address(byline, section.permalink)
    votes, *others = section.facts
    sentences = add(document, "Facts")
    sentences.add_run(votes).bold = True
    sentences.add_run(" " + " ".join(others))
    if not section.parts and not section.evidence:
        sentences.paragraph_format.keep_with_next = False
    for part in section.parts:
        if part.heading:
            label = add(document, "Label", part.heading)
            if part.author:
                label.add_run(f" — {part.author}").bold = False
        words.write(part.blocks, language, "Quote" if part.author else "Normal")
    if section.evidence:
        add(document, "Label", evidence)
    for address in section.evidence:
        item = add(document, "List Paragraph")
        words.number(item, words.bulleted, 0)
        add_address(item, address)


def add_address(paragraph: Any, address: str) -> None:
    """Add a web address as a link, and anything else as words."""
    if is_address(address):
        properties = element("rPr")
        properties.append(element("rStyle", val="Hyperlink"))
        add_link(paragraph, address, address).insert(0, properties)
    else:
        paragraph.add_run(address)


def origin(document: Document, report: PrintedReport) -> None:
    """Write where all this comes from; its first lines stand on one page, and so do its last."""
    heading(document, report.said["origin"])
    lines = [
        paragraph
        for name, text in report.origin.lines()
        for paragraph in (add(document, "Fact", name), document.add_paragraph(text))
    ]
    add(document, "Small", report.said["check"])
    for paragraph in (*lines[: BEGUN - 1], *lines[1 - TOGETHER :]):
        paragraph.paragraph_format.keep_with_next = True


def running(document: Document, report: PrintedReport) -> None:
    """Write the head and foot of every page but the cover."""
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{shortened(report.title)}\t{day(report.origin.made_at)}"
    foot = section.footer.paragraphs[0]
    foot.text = f"{report.origin.site} · SHA-256 {report.origin.sha256[:12]}…\t"
    before, _page, rest = report.said["page"].partition("{page}")
    between, _pages, after = rest.partition("{pages}")
    foot.add_run(before)
    add_simple_field(foot, "PAGE", "2")
    foot.add_run(between)
    add_simple_field(foot, "NUMPAGES", "2")
    foot.add_run(after)


def heading(document: Document, text: str) -> Paragraph:
    """Write the title of a part."""
    return add(document, "Heading 1", text)


PAGES = (cover, summary, introduction, contents, proposals, origin, running)
