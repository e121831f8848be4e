"""Which language a text is written in, told by its small words.

A discussion is held in both languages, so the essay's language does not tell a reply's. Readers
need it: a voice that reads French aloud by English rules cannot be understood (WCAG 2.2, 3.1.2).
"""

from __future__ import annotations

import re
from collections import Counter

SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to in is it its that for with are be this from have not they would "
        "their which should who what there when can will been has was were by at we you our",
        "fr": "le la les l des du de et est une un que qui qu dans pour pas sur avec sont ce cette "
        "ces il elle ils elles nous vous leur leurs aux au ne se ete mais etre sans sous dont",
    }.items()
}
"""Folded words that stand in nearly every sentence of one language and hardly ever in another's."""

LEAST = 2
"""Small words that a text must hold to be told by them."""
CLEARLY = 3
"""How many times more of them than of another language's."""

_WORD = re.compile(r"[a-z]+")


def language_of(folded: str, otherwise: str) -> str:
    """Return the language of a folded text, or the other where its words do not tell."""
    counted = Counter(_WORD.findall(folded))
    found = {
        language: sum(counted[word] for word in small) for language, small in SMALL_WORDS.items()
    }
    best = max(found, key=lambda language: found[language])
    others = max(number for language, number in found.items() if language != best)
    return best if found[best] >= max(LEAST, CLEARLY * others) else otherwise
