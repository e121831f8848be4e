"""A table as a document for people: its words, numbers and blocks, in order, in no format yet.

DOCX and PDF are set from the same report, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from ..replies.tags import LEVER
from ..settings.current import site_name
from ..web.dates import moment
from ..words.keys import says_more
from . import phrases
from .blocks import Block, Span, blocks_of
from .fields import Row
from .figures import Figures, figures_of, number
from .provenance import Digest, Provenance
from .tables import Table

RUNNING_LENGTH = 80
"""Characters of a title that fit the head of a page."""

MOST = 500
"""Proposals that a document can hold; nobody reads a longer one."""

TEXT_MOST = 1_000_000
"""Characters that a document can hold; setting more takes too long and too much memory."""


@dataclass(frozen=True)
class Part:
    """Some words under a small heading, and who is quoted, if anyone."""

    heading: str
    blocks: list[Block]
    author: str = ""


@dataclass(frozen=True)
class Section:
    """One proposal as a document shows it; ``facts`` are its numbers, a sentence each."""

    rank: str
    title: str
    lever: str
    language: str
    tags: list[str]
    facts: list[str]
    share: float | None
    low: float
    high: float
    byline: str
    parts: list[Part]
    evidence: list[str]
    permalink: str


@dataclass(frozen=True)
class PrintedReport:
    """A whole document. ``said`` are the words of its frame, by name; ``author`` is a name."""

    title: str
    author: str
    language: str
    said: dict[str, str]
    numbers: list[tuple[str, str]]
    figures: Figures
    introduction: list[Block]
    sections: list[Section]
    origin: Provenance


LONG = ("body", "note", "quoted_support", "quoted_challenge")


class DocumentTooLong(ValueError):
    """The proposals hold more text than a document can."""


def report_of(table: Table) -> PrintedReport:
    """Return the document of a table; raises TooLong above TEXT_MOST characters."""
    rows = list(table.rows())
    if is_too_long(rows):
        raise DocumentTooLong
    origin = replace(table.provenance, sha256=str(Digest(rows)))
    made = moment(origin.made_at)
    return PrintedReport(
        title=on_one_line(table.title),
        author=origin.publisher or site_name(),
        language=table.language,
        said={
            "subtitle": _("What readers propose"),
            "count": phrases.proposals(len(rows)),
            "made": _("As the list stood on %(moment)s", moment=made),
            "summary": _("At a glance"),
            "counted": _("What was counted"),
            "number": pgettext("a count", "How many"),
            "introduction": _("Introduction"),
            "contents": _("Contents"),
            "proposals": _("The proposals"),
            "origin": _("Where this comes from"),
            "bars": _("Share of support among people who took a side, with its 95% interval"),
            "counts": _("Proposals by lever and jurisdiction"),
            "total": _("All"),
            "evidence": _("Evidence"),
            "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            "figure": _("Figure"),
            "check": _("To check this file: flask export --verify, then its name."),
        },
        numbers=numbers(rows),
        figures=figures_of(rows),
        introduction=[*asked(origin), *blocks_of(table.introduction, origin.site)],
        sections=[section(row, origin.site) for row in rows],
        origin=origin,
    )


def asked(origin: Provenance) -> list[Block]:
    """Return what was asked of whom, a paragraph each, as the first thing that a brief says."""
    pairs = ((_("%(name)s:", name=name), on_one_line(text)) for name, text in origin.asked())
    return [
        Block("paragraph", spans=[Span(name, bold=True), Span(f" {text}")]) for name, text in pairs
    ]


def is_too_long(rows: Iterable[Row]) -> bool:
    """Say whether the proposals hold more text than a document can."""
    return sum(len(str(row[name])) for row in rows for name in LONG) > TEXT_MOST


def numbers(rows: list[Row]) -> list[tuple[str, str]]:
    """Return the numbers of the summary: proposals by lever, votes and comments in all."""
    votes = sum(number(row[name]) for row in rows for name in ("support", "oppose", "neutral"))
    comments = sum(number(row["comments"]) for row in rows)
    return [
        *(
            (str(lever.label), phrases.whole(sum(row[LEVER.name] == lever.value for row in rows)))
            for lever in LEVER.values
        ),
        (_("Votes"), phrases.whole(int(votes))),
        (_("Comments"), phrases.whole(int(comments))),
    ]


def section(row: Row, site: str) -> Section:
    """Return the section of one proposal."""
    support, oppose = number(row["support"]), number(row["oppose"])
    evidence = row["evidence"]
    return Section(
        rank=phrases.whole(phrases.standing_at(row)),
        title=on_one_line(row["title"]),
        lever=str(row["lever"]),
        language=str(row["language"]),
        tags=[*phrases.tags(row), phrases.status(row)],
        facts=facts(row),
        share=support / (support + oppose) if support + oppose else None,
        low=number(row["low"]),
        high=number(row["high"]),
        byline=phrases.byline(row),
        parts=list(parts(row, site)),
        evidence=list(evidence) if isinstance(evidence, list) else [],
        permalink=str(row["permalink"]),
    )


def facts(row: Row) -> list[str]:
    """Return the numbers of one proposal as sentences, the votes first, then what became of it."""
    say = (phrases.votes, phrases.standing, phrases.ranks, phrases.discussed)
    said = [*(each(row) for each in say), *map(on_one_line, phrases.outcome(row))]
    return [f"{each}." for each in said]


def parts(row: Row, site: str) -> Iterator[Part]:
    """Yield the words of one proposal: its text, then what was added to it."""
    if says_more(str(row["body"]), str(row["title"])):
        yield Part("", blocks_of(str(row["body"]), site, typed=True))
    if row["trade_off"]:
        yield Part(_("Trade-off"), blocks_of_line(row["trade_off"]))
    if row["answer"]:
        heading = _("Answer of %(body)s", body=on_one_line(row["answer_body"]))
        yield Part(heading, blocks_of_line(row["answer"]))
    if row["note"]:
        yield Part(_("Facilitator’s note"), blocks_of(str(row["note"]), site))
    for name, heading in phrases.QUOTED.items():
        if row[f"{name}_permalink"]:
            author = phrases.attribution(str(row[f"{name}_author"]))
            yield Part(str(heading), blocks_of(str(row[name]), site, typed=True), author)


def blocks_of_line(text: Any) -> list[Block]:
    """Return one paragraph of plain words."""
    return [Block("paragraph", spans=[Span(str(text))])]


def shortened(title: str) -> str:
    """Return a title that fits the head of a page."""
    return title if len(title) <= RUNNING_LENGTH else f"{title[:RUNNING_LENGTH].rstrip()}…"


def is_address(text: str) -> bool:
    """Say whether a text is an address on the web, and so can be followed."""
    return text.startswith(("http://", "https://"))


def on_one_line(text: Any) -> str:
    """Return a text without line breaks."""
    return " ".join(str(text).split())
