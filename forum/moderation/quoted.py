"""Who quotes a reply in something published, and is told when its words are hidden there.

Features to the right publish; each names a source in ``QUOTING`` of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for


@dataclass(frozen=True)
class Quotation:
    """One publication that holds the words of a reply, or of what stands under it."""

    title: str
    by_id: int | None
    """Who published it."""
    endpoint: str
    values: Mapping[str, Any]
    """Its page."""

    @property
    def address(self) -> str:
        """The address of its page."""
        return url_for(self.endpoint, **self.values)


Source = Callable[[Sequence[int]], dict[int, list[Quotation]]]
"""Finds the publications that quote each of some replies, by number."""


def quotations_among(reply_ids: Sequence[int]) -> dict[int, list[Quotation]]:
    """Return what quotes each reply, or something under it: hidden, it is withdrawn from all."""
    sources: tuple[Source, ...] = current_app.extensions["quoting"]
    found = [source(reply_ids) for source in sources]
    return {each: [one for of in found for one in of.get(each, [])] for each in reply_ids}


def quotations_of(reply_id: int) -> list[Quotation]:
    """Return what quotes one reply, or something under it."""
    return quotations_among([reply_id])[reply_id]
