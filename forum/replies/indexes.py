"""The indexes from which lists of proposals are read off."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Index, text

from .tags import TAG_NAMES

ORDERS = {"top": "id", "eyes": "draw", "contested": "id", "created_at": "id"}
"""The column that each list is ordered by, and the one that breaks its ties."""
PLACES = {"essay": ("essay_id",), "site": ()}
"""What a list is of, and the columns that keep its index to that."""


def list_indexes() -> Iterator[Index]:
    """Yield an index for every order, of an essay and of all, and for Top within a lever.

    What a filter asks of the tags is told from it too, so that only rows which fit are looked at.
    """
    lever, *others = TAG_NAMES
    for place, columns in PLACES.items():
        for order, tie in ORDERS.items():
            yield list_index(f"{order}_{place}", *columns, "status", order, tie, *TAG_NAMES)
        yield list_index(f"top_{place}_lever", *columns, lever, "status", "top", "id", *others)


def list_index(name: str, *columns: str) -> Index:
    """Return an index from which a list of proposals is read off, backwards, page by page."""
    proposals = text("lever IS NOT NULL")
    return Index(f"ix_replies_{name}", *columns, sqlite_where=proposals, postgresql_where=proposals)


def pointer_index(table: str, column: str) -> Index:
    """Return an index of a column that is empty in nearly every row."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=there, postgresql_where=there)
