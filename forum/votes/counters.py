"""Every number that is stored although rows could tell it: how to check it, and how to mend it.

A feature that stores a further number makes a counter for it, which stands in ``COUNTERS`` of the
application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from ..db import db, upsert
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES
from ..replies.tallies import Tally, key_of
from ..replies.writing import count_comments
from .counting import Counted, counted_votes, recount_votes

KEY = ("essay_id", *TAG_NAMES)


@dataclass(frozen=True)
class Drift:
    """A stored number that is not what its rows add up to."""

    table: str
    key: Any
    column: str
    stored: float
    counted: float
    essay_id: int

    def __str__(self) -> str:
        key = "/".join(map(str, self.key)) if isinstance(self.key, tuple) else self.key
        return f"{self.table} {key} {self.column}: stored {self.stored}, counted {self.counted}"


@dataclass(frozen=True)
class Counter:
    """Numbers that are checked and mended together."""

    name: str
    of: type[Reply] | type[Essay]
    """The table that is gone through by its id, a chunk in a transaction."""
    lock: Callable[[Sequence[int]], None]
    """Holds what a chunk depends on until the transaction ends, so that it can be mended."""
    check: Callable[[Sequence[int]], list[Drift]]
    mend: Callable[[Iterable[Drift]], None]


def lock_replies(ids: Sequence[int]) -> None:
    """Let nobody vote or comment on these replies for now."""
    rows = select(Reply.id).where(Reply.id.in_(ids)).order_by(Reply.id)
    db.session.execute(rows.with_for_update(key_share=True))


def check_votes(ids: Sequence[int]) -> list[Drift]:
    """Compare counts and scores, the scores to their last bit."""
    names = Counted._fields
    columns = [getattr(Reply, name) for name in names]
    counted = counted_votes(ids)
    rows = db.session.execute(select(Reply.id, Reply.essay_id, *columns).where(Reply.id.in_(ids)))
    return [
        Drift("replies", reply_id, name, value, getattr(counted[reply_id], name), essay_id)
        for reply_id, essay_id, *values in rows
        for name, value in zip(names, values, strict=True)
        if value != getattr(counted[reply_id], name)
    ]


def mend_votes(drifts: Iterable[Drift]) -> None:
    """Store what the votes add up to."""
    recount_votes({drift.key for drift in drifts})


def check_comments(ids: Sequence[int]) -> list[Drift]:
    """Compare the numbers of comments shown under replies."""
    shown = (
        select(Reply.thread_id, func.count())
        .where(Reply.thread_id.in_(ids), Reply.status == "visible")
        .group_by(Reply.thread_id)
    )
    counted = {thread_id: int(number) for thread_id, number in db.session.execute(shown)}
    stored = select(Reply.id, Reply.essay_id, Reply.comments).where(Reply.id.in_(ids))
    return [
        Drift("replies", reply_id, "comments", value, counted.get(reply_id, 0), essay_id)
        for reply_id, essay_id, value in db.session.execute(stored)
        if value != counted.get(reply_id, 0)
    ]


def mend_comments(drifts: Iterable[Drift]) -> None:
    """Store how many comments there are."""
    for drift in drifts:
        count_comments(drift.key)


def lock_tallies(_ids: Sequence[int]) -> None:
    """Let no proposal come or go for now; SQLite has one writer at a time anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE tallies IN SHARE ROW EXCLUSIVE MODE"))


def check_tallies(ids: Sequence[int]) -> list[Drift]:
    """Compare the numbers of proposals shown, by essay, lever, jurisdiction and ambition."""
    tags = [getattr(Reply, name) for name in KEY]
    shown = (
        select(*tags, func.count())
        .where(Reply.essay_id.in_(ids), Reply.status == "visible", Reply.lever.is_not(None))
        .group_by(*tags)
    )
    kept = select(*(getattr(Tally, name) for name in KEY), Tally.proposals)
    found = db.session.execute(shown)
    counted = {(essay, *key_of(tuple(tagged))): int(number) for essay, *tagged, number in found}
    rows = db.session.execute(kept.where(Tally.essay_id.in_(ids)))
    stored = {tuple(key): int(number) for *key, number in rows}
    return [
        Drift("tallies", key, "proposals", stored.get(key, 0), counted.get(key, 0), key[0])
        for key in sorted(stored.keys() | counted.keys())
        if stored.get(key, 0) != counted.get(key, 0)
    ]


def mend_tallies(drifts: Iterable[Drift]) -> None:
    """Store how many proposals are shown."""
    for drift in drifts:
        row = upsert(Tally).values(
            **dict(zip(KEY, drift.key, strict=True)), proposals=drift.counted
        )
        db.session.execute(
            row.on_conflict_do_update(index_elements=KEY, set_={"proposals": drift.counted})
        )


VOTES = Counter("Votes and scores", Reply, lock_replies, check_votes, mend_votes)
COMMENTS = Counter("Comments", Reply, lock_replies, check_comments, mend_comments)
PROPOSALS = Counter("Proposals by tag", Essay, lock_tallies, check_tallies, mend_tallies)
