"""What a page says of itself while it is made: from when on the clock changes what stands on it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from flask import has_request_context, request

from ..db import now

NOTES = "forum.page_notes"
"""Where a request keeps them."""


@dataclass
class PageNotes:
    """What a page says of itself while it is made: from when on the clock changes it.

    That may be a moment that passes before the page stands: then it is right no longer.
    """

    until: float = math.inf
    began: float = field(default_factory=lambda: now().timestamp())


def changes_at(moment: datetime | None) -> None:
    """Note that the page being made says something else from this moment on; from one that was
    over when it began, it says so already."""
    if moment is None or not has_request_context():
        return
    notes, when = request.environ.get(NOTES), moment.timestamp()
    if notes is not None and when > notes.began:
        notes.until = min(notes.until, when)


def renewed_from(until: float) -> None:
    """Note the same of a moment in seconds since 1970, up to which a piece of the page is right."""
    notes = request.environ.get(NOTES)
    if notes is not None:
        notes.until = min(notes.until, until)


@contextmanager
def noted() -> Iterator[PageNotes]:
    """Collect what a piece of the page notes while it is made; the page does not hear of it."""
    page = request.environ.get(NOTES)
    piece = request.environ[NOTES] = PageNotes()
    try:
        yield piece
    finally:
        request.environ[NOTES] = page
