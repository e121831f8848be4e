"""A long report is set in portions, one after the other, which are then joined.

typst keeps all of a document until its last page stands, so what it takes grows with the pages. A
portion ends where the next proposal begins a page anyway: the pages are those of a report that is
one piece. Each is laid out once to see where that is, and set when the pages of all are known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from ..typesetting import joined, stated_in, typeset

SOURCE = "report.typ"

MOST = 60
"""Proposals in a portion."""

DATA_MOST = 160_000
"""Characters of the data of a portion; a proposal that has more is one by itself."""

ANNOUNCED = ("rank", "title", "language", "leftwards", "place")
"""What the contents say of a proposal in a later portion, and where they lead."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Pagination:
    """The proposals that begin the portions, counted from 0, and the page on which each one begins.

    Both go on to what would come next: the number of proposals, the page after the last. A page
    that is not known is 1.
    """

    starts: list[int]
    pages: list[int]

    def opened(self, start: int) -> int:
        """Return the page with which the portion begins; that of the first is no proposal's."""
        return self.pages[start] if start else 1


def set_report(report: Data, **options: Any) -> bytes:
    """Return the file of a report, made with these options of typst."""
    number = len(report["sections"])
    if fitting(report["sections"]) == number:
        alone = portion_of(report, 0, number, Pagination([0, number], [1] * (number + 1)))
        return typeset(SOURCE, alone, **options)[0]
    paged = pagination_of(report)
    portions = (portion_of(report, *span, paged) for span in pairwise(paged.starts))
    files = [typeset(SOURCE, portion, **options)[0] for portion in portions]
    return joined(files, paged.opened(paged.starts[1]) - 1)


def fitting(sections: list[Data]) -> int:
    """Return how many of the proposals a portion holds that begins with the first."""
    lengths = accumulate(len(json.dumps(each, ensure_ascii=False)) for each in sections[:MOST])
    return sum(at == 0 or length <= DATA_MOST for at, length in enumerate(lengths))


def pagination_of(report: Data) -> Pagination:
    """Return where the portions of a report begin that is too long for one, and all its pages.

    One that no proposal ends by beginning a page ends where it is full, and the next on a new page.
    """
    number = len(report["sections"])
    paged = Pagination([0], [1] * (number + 1))
    while (start := paged.starts[-1]) < number:
        end = start + fitting(report["sections"][start:])
        stands = stated_in(SOURCE, portion_of(report, start, end, paged), "stands")
        *tops, after = (at for at, (_page, is_top) in enumerate(stands) if at and is_top)
        kept = tops[-1] if tops and end < number else after
        paged.pages[start : start + kept + 1] = [page for page, _is_top in stands[: kept + 1]]
        paged.starts.append(start + kept)
    return paged


def portion_of(report: Data, start: int, end: int, paged: Pagination) -> Data:
    """Return the data of the portion of the proposals from ``start`` to before ``end``."""
    sections = report["sections"]
    portion = {
        "page": paged.opened(start),
        "pages": paged.pages[-1] - 1,
        "is-last": end == len(sections),
        "later": [] if start else announced(sections[end:], paged.pages[end:]),
    }
    return report | {"sections": sections[start:end], "portion": portion}


def announced(sections: list[Data], pages: list[int]) -> list[Data]:
    """Return what the contents say of the proposals in later portions, and how the pages go on."""
    turned = (page - before for before, page in pairwise([pages[0], *pages]))
    return [
        {name: each[name] for name in ANNOUNCED} | {"pages-on": number}
        for each, number in zip(sections, turned, strict=False)
    ]
