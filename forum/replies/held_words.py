"""Which proposals hold the words that a list is kept to; the index of words knows (docs/search.md).

Up to ``LOOKED`` that hold them are named by their numbers, and the list is whole. Where more do,
nearly every stretch of an order holds some: a page goes along its order and asks the index about
one proposal after another, and what is no page asks for all of them at once.

The index holds no draft. Those who prepare one find what was imported into it all the same: its
proposals are read for the words, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from ..db import among, db
from ..essays.models import Essay
from ..words.index.french import completed
from ..words.index.in_use import WordIndex, index_for
from ..words.index.tags import FRENCH, Matches
from ..words.index.terms import SearchTerms, read
from ..words.index.unindexed import says
from .models import Reply


@dataclass(frozen=True)
class HeldWords:
    """The proposals that hold the words, the newest of them by number.

    A ``short`` list is read along its order and each number looked for among these; of a long one
    these are read and put in order.
    """

    index: WordIndex
    newest: Matches
    is_short: bool

    @property
    def is_whole(self) -> bool:
        """Whether no others hold the words."""
        return self.newest.is_whole

    @property
    def among_newest(self) -> ColumnElement[bool]:
        """The condition that a proposal is one of these."""
        return among(Reply.id, self.newest.numbers, is_walked=self.is_short)

    @property
    def one_by_one(self) -> ColumnElement[bool]:
        """The condition that a proposal holds the words, for a page along an order."""
        return self.among_newest if self.is_whole else self.index.holds(Reply.id)

    @property
    def all_at_once(self) -> ColumnElement[bool]:
        """The same for what reads a list to its end."""
        return self.among_newest if self.is_whole else self.index.held(Reply.id)


def held_words(q: str, essay_id: int | None, most: int, is_short: bool) -> HeldWords:
    """Ask the index for the newest proposals that hold the words, in one essay or in all."""
    words = read(q)
    index = index_for(completed(words))
    tags = (("proposal",), *([(f"e{essay_id}",)] if essay_id is not None else []))
    newest = index.replies(tags, most)
    if essay_id is not None and not newest.numbers and is_draft(essay_id):
        return HeldWords(index, in_draft(words, essay_id, most), True)
    return HeldWords(index, newest, is_short)


def is_draft(essay_id: int) -> bool:
    """Say whether an essay is a draft, of which no index holds a word."""
    state = select(Essay.stored_state).where(Essay.id == essay_id)
    return db.session.scalar(state) == "draft"


def in_draft(words: SearchTerms, essay_id: int, most: int) -> Matches:
    """Read the proposals of a draft, such as those imported, for the words: the newest of them."""
    there = Reply.essay_id == essay_id, Reply.lever.is_not(None), Reply.status == "visible"
    query = select(Reply.id, Reply.search, Reply.language).where(*there)
    rows = db.session.execute(query.order_by(Reply.id.desc()).limit(most))
    numbers = [number for number, key, language in rows if says(words, key, language[:2] == FRENCH)]
    return Matches(numbers, True)
