"""The piece of a text in which the words stand, with the words marked."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from markupsafe import Markup, escape

from ..words.index.roots import root
from ..words.index.terms import SearchTerms
from ..words.keys import AS_WRITTEN, words_in

LENGTH = 260
"""Characters of a piece."""
BEFORE = 70
"""Characters shown before the first word that was found."""
MARKED_MOST = 200

Span = tuple[int, int, int]


@lru_cache(maxsize=50_000)
def read(word: str) -> tuple[str, tuple[str, ...]]:
    """Return a word as it is written folded, and its root; or roots, where it folds to more."""
    words = words_in(word)
    return " ".join(words), tuple(map(root, words))


class Marker:
    """Marks the words of a search in texts."""

    def __init__(self, words: SearchTerms) -> None:
        self.terms = [tuple(map(root, term.words)) for term in words.wanted]
        self.firsts = {term[0] for term in self.terms if term}
        self.forms = {
            word: number for number, term in enumerate(words.wanted) for word in term.forms
        }

    def title(self, words: str) -> Markup:
        """Return a title with the words marked."""
        return self._marked(words, 0, len(words), self._spans(words))

    def excerpt(self, words: str) -> Markup:
        """Return the piece of a plain text that holds the most of the words, marked."""
        spans = self._spans(words)
        start = self._start(words, spans)
        end = min(len(words), start + LENGTH)
        if end < len(words):
            end = max(words.rfind(" ", start + LENGTH // 2, end), start + LENGTH // 2)
        piece = self._marked(words, start, end, spans)
        return Markup("%s%s%s") % (
            "… " if start else "",
            piece,
            "\N{NO-BREAK SPACE}…" if end < len(words) else "",
        )

    def _spans(self, words: str) -> list[Span]:
        """Return where the terms stand: from where to where, and which."""
        places = [(found.start(), found.end()) for found in AS_WRITTEN.finditer(words)]
        texts = [read(words[start:end]) for start, end in places]
        spans: list[Span] = []
        for index, (folded, here) in enumerate(texts):
            known = self.forms.get(folded)
            if known is not None:
                spans.append((*places[index], known))
                continue
            if not here or here[0] not in self.firsts:
                continue
            for number, term in enumerate(self.terms):
                following = texts[index : index + len(term)]
                if tuple(chain.from_iterable(roots for _word, roots in following)) == term:
                    last = places[index + len(term) - 1][1]
                    spans.append((places[index][0], last, number))
                    break
            if len(spans) >= MARKED_MOST:
                break
        return spans

    def _start(self, words: str, spans: list[Span]) -> int:
        """Return where the piece begins that holds the most different terms, and then the most."""
        best, most = 0, (0, 0)
        for start, _end, _term in spans:
            inside = [
                term for at, end, term in spans if at >= start and end <= start + LENGTH - BEFORE
            ]
            if (len(set(inside)), len(inside)) > most:
                best, most = start, (len(set(inside)), len(inside))
        if best <= BEFORE:
            return 0
        return words.find(" ", best - BEFORE, best) + 1 or best

    def _marked(self, words: str, start: int, end: int, spans: list[Span]) -> Markup:
        """Return a piece of the text, escaped, with what lies in it marked."""
        pieces, at = [], start
        for first, last, _term in spans:
            if first >= at and last <= end:
                pieces += [escape(words[at:first]), Markup("<mark>%s</mark>") % words[first:last]]
                at = last
        return Markup("").join([*pieces, escape(words[at:end])])
