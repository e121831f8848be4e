"""An essay in a file: Markdown below a heading of YAML between two lines of three hyphens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from werkzeug.datastructures import MultiDict

from ..console import BadFile, decoded_lines, read_bytes
from ..words import text
from .forms import READING_MOST, EssayForm, is_web_address

FILE_MOST = 1024 * 1024
"""Bytes a file may have: the longest essay fits, whatever its script."""
CLOSES_MOST = 3650
"""Days a discussion may be opened for."""
ITEM_LENGTH = 300
FENCE = "---"

FIELDS = {
    "title": "title",
    "author": "byline",
    "source_name": "source_name",
    "source_url": "source_url",
    "first_published": "first_published",
    "language": "language",
    "prompt": "prompt",
    "summary": "summary",
}
"""The keys of the heading that hold one value, and the fields of the essay that they fill."""
KEYS = (*FIELDS, "reading", "closes", "state")


@dataclass(frozen=True)
class EssayFile:
    """What a file says: the essay's content, and what is to become of its discussion."""

    content: dict[str, Any]
    closes: int | None
    """Days from the day of its import to the last day of the discussion."""
    closed: bool
    """Whether the discussion is over already."""


@dataclass(frozen=True)
class FrontMatter:
    """The values of the heading, and the line that each stands on."""

    path: Path
    values: dict[str, Any]
    lines: dict[str, int]

    def refuse(self, key: str, reason: str) -> BadFile:
        """Return the error that names a key and its line."""
        return BadFile(self.path, f"{key}: {reason}", self.lines.get(key))

    def words(self, key: str) -> str:
        """Return a value as it would be typed into the form."""
        value = self.values.get(key)
        if isinstance(value, date):
            return value.isoformat()
        if value is not None and not isinstance(value, str):
            raise self.refuse(key, "This must be text; put it in quotes.")
        return value or ""

    def closes(self) -> int | None:
        """Return the number of days after which the discussion ends."""
        days = self.values.get("closes")
        if days is None or (type(days) is int and 0 < days <= CLOSES_MOST):
            return days
        raise self.refuse("closes", f"This must be a number of days from 1 to {CLOSES_MOST}.")

    def closed(self) -> bool:
        """Say whether the discussion is over."""
        if self.values.get("state", "closed") != "closed":
            raise self.refuse("state", "This can only say closed.")
        return "state" in self.values

    def reading(self) -> list[dict[str, str]]:
        """Return the reading list."""
        items = self.values.get("reading") or []
        if not isinstance(items, list) or len(items) > READING_MOST:
            raise self.refuse("reading", f"This must be a list of {READING_MOST} items at most.")
        return [self.item(item) for item in items]

    def item(self, item: Any) -> dict[str, str]:
        """Return one item of the reading list."""
        if not isinstance(item, dict) or not set(item) <= {"title", "url"}:
            raise self.refuse("reading", "Each item needs a title and may have a url, no more.")
        title, url = item.get("title"), item.get("url") or ""
        if not isinstance(title, str) or not 0 < len(title.strip()) <= ITEM_LENGTH:
            raise self.refuse(
                "reading", f"Titles must be text of {ITEM_LENGTH} characters at most."
            )
        if url and not (isinstance(url, str) and is_web_address(url)):
            raise self.refuse("reading", "Addresses must begin with https:// or http://.")
        try:
            return {"title": text.clean_line(title), "url": text.clean_line(url)}
        except text.BadText as error:
            raise self.refuse("reading", str(error)) from error


def read_essay(path: Path) -> EssayFile:
    """Read and check a file; raise BadFile, with the line where known, for whatever is wrong."""
    above, body, begins = split(path)
    heading = read_heading(path, above)
    typed = {field: heading.words(key) for key, field in FIELDS.items()}
    typed["language"] = typed["language"] or "en"
    form = EssayForm(MultiDict({**typed, "body": body}), meta={"csrf": False})
    if not form.validate():
        field, reasons = next(iter(form.errors.items()))
        key = next((key for key, filled in FIELDS.items() if filled == field), field)
        line = begins if key == "body" else heading.lines.get(key)
        raise BadFile(path, f"{key}: {reasons[0]}", line)
    content = {**form.content(), "reading": heading.reading()}
    return EssayFile(content, heading.closes(), heading.closed())


def split(path: Path) -> tuple[str, str, int]:
    """Return the heading, the text below it, and the line on which the text begins."""
    content = read_bytes(path, FILE_MOST).splitlines(keepends=True)
    lines = list(decoded_lines(path, iter(content)))
    if not lines or lines[0].rstrip() != FENCE:
        raise BadFile(path, "It must begin with a line of three hyphens, then the heading.", 1)
    fences = (number for number, line in enumerate(lines) if number and line.rstrip() == FENCE)
    end = next(fences, None)
    if end is None:
        raise BadFile(path, "The heading has no end: a second line of three hyphens is missing.")
    return "".join(lines[1:end]), "".join(lines[end + 1 :]), end + 2


def read_heading(path: Path, heading: str) -> FrontMatter:
    """Read the YAML; raise BadFile where it cannot be read and for keys unknown or given twice."""
    try:
        node = yaml.compose(heading, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be understood"
        raise BadFile(
            path, f"The heading is not YAML: {reason}.", mark and mark.line + 2
        ) from error
    found = FrontMatter(path, {}, {})
    if not isinstance(node, yaml.MappingNode):
        raise BadFile(path, "The heading must be lines of the form key: value.", 2)
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 2
        if name not in KEYS:
            raise BadFile(path, f"There is no key {name!r}; the keys are {', '.join(KEYS)}.", line)
        if name in found.values:
            raise BadFile(path, f"{name}: This stands here twice.", line)
        found.lines[name] = line
        found.values[name] = read_value(found, name, value)
    return found


def read_value(heading: FrontMatter, key: str, node: yaml.Node) -> Any:
    """Return the value of a key; a date that does not exist is refused with its line."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise heading.refuse(key, "This value cannot be read.") from error
