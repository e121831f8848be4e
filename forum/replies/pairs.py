"""Proposals of one essay that look like each other, in pairs, with what the likeness rests on.

Only those are compared that share telling words, found through an index of words; of a word that
stands in very many, the newest few. So the work grows with the words, never with the square of the
proposals, and at most ``COMPARED`` of the newest and of the best are read at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from flask_babel import ngettext
from sqlalchemy import select

from ..db import db
from ..web.numbers import format_decimal
from .models import Reply
from .similar import ALIKE, COMPARED, beginnings, telling

OFTEN = 40  # of a word in more proposals, so many of the newest are compared
LOOKED_AT = 2_000  # pairs that share the most words
TITLE_WORDS, TEXT_WORDS = 2, 6  # words to share: in titles, or in the beginnings of texts
HALF = 0.5  # of the shorter one's words


@dataclass(frozen=True)
class Text:
    """The telling words of one proposal, folded: of its title as they are written, of its text."""

    id: int
    title: dict[str, str]
    text: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, reply_id: int, title: str, beginning: str) -> Text:
        """Read a proposal's words; ``beginning`` is folded and holds the title first."""
        words = telling(title)
        return cls(reply_id, words, frozenset(telling(beginning)) - words.keys())


@dataclass(frozen=True)
class Likeness:
    """How alike two proposals are: from 0 to 100, and what it rests on; ``first`` is the older."""

    first: int
    second: int
    score: int
    words: tuple[str, ...]
    """The words that the titles share, as the older one writes them."""
    of_words: int
    """How many telling words the shorter title has."""
    text_words: int
    """How many telling words the beginnings of both texts share."""

    @property
    def why(self) -> str:
        """What the likeness rests on, in the reader's language."""
        said = []
        if self.words:
            said.append(
                ngettext(
                    "The titles share %(shared)s of %(all)s word: %(words)s.",
                    "The titles share %(shared)s of %(all)s words: %(words)s.",
                    self.of_words,
                    shared=format_decimal(len(self.words)),
                    all=format_decimal(self.of_words),
                    words=", ".join(self.words),
                )
            )
        if self.text_words:
            said.append(
                ngettext(
                    "The texts begin with %(many)s word in common.",
                    "The texts begin with %(many)s words in common.",
                    self.text_words,
                    many=format_decimal(self.text_words),
                )
            )
        return " ".join(said)


def pairs(essay_id: int, without: Collection[tuple[int, int]], most: int) -> list[Likeness]:
    """Return the likest pairs of the essay, the likest first, without those named."""
    texts = texts_of(essay_id)
    found = (compare(one, other) for one, other in candidates(texts))
    alike = [each for each in found if each and (each.first, each.second) not in without]
    return sorted(alike, key=lambda each: (-each.score, -each.second, each.first))[:most]


def texts_of(essay_id: int) -> list[Text]:
    """Return the words of the newest and of the best proposals of the essay, the newest first."""
    begin = beginnings(essay_id)
    titles: dict[int, str] = {}
    ids = list(begin)
    for start in range(0, len(ids), COMPARED):
        rows = select(Reply.id, Reply.title).where(Reply.id.in_(ids[start : start + COMPARED]))
        titles |= {number: title or "" for number, title in db.session.execute(rows)}
    return [Text.of(each, titles[each], begin[each]) for each in sorted(titles, reverse=True)]


def candidates(texts: Sequence[Text]) -> Iterable[tuple[Text, Text]]:
    """Return the pairs that share the most words, the older of each first."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(texts):
        for word in each.title.keys() | each.text:
            if len(places[word]) < OFTEN:
                places[word].append(place)
    shared = Counter(pair for where in places.values() for pair in combinations(where, 2))
    for (newer, older), number in shared.most_common(LOOKED_AT):
        if number >= TITLE_WORDS:
            yield texts[older], texts[newer]


def compare(older: Text, newer: Text) -> Likeness | None:
    """Compare two proposals in full; return nothing where they are not alike enough."""
    title = tuple(written for word, written in older.title.items() if word in newer.title)
    shorter = min(len(older.title), len(newer.title))
    text = older.text & newer.text
    scores = [0.0]
    if len(title) >= TITLE_WORDS and len(title) >= HALF * shorter:
        scores.append(ratio(older.title, newer.title))
    least = min(len(older.text), len(newer.text))
    if len(text) >= TEXT_WORDS and len(text) >= HALF * least:
        scores.append(ratio(older.text, newer.text))
    if max(scores) < ALIKE:
        return None
    return Likeness(older.id, newer.id, round(max(scores)), title, shorter, len(text))


def ratio(some: Collection[str], others: Collection[str]) -> float:
    """Return how alike two sets of words are: 100 only where they are the same words."""
    from rapidfuzz import fuzz

    one, other = " ".join(sorted(some)), " ".join(sorted(others))
    return (fuzz.token_set_ratio(one, other) + fuzz.ratio(one, other)) / 2
