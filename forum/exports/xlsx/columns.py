"""The columns of a workbook: those that are printed stand first, and codes are said in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...replies.tags import TAG_NAMES, TAGS
from ...web.text_languages import text_languages
from ..fields import FIELDS, Field, Value
from ..outcomes import outcome_words
from ..phrases import STATUSES
from ..provenance import authors_in_words, headings

PRINTED = (
    *("place", "rank", "title", *TAG_NAMES),
    *("support", "oppose", "neutral", "score", "comments", "author"),
)
"""What a sheet of paper holds of each proposal; the rest is for the screen."""

_BY_NAME = {each.name: each for each in FIELDS}
COLUMNS: tuple[Field, ...] = (
    *(_BY_NAME[name] for name in PRINTED),
    *(each for each in FIELDS if each.name not in PRINTED),
)

Words = dict[str, dict[str, str]]
"""For each column and statement with codes the word for each code."""


def words() -> Words:
    """Return every code that can be said, with its word in the reader's language."""
    return {
        **{tag.name: {each.value: str(each.label) for each in tag.known} for tag in TAGS},
        "assumed": {tag.name: str(tag.heading) for tag in TAGS},
        "status": {code: str(word) for code, word in STATUSES.items()},
        **outcome_words(),
        "language": text_languages(),
        "authors": authors_in_words(),
    }


def translated(value: Value, known: dict[str, str]) -> Value:
    """Return a value, or each item of a list, as what is known for it, or as it is."""
    if isinstance(value, list):
        return [known.get(item, item) for item in value]
    return known.get(value, value) if isinstance(value, str) else value


@dataclass
class Layout:
    """How a workbook that is read says its proposals: its columns in order, and its codes by word.

    Workbooks of before there were words have neither, and hold the fields in their own order.
    """

    columns: tuple[Field, ...] = FIELDS
    codes: Words = field(default_factory=dict)

    @property
    def places(self) -> Iterable[tuple[int, Field]]:
        """Every column with its place, counted from 0."""
        return enumerate(self.columns)

    def coded(self, name: str, value: Value) -> Value:
        """Return a value as it was before it was said in words."""
        return translated(value, self.codes.get(name, {}))

    @classmethod
    def stated(cls, said: dict[str, str]) -> Layout:
        """Return what the last sheet states; raises KeyError for a column that is none."""
        names = [said[key] for key in map(column_key, range(1, len(FIELDS) + 1)) if key in said]
        codes: Words = {}
        for key, word in said.items():
            name, sign, code = key.partition("=")
            if sign:
                codes.setdefault(name, {})[word] = code
        return cls(tuple(_BY_NAME[name] for name in names), codes) if names else cls()


def column_key(number: int) -> str:
    """Return how the last sheet names a column, counted from 1."""
    return f"column {number}"


def legend() -> Iterable[tuple[str, str, str]]:
    """Yield what the last sheet states: each column with its name, then each word with its code."""
    for number, each in enumerate(COLUMNS, 1):
        yield str(each.heading), each.name, column_key(number)
    yield "", "", ""
    named = headings() | {each.name: str(each.heading) for each in FIELDS}
    for name, known in words().items():
        for code, word in known.items():
            yield named[name], word, f"{name}={code}"
