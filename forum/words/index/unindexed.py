"""Whether a text that no index holds, such as one of a draft, says the words: by the same rules."""

from __future__ import annotations

from ..keys import AFTER_TITLE
from .french import has_forms
from .stems import english_stem, stems
from .terms import SearchTerms, Term


def says(words: SearchTerms, key: str, is_french: bool) -> bool:
    """Say whether a text, by its search key, holds all of the wanted words and none of the others.

    Words are found in their English forms, and in French texts in their French ones, where the
    wanted begin longer words too; phrases as they stand.
    """
    here = key.replace(AFTER_TITLE, f" {AFTER_TITLE} ").split()
    stemmed = [english_stem(word) for word in here]

    def stands(term: Term, begins: bool) -> bool:
        wanted = [english_stem(word) for word in term.words]
        starts = range(len(stemmed) - len(wanted) + 1)
        if any(stemmed[at : at + len(wanted)] == wanted for at in starts):
            return True
        if not (is_french and has_forms(term)):
            return False
        mine = stems(term.key)
        return any(mine & stems(w) or (begins and w.startswith(term.key)) for w in here)

    found = bool(words.wanted) and all(stands(term, True) for term in words.wanted)
    return found and not any(stands(term, False) for term in words.unwanted)
