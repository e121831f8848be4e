"""The order of what was found: words in the title before words in the text, the sooner the better.

A text has been found because it holds all the words; the order says how much it is about them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from ..words.index.roots import root
from ..words.index.terms import SearchTerms
from ..words.keys import key_of

IN_TITLE = 4.0
"""For each word or phrase, the share of the title that the words make up coming on top."""
SOON, EARLY = 0.5, 200
"""For each that stands within so many characters of the beginning."""
AGAIN = 0.25
"""For each doubling of how often it stands in the beginning of the text."""
STANDING = 1.0
"""For the support a proposal can be sure of (see docs/ranking.md), between 0 and 1."""


@dataclass(frozen=True)
class Looks:
    """The wanted words as the order is made of them: the roots of each term."""

    terms: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, words: SearchTerms) -> Self:
        """Return the roots of what is wanted."""
        return cls(tuple(tuple(map(root, term.words)) for term in words.wanted))


def score(looks: Looks, title: str | None, begins: str, standing: float) -> float:
    """Return what a text is worth; ``begins`` is how its key begins."""
    heading = key_of(title or "")
    worth = STANDING * max(0.0, standing)
    for term in looks.terms:
        look = term[0] if len(term) == 1 else " ".join(term)
        if all(word in heading for word in term):
            worth += IN_TITLE + sum(map(len, term)) / len(heading)
        times = begins.count(look)
        if times:
            worth += AGAIN * math.log2(1 + times) + SOON * (0 <= begins.find(look) < EARLY)
    return worth
