"""What a person typed, read as words to look for: in any order, "as a phrase", or -not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .. import text
from ..keys import words_in

LENGTH = 200
"""Characters that are read; what is typed beyond them is left out."""
MOST = 12
"""Words and phrases that are looked for."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("‐‒–—―−", "-"))
_PIECE = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|lorsqu|puisqu)['’‘ʼʻ′`]+(?=\w)", re.IGNORECASE)
# Words that nearly every text holds, in English and French, folded: looked for in phrases only.
_COMMON = frozenset(
    """
    a an and are as at be by for from in is it its of on or that the this to was we will with
    au aux ce ces d dans de des du elle en est et il ils l la le les leur leurs ne nous ou par pas
    pour qu que qui sa se ses son sur un une vous y
    """.split()  # noqa: SIM905 - a list of words is read as one
)


@dataclass(frozen=True)
class Term:
    """A word or a phrase, as its folded words.

    In French texts, a word that stood in no quotation marks (``is_open``) has other forms.
    """

    words: tuple[str, ...]
    is_open: bool = False
    forms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The words, one space apart."""
        return " ".join(self.words)

    @property
    def is_plain(self) -> bool:
        """Whether it is one word in Latin letters, whose stem the index knows."""
        return len(self.words) == 1 and self.key.isascii()


@dataclass(frozen=True)
class SearchTerms:
    """What to look for: every one of the wanted, none of the unwanted."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    left_out: bool = False


def read(typed: str) -> SearchTerms:
    """Read what was typed, whatever it is; what is no word is passed over."""
    line = text.scrub(typed[: LENGTH + 1]).translate(_QUOTES)
    line, too_long = line[:LENGTH], len(typed) > LENGTH
    if line.count('"') % 2:  # the last opens nothing
        line = " ".join(line.rsplit('"', 1))
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for piece in _PIECE.finditer(line):
        found = phrase(piece["phrase"]) if piece["word"] is None else word(piece["word"])
        if found is not None:
            (unwanted if piece["minus"] else wanted).append(found)
    telling = [term for term in wanted if len(term.words) > 1 or term.words[0] not in _COMMON]
    wanted, unwanted = unique(telling or wanted), unique(unwanted)
    too_many = len(wanted) + len(unwanted) > MOST
    wanted = wanted[:MOST]
    return SearchTerms(tuple(wanted), tuple(unwanted[: MOST - len(wanted)]), too_long or too_many)


def unique(terms: list[Term]) -> list[Term]:
    """Return each term once, in the order typed."""
    return list({term.words: term for term in terms}.values())


def word(piece: str) -> Term | None:
    """Return what stood between spaces: one word, or a phrase where it is taken apart."""
    whole = _ELISION.sub("", piece.lstrip("-"))
    words = tuple(words_in(whole))
    return Term(words, is_open=len(words) == 1) if words else None


def phrase(between: str) -> Term | None:
    """Return what stood between quotation marks."""
    words = tuple(words_in(between))
    return Term(words) if words else None
