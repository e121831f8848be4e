"""The large discussion of ``flask demo --proposals N --votes N``."""

from __future__ import annotations

from ..accounts.models import User
from ..console import progress
from ..db import db
from ..essays.front_matter import read_essay
from ..essays.opening import publish
from ..essays.writing import write_essay
from ..web.page_versions import begin_anew
from . import bulk
from .loading import HERE

SPARE = 20
"""Readers for each vote that a proposal has in the mean: chance gives some proposals many."""


def add(proposals: int, votes: int, by: User) -> None:
    """Add an open discussion of so many proposals and votes; the caller commits the last of it."""
    words = read_essay(HERE / "essays" / "the-price-of-asking-twice.md").content
    title = f"What {proposals:,} proposals look like"
    essay = write_essay(by, {**words, "title": title})
    publish(essay, by)
    essay.created_at = essay.opened_at = bulk.started()
    db.session.flush()
    readers = bulk.add_readers(max(bulk.READERS, SPARE * votes // proposals))
    with progress("Proposals", length=proposals) as bar:
        bulk.fill(essay, proposals, votes, readers, bar.update)
    begin_anew()
