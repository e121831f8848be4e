"""The orders of lists, and stretches of one: parts that are each a single range of its index.

Very many proposals may share a score: all that nobody has judged do. Told of a place among them in
one condition, a database reads every equal before it, so the equals at an end of a stretch are a
part of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, and_, bindparam, true

from .cursors import Cursor
from .filters import Sort
from .models import Reply

ORDERS: dict[Sort, tuple[Any, Any]] = {
    Sort.TOP: (Reply.top, Reply.id),
    Sort.EYES: (Reply.eyes, Reply.draw),
    Sort.CONTESTED: (Reply.contested, Reply.id),
    Sort.NEWEST: (Reply.created_at, Reply.id),
}

Place: TypeAlias = tuple[Any, Any]
"""A score as its column holds it, and what breaks ties."""

Part = TypeVar("Part")
Found = TypeVar("Found")


def place_of(cursor: Cursor, sort: Sort) -> Place:
    """Return the place after which a page begins."""
    value: Any = cursor.score
    if sort is Sort.NEWEST:
        try:
            value = datetime.fromtimestamp(cursor.score // 1_000_000, UTC).replace(
                microsecond=int(cursor.score % 1_000_000)
            )
        except (OverflowError, OSError, ValueError):
            value = datetime(1970, 1, 1, tzinfo=UTC)
    return value, cursor.tie


def stretch(
    sort: Sort, after: Place | None = None, last: Place | None = None
) -> list[ColumnElement[bool]]:
    """Return the parts of what stands after a place, as far as another and with it, in order."""
    score, tie = ORDERS[sort]
    if after is not None and last is not None and after[0] == last[0]:
        return [and_(score == last[0], tie < after[1], tie >= last[1])]
    begun = [] if after is None else [and_(score == after[0], tie < after[1])]
    ended = [] if last is None else [and_(score == last[0], tie >= last[1])]
    between = true() if after is None else score < after[0]
    return [*begun, between if last is None else and_(between, score > last[0]), *ended]


class Ends(NamedTuple):
    """Which ends a stretch has, and whether both have one score: what its statements hang on."""

    begins: bool
    stops: bool
    are_equal: bool


def ends_of(after: Place | None, last: Place | None) -> Ends:
    """Return which ends a stretch has."""
    are_equal = after is not None and last is not None and after[0] == last[0]
    return Ends(after is not None, last is not None, bool(are_equal))


def ends_given(after: Place | None, last: Place | None) -> dict[str, Any]:
    """Return what a made stretch is given."""
    given = {} if after is None else {"after": after[0], "after_tie": after[1]}
    return given if last is None else {**given, "last": last[0], "last_tie": last[1]}


def made_stretch(sort: Sort, ends: Ends) -> list[ColumnElement[bool]]:
    """Return the parts of such a stretch, for statements that are made once."""
    score, tie = ORDERS[sort]
    after, last = (bindparam(name, type_=score.type) for name in ("after", "last"))
    first, final = (bindparam(name, type_=tie.type) for name in ("after_tie", "last_tie"))
    return stretch(
        sort,
        (last if ends.are_equal else after, first) if ends.begins else None,
        (last, final) if ends.stops else None,
    )


def read_in_turn(
    parts: Iterable[Part], most: int, ask: Callable[[Part, int], Sequence[Found]]
) -> list[Found]:
    """Return the first rows of these parts, at most so many; a part is asked for at most how many,
    and only where those before it held too few."""
    found: list[Found] = []
    for part in parts:
        found += ask(part, most - len(found))
        if len(found) >= most:
            break
    return found
