"""The direction in which a text is read, told by its first letter that has one (Unicode UAX 9, P2).

It is what ``dir="auto"`` means on a page; documents, which have no such word, are told.
"""

from __future__ import annotations

from unicodedata import bidirectional


def reads_leftwards(text: str) -> bool:
    """Say whether a paragraph is read from right to left, as Arabic and Hebrew are."""
    for char in text:
        kind = bidirectional(char)
        if kind in {"R", "AL", "L"}:
            return kind != "L"
    return False
