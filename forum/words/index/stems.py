"""What the forms of a French word have in common; the indexes of both databases know English."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .roots import root


def stemmer(name: str) -> Any:
    """Return what stems by rules of this name, for one word: it works on itself, so no two threads
    share one. The library, of fifty languages, comes late."""
    import snowballstemmer

    return snowballstemmer.stemmer(name)


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """Return the stems of a folded French word: two words that share one are forms of each other.

    Snowball's rules know nouns and adjectives best, the plain endings of ours the verbs.
    """
    return frozenset({str(stemmer("french").stemWord(word)), root(word)})


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    """Return the stem under which SQLite's index has a folded word, a tag as well as any other."""
    return str(stemmer("porter").stemWord(word))
