"""Other forms of a French word: the index knows the stems of English words only.

The index takes off what English words end in, on both databases, and so finds many French forms as
well: plurals, ``réglementer`` beside ``réglementation``. Here are those it would not find. A form
that does not exist finds nothing and does no harm.
"""

from __future__ import annotations

SHORTEST_STEM = 3
SHORTEST_VERB = 4

# Folded endings that stand for one another; a word takes the family of its longest ending.
_ADJECTIVES = (
    ("al", "ale", "ales", "aux"),
    ("el", "elle", "elles"),
    ("eau", "eaux"),
    ("eux", "euse", "euses"),
    ("if", "ive", "ives"),
    ("teur", "trice", "trices", "teurs"),
    ("eur", "euse", "euses", "eurs"),
    ("ier", "iere", "ieres", "iers"),
    ("ien", "ienne", "iennes"),
    ("ant", "ante", "antes", "ants"),
    ("ent", "ente", "entes", "ents"),
    ("it", "ite", "ites"),
    ("if", "ive"),
)
_VERBS = ("er", "e", "es", "ent", "ons", "ez", "ant", "ee", "ees", "ait", "aient", "era", "eront")
_FAMILIES = sorted(
    {ending: family for family in reversed(_ADJECTIVES) for ending in family}.items(),
    key=lambda each: -len(each[0]),
)


def forms(word: str) -> tuple[str, ...]:
    """Return a folded word and the other forms it may have in French, itself first."""
    found = {word: None, **dict.fromkeys(_as_adjective(word)), **dict.fromkeys(_as_verb(word))}
    return tuple(found)


def _as_adjective(word: str) -> list[str]:
    """Return the genders and numbers of a word, as far as its ending tells."""
    for ending, family in _FAMILIES:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM:
            return [stem + other for other in family]
    return []


def _as_verb(word: str) -> list[str]:
    """Return the persons and tenses of a regular verb."""
    for ending in sorted(_VERBS, key=len, reverse=True):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_VERB:
            return [stem + other for other in _VERBS]
    return []
