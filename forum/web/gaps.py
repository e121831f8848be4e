"""What on a page is the visitor's own: a gap while the page is made, filled once it stands.

A page with its gaps open is the same for many readers (see ``frames``). The gaps of one kind are
filled together, so that what they need is asked for once: twenty cards, one statement. Where nobody
collects gaps, each is filled on the spot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app, g
from markupsafe import Markup

from .visitor import visitor_here

Filling = Callable[[Any, Sequence[Any]], Iterable[str]]
"""What fills all gaps of a kind: of the visitor and what each gap was given, the texts."""

OPEN = "open_gaps"
"""Where a request keeps the gaps of the page that it makes."""
MARK = re.compile("\0([0-9]+)\0")
"""Where one is; no text that people write holds such a character."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for what is the visitor's own: of which kind, and what of the page it needs."""

    kind: str
    given: tuple[Any, ...]


class SealedError(RuntimeError):
    """A piece that is kept without gaps asked for what is one visitor's own."""


class Sealed(list[Gap]):
    """The gaps of a piece that is divided where something else is put in: it has none."""

    def append(self, gap: Gap) -> None:
        """Refuse the gap."""
        raise SealedError(f"A divided piece asks for {gap.kind}, which is the visitor's own.")


def own(kind: str, *given: Any) -> Markup:
    """Return what stands here for the visitor; where gaps are collected, the mark of one.

    What is ``given`` outlives the request: values, never rows that may change.
    """
    gap, gaps = Gap(kind, given), g.get(OPEN)
    if gaps is None:
        return Markup(filled_texts(by_kind([gap]), visitor_here())[0])  # noqa: S704 - as below
    gaps.append(gap)
    return Markup(f"\0{len(gaps) - 1}\0")  # noqa: S704 - a number


@contextmanager
def collected(gaps: list[Gap]) -> Iterator[list[Gap]]:
    """Collect the gaps of what is made in here."""
    before = g.get(OPEN)
    setattr(g, OPEN, gaps)
    try:
        yield gaps
    finally:
        setattr(g, OPEN, before)


GapsByKind = dict[str, tuple[list[int], list[tuple[Any, ...]]]]
"""Of each kind of gap, which there are among all and what each was given."""


def by_kind(gaps: Sequence[Gap]) -> GapsByKind:
    """Return gaps as they are filled: those of a kind together."""
    kinds: GapsByKind = {}
    for number, gap in enumerate(gaps):
        numbers, given = kinds.setdefault(gap.kind, ([], []))
        numbers.append(number)
        given.append(gap.given)
    return kinds


def filled_texts(kinds: GapsByKind, visitor: Any) -> list[str]:
    """Return what stands in each of all these gaps for a visitor.

    What fills them escapes as templates do.
    """
    fillings: dict[str, Filling] = current_app.extensions["own_parts"]
    texts: dict[int, str] = {}
    for kind, (numbers, given) in kinds.items():
        texts.update(zip(numbers, fillings[kind](visitor, given), strict=True))
    return [texts[number] for number in range(len(texts))]


def apart(page: str, gaps: Sequence[Gap]) -> tuple[list[str], tuple[Gap, ...]]:
    """Return what was made with these gaps in parts, and the gap after each part but the last."""
    pieces = MARK.split(page)
    return pieces[::2], tuple(gaps[int(number)] for number in pieces[1::2])


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page in parts, with a gap after each but the last, in the order in which they stand."""

    texts: tuple[bytes, ...]
    gaps: tuple[Gap, ...]
    kinds: GapsByKind
    """The same gaps, those of a kind together."""

    @classmethod
    def of(cls, page: str, gaps: Sequence[Gap]) -> PageParts:
        """Return a page that was made with these gaps."""
        texts, placed = apart(page, gaps)
        return cls(tuple(each.encode() for each in texts), placed, by_kind(placed))

    def filled(self, visitor: Any) -> bytes:
        """Return the page as this visitor sees it."""
        pieces = [b""] * (len(self.texts) + len(self.gaps))
        pieces[::2] = self.texts
        pieces[1::2] = [text.encode() for text in filled_texts(self.kinds, visitor)]
        return b"".join(pieces)

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        return sum(map(len, self.texts)) + GAP_SIZE * len(self.gaps)


GAP_SIZE = 4_000
"""Bytes that a gap takes with what it was given, roughly."""
