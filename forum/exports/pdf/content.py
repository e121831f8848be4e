"""The report as the typst source takes it: plain data, what is empty left out."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from flask import current_app

from ...web.dates import day
from ...words.direction import reads_leftwards
from ..blocks import Block, Span
from ..papers import PAPERS
from ..phrases import percent
from ..report import Part, PrintedReport, Section, is_address, shortened
from ..typefaces import counted, missing_in, shown
from ..typesetting import date_of
from ..unprintable import Unprintable


def content_of(report: PrintedReport) -> dict[str, Any]:
    """Return the report in characters that can be shown, and what is said of those that cannot."""
    origin, lines = report.origin, report.origin.lines()
    data: dict[str, Any] = {
        "document-title": report.title,
        "title": report.title,
        "title-leftwards": reads_leftwards(report.title),
        "author": report.author,
        "language": report.language,
        "paper": PAPERS[current_app.config["PAPER"]].typst,
        "said": report.said,
        "numbers": report.numbers,
        "figures": asdict(report.figures),
        "introduction": [block_of(block) for block in report.introduction],
        "sections": [section_of(*numbered) for numbered in enumerate(report.sections, 1)],
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
    missing = missing_in(counted(data))
    words = [data[name] for name in ("title", "introduction", "sections", "provenance")]
    said = Unprintable.among(counted(words), missing).said()
    return {**shown(data, missing), "unprintable": said}


def section_of(place: int, section: Section) -> dict[str, Any]:
    """Return one proposal, the ``place``-th of the report."""
    return {
        **{name: getattr(section, name) for name in PLAIN},
        "place": f"proposal-{place}",
        "leftwards": reads_leftwards(section.title),
        "parts": [part_of(part) for part in section.parts],
        "shown-permalink": section.permalink,
        "evidence": [link_of(address) for address in section.evidence],
    }


PLAIN = tuple(each.name for each in fields(Section) if each.name not in {"parts", "evidence"})
"""The fields of a proposal that the source takes as they are."""


def part_of(part: Part) -> dict[str, Any]:
    """Return some words under their heading."""
    return {
        "heading": part.heading,
        "author": part.author,
        "blocks": [block_of(block) for block in part.blocks],
    }


def block_of(block: Block) -> dict[str, Any]:
    """Return a block: its kind, and whatever else it has."""
    words = "".join(span.text for span in block.spans)
    given = {
        "level": block.level,
        "spans": [span_of(span) for span in block.spans],
        "blocks": [block_of(inner) for inner in block.blocks],
        "leftwards": reads_leftwards(words or first_words(block)),
    }
    return {"kind": block.kind} | {name: value for name, value in given.items() if value}


def first_words(block: Block) -> str:
    """Return the words that a list or a quote begins with."""
    for inner in block.blocks:
        if found := "".join(span.text for span in inner.spans) or first_words(inner):
            return found
    return ""


def span_of(span: Span) -> Any:
    """Return some words: a plain text where they have no style and lead nowhere."""
    styled = {name: value for name, value in vars(span).items() if value}
    return span.text if len(styled) <= 1 else styled


def link_of(address: str) -> dict[str, str]:
    """Return an address as a link, and anything else as words."""
    return {"text": address, "link": address if is_address(address) else ""}
