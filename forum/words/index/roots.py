"""A word without its ending, in English or French: what two forms of it have in common.

For marking, for the order of what was found, and beside the rules of Snowball for French words.
"""

from __future__ import annotations

from functools import lru_cache

SHORTEST = 4

_ENDINGS = sorted(
    """
    s es e ed ing ings er ers ly y ies ied ion ions ation ations ement ements ment ments
    ee ees ent ant ante antes ants ons ez ait aient eront era al ale ales aux el elle elles eux euse
    euses if ive ives ity ities ite ites able ables
    """.split(),  # noqa: SIM905 - a list of endings is read as one
    key=len,
    reverse=True,
)


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """Return a folded word without the longest ending that leaves four letters of it."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
