"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

from markupsafe import Markup, escape

WORDS = re.compile(r"\s+|[^\s]+")
WORDS_MOST = 6_000


class Version(Protocol):
    """A version of something, with its content by field."""

    content: Any


@dataclass(frozen=True)
class Step:
    """A version beside what changed in it: the marked text of each field that did."""

    version: Any
    changes: dict[str, Markup]


def plainly(_name: str, value: Any) -> Any:
    """Return a field's value as it is."""
    return value


def between(versions: Sequence[Version], said: Callable[[str, Any], Any] = plainly) -> list[Step]:
    """Return the versions, the newest first, each with its changes from the one before.

    ``said`` puts the value of a field, by the field's name, into words for a reader.
    """
    steps = []
    before: dict[str, Any] = {}
    for version in versions:
        after = version.content
        fields = [name for name in after if before and before[name] != after[name]]
        changes = {
            name: marked(*(as_text(said(name, kept.get(name))) for kept in (before, after)))
            for name in fields
        }
        steps.append(Step(version, changes))
        before = after
    return steps[::-1]


def as_text(value: Any) -> str:
    """Return a field's value as lines of text."""
    if isinstance(value, list):
        return "\n".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return " | ".join(as_text(item) for item in value.values() if item)
    return "" if value is None else str(value)


def marked(before: str, after: str) -> Markup:
    """Return the text with what went in <del> and what came in <ins>, all of it escaped."""
    return Markup("").join(pieces(words(before), words(after)))


def words(text: str) -> list[str]:
    """Split a text into words and the spaces between; a very long one into lines."""
    found = WORDS.findall(text)
    return found if len(found) <= WORDS_MOST else text.splitlines(keepends=True)


def pieces(before: list[str], after: list[str]) -> Iterator[Markup]:
    """Yield the pieces of the marked text in order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old, old_end, new, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield escape("".join(after[new:new_end]))
            continue
        if old < old_end:
            yield Markup("<del>%s</del>") % "".join(before[old:old_end])
        if new < new_end:
            yield Markup("<ins>%s</ins>") % "".join(after[new:new_end])
