"""What changed between two versions of a text, word by word.

The differences are made once, as a version is written, and kept with it as places in the two
texts. Their work is bounded: where two texts hold too many words, they are compared by line, and
where they hold too many lines as well, the one stands whole for the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, takewhile, zip_longest
from operator import eq
from typing import Any, Protocol

from markupsafe import Markup, escape

from . import html

WORK = 100_000_000
"""Words of the one text times words of the other that are compared, once: some 0.1 s at most."""
WORK_AGAIN = WORK // 10
"""The same, where differences were not kept and are made while a reader waits."""
SHOWN = 20
"""Versions on one page of a history."""
PAGE_OF_STEPS = SHOWN + 1
"""Versions that such a page is made of: one more than it shows, to compare with."""

SOON_MADE = 10_000
"""Characters of Markdown that are made HTML while a reader waits."""

_PIECES = re.compile(r"\s+|\S+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SAYS = re.compile(r"\w")

Spans = list[list[int]]
"""What changed: from where to where in the old text, and from where to where in the new one."""


class Version(Protocol):
    """A version of something: its content by field, and the spans of what it changed, if kept."""

    content: Any
    changes: Any


@dataclass(frozen=True)
class Step:
    """A version beside what changed in it: the marked text of each field that did."""

    version: Any
    changes: dict[str, Markup]
    is_first: bool = False


def plainly(_name: str, value: Any) -> Any:
    """Return a field's value as it is."""
    return value


def steps(newest: Sequence[Version], said: Callable[[str, Any], Any] = plainly) -> list[Step]:
    """Return one page of versions, given the newest first and each with its changes.

    One version more than are shown says that there are earlier ones. ``said`` puts the value of a
    field, by the field's name, into words for a reader.
    """
    found = []
    for version, before in zip_longest(newest, newest[1:]):
        if before is None:
            found.append(Step(version, {}, is_first=True))
        else:
            kept = version.changes or {}
            found.append(Step(version, marked_fields(before.content, version.content, said, kept)))
    return found[:SHOWN]


def first_text(page: Sequence[Step], typed: bool = False) -> Markup | str:
    """Return the text that began it all, where it stands on this page and is soon made HTML."""
    text = page[-1].version.content["body"] if page and page[-1].is_first else ""
    return html.shown(text, heading_offset=2, typed=typed) if len(text) <= SOON_MADE else ""


def marked_fields(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    said: Callable[[str, Any], Any] = plainly,
    kept: Mapping[str, Spans] | None = None,
) -> dict[str, Markup]:
    """Return the marked text of every field that differs, from the kept spans where they fit."""
    found = {}
    for name in differing(before, after):
        values = before.get(name), after[name]
        words = tuple(said(name, value) for value in values)
        spans = kept.get(name) if kept and words == values else None
        found[name] = marked(as_text(words[0]), as_text(words[1]), spans)
    return found


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that hold something else than before."""
    return [name for name in after if before.get(name) != after[name]]


def as_text(value: Any) -> str:
    """Return a field's value as lines of text."""
    if isinstance(value, list):
        return "\n".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return " | ".join(as_text(item) for item in value.values() if item)
    return "" if value is None else str(value)


def marked(before: str, after: str, found: Spans | None = None) -> Markup:
    """Return the text with what went in <del> and what came in <ins>, all of it escaped."""
    return Markup("").join(pieces(before, after, spans(before, after) if found is None else found))


def pieces(before: str, after: str, found: Spans) -> Iterator[Markup]:
    """Yield the pieces of the marked text in order."""
    at = 0
    for old, old_end, new, new_end in found:
        yield escape(after[at:new])
        if old < old_end:
            yield Markup("<del>%s</del>") % before[old:old_end]
        if new < new_end:
            yield Markup("<ins>%s</ins>") % after[new:new_end]
        at = new_end
    yield escape(after[at:])


def spans(before: str, after: str, work: int = WORK_AGAIN) -> Spans:
    """Return what changed, by word, or by line where that is too much work, or as a whole."""
    for unit in (_PIECES, _LINES):
        old, new = unit.findall(before), unit.findall(after)
        start = alike(old, new)
        end = alike(old[start:][::-1], new[start:][::-1])
        middle = old[start : len(old) - end], new[start : len(new) - end]
        if len(middle[0]) * len(middle[1]) <= work:
            return in_characters(compared(*middle), old, new, start)
    return [[0, len(before), 0, len(after)]]


remembered_spans = lru_cache(maxsize=32)(spans)
"""The same, remembered for a moment: what takes long is compared before a row is held."""


def kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Spans]:
    """Return what changed in every field, as it is kept with the later version."""
    return {
        name: remembered_spans(as_text(before.get(name)), as_text(after[name]), WORK)
        for name in differing(before, after)
    }


def alike(old: list[str], new: list[str]) -> int:
    """Return how many pieces two texts have in common at their beginnings."""
    return sum(1 for _ in takewhile(bool, map(eq, old, new)))


def compared(old: list[str], new: list[str]) -> Spans:
    """Return what changed, counted in pieces; changes with no word between them are one."""
    from rapidfuzz.distance import Indel  # late: it brings forty modules

    found: Spans = []
    for each in Indel.opcodes(old, new):
        if each.tag == "equal":
            continue
        if found and not any(map(_SAYS.search, old[found[-1][1] : each.src_start])):
            found[-1][1::2] = [each.src_end, each.dest_end]
        else:
            found.append([each.src_start, each.src_end, each.dest_start, each.dest_end])
    return found


def in_characters(found: Spans, old: list[str], new: list[str], start: int) -> Spans:
    """Return spans that are counted in pieces, after so many that are alike, in characters."""
    places = [list(accumulate(map(len, each), initial=0)) for each in (old, new)]
    return [[places[n // 2][start + at] for n, at in enumerate(span)] for span in found]
