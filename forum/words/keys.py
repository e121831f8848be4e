"""The words of a text as they are searched: one folding for the index, the query and the filter.

A key holds the words of a text and nothing between them but single spaces, so that both databases
take it apart at the same places as we do.
"""

from __future__ import annotations

import re

from .text import UNSEEN, fold

WORD = re.compile(r"[^\W_]+")
AS_WRITTEN = re.compile(rf"[^\W_]+(?:[{UNSEEN}]+[^\W_]+)*")
"""A word as people write it, with what may stand in it unseen."""
AFTER_TITLE = "|"


def words_in(text: str) -> list[str]:
    """Return the folded words of a text, in their order."""
    return WORD.findall(fold(text))


def key_of(text: str) -> str:
    """Return the key of a text: its folded words, one space apart."""
    return " ".join(words_in(text))


def says_more(text: str, title: str | None) -> bool:
    """Say whether a text holds more than its title, as that of an imported statement does not."""
    title = title or ""
    if len(text) > 2 * len(title):  # as nearly all: nothing need be folded
        return True
    key = key_of(text)
    return key not in key_of(title) if key else bool(text.strip())


def search_key(title: str | None, *others: str | None) -> str:
    """Return the key under which a text is found: that of its title, a bar, that of the rest."""
    return key_of(title or "") + AFTER_TITLE + key_of(" ".join(filter(None, others)))
