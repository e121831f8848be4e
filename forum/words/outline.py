"""The headings of a long text: given ids as it is rendered, read back from its HTML as an outline.

An id begins with ``part-``, as no id of ours does, and holds what the sanitiser lets pass and no
more: small letters, digits and hyphens. It is made from the heading, so that a link to a part
outlives a part that is put in before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from markdown_it.token import Token

from .text import fold

ANCHOR = re.compile(r"part-[a-z0-9-]{1,60}")
LENGTH = 50
LEAST, MOST = 3, 100
"""A text with fewer headings needs no outline; of one with more, these are shown."""

_HEADING = re.compile(rf'<h([1-6]) id="({ANCHOR.pattern})">(.*?)</h\1>', re.DOTALL)
_SAID = frozenset({"text", "code_inline"})
_TAGS = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A part of a text: its id in the page, its words, and how deep it stands, from 1."""

    id: str
    words: str
    depth: int


def name_headings(tokens: Sequence[Token]) -> None:
    """Give every heading that stands in no quote or list an id that no other has."""
    taken: set[str] = set()
    series: dict[str, Iterator[str]] = {}
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0:
            said = "".join(c.content for c in inside.children or () if c.type in _SAID)
            stem = slug(said)
            # Each series goes on where it stopped: a thousand equal headings cost a thousand steps.
            names = series.setdefault(stem, numbered(stem))
            name = next(name for name in names if name not in taken)
            taken.add(name)
            token.attrSet("id", f"part-{name}")


def slug(words: str) -> str:
    """Return words as part of an address; where nothing of them is left, the word text."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")
    return plain[:LENGTH].strip("-") or "text"


def numbered(stem: str) -> Iterator[str]:
    """Yield the stem, then the stem with a number, for as long as it takes."""
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def outline(html: str) -> list[Heading]:
    """Return the headings of rendered HTML; none where they are too few to need an outline."""
    found = [(int(level), name, words) for level, name, words in _HEADING.findall(html)][:MOST]
    if len(found) < LEAST:
        return []
    top = min(level for level, _name, _words in found)
    return [
        Heading(name, " ".join(unescape(_TAGS.sub("", words)).split()), level - top + 1)
        for level, name, words in found
    ]
