"""People's Markdown as plain blocks, for documents that are neither Markdown nor HTML.

The blocks are read from the HTML that html.py makes, the one door for people's words: what it does
not let through reaches no document either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from ..words import html

STYLES = {"strong": "bold", "em": "italic", "s": "strike", "code": "code", "sup": "raised"}

_MARKED = re.compile(
    r"""[\\`*_\[\]<>|~&\t]|://|^[ ]|[ ]$|^(?:[-+=\#:]|\d{1,9}[.)])""", re.MULTILINE | re.VERBOSE
)
"""What can mean anything to Markdown; a text without it, as most are, need not be read as such."""


@dataclass(frozen=True)
class Span:
    """Some words in one style; ``link`` is where they lead, if anywhere."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    raised: bool = False
    link: str = ""


@dataclass
class Block:
    """One block of a text.

    ``kind`` is paragraph, heading, code (of ``spans``), rule, quote, list (whose ``blocks`` are
    items), item, table (of rows), row (of cells) or cell (of ``spans``). ``level`` is that of a
    heading, from 1 and none left out on the way down, or the first number of a list; 0 is a list
    without numbers.
    """

    kind: str
    level: int = 0
    spans: list[Span] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


KINDS = {
    "p": "paragraph",
    "pre": "code",
    "blockquote": "quote",
    "ul": "list",
    "ol": "list",
    "li": "item",
    "table": "table",
    "tr": "row",
    "td": "cell",
    "th": "cell",
    "hr": "rule",
    **{f"h{level}": "heading" for level in range(1, 7)},
}


def blocks_of(source: str, site: str, typed: bool = False) -> list[Block]:
    """Return the blocks of a Markdown source; a text too tangled to show is one plain paragraph.

    ``typed`` is as for ``html.render``. Links within the site become full addresses, as a document
    leaves the site; links within the text are words alone.
    """
    if not _MARKED.search(source):
        return plain(source, typed)
    try:
        rendered = html.render(source, heading_offset=0, typed=typed)
    except html.TooComplex:
        return [Block("paragraph", spans=[Span(source)])]
    reader = Reader(site)
    reader.feed(str(rendered))
    reader.close()
    return reader.top.blocks


def plain(source: str, typed: bool = False) -> list[Block]:
    """Return the paragraphs of a text in which nothing is marked up."""
    end = "\n" if typed else " "
    paragraphs = re.split(r"\n\s*\n", source.strip())
    return [Block("paragraph", spans=[Span(end.join(p.split("\n")))]) for p in paragraphs if p]


class Reader(HTMLParser):
    """Reads our own HTML, whose tags are few and always closed."""

    def __init__(self, site: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site = site
        self.top = Block("text")
        self.open = [self.top]
        self.style = [Span("")]
        self.skipped = 0
        self.level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block or a style."""
        given = {name: value or "" for name, value in attrs}
        if given.get("class") in {"footnote-backref", "footnotes-sep"}:
            self.skipped += tag != "hr"
        elif tag in KINDS:
            self.open_block(tag, given)
        elif tag == "br":
            self.add("\n")
        elif tag == "a":
            self.style.append(replace(self.style[-1], link=self.address(given.get("href", ""))))
        elif tag in STYLES:
            changed: dict[str, Any] = {STYLES[tag]: True}
            self.style.append(replace(self.style[-1], **changed))

    def address(self, href: str) -> str:
        """Return where a link leads from outside the site; nothing for a place in the text."""
        if href.startswith("#"):
            return ""
        return self.site + href if href.startswith("/") else href

    def open_block(self, tag: str, given: dict[str, str]) -> None:
        """Open a block inside the one that is open."""
        block = Block(KINDS[tag])
        if block.kind == "heading":
            self.level = block.level = min(int(tag[1]), self.level + 1)
        elif tag == "ol":
            block.level = int(given.get("start", "1"))
        self.open[-1].blocks.append(block)
        if block.kind != "rule":
            self.open.append(block)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag opened."""
        if self.skipped and tag == "a":
            self.skipped -= 1
        elif tag in KINDS and tag != "hr":
            block = self.open.pop()
            if block.kind == "heading" and not any(span.text.strip() for span in block.spans):
                self.open[-1].blocks.pop()
        elif tag == "a" or tag in STYLES:
            self.style.pop()

    def handle_data(self, data: str) -> None:
        """Add words to the open block; white space between blocks is none of them."""
        holds_words = self.open[-1].kind in {"paragraph", "heading", "code", "cell"}
        if self.skipped or not (holds_words or data.strip()):
            return
        if self.open[-1].kind != "code":
            data = data.replace("\n", " ")
        spans = self.open[-1].spans
        self.add(data.lstrip() if spans and spans[-1].text == "\n" else data)

    def add(self, text: str) -> None:
        """Add words in the present style; bare words in an item or quote become a paragraph."""
        block = self.open[-1]
        if block.kind in {"item", "quote", "text"}:
            if not block.blocks or block.blocks[-1].kind != "paragraph":
                block.blocks.append(Block("paragraph"))
            block = block.blocks[-1]
        block.spans.append(replace(self.style[-1], text=text))
