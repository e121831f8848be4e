"""Lists of proposals, page by page: rows, not entities, and never a count or an offset.

A page begins after a cursor (the score and the number of the last proposal shown), so that page
one of ten million costs what page one of a hundred costs.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay, has_ended, takes_replies
from .choosing import TagChoice
from .filters import Filter, Sort
from .models import Reply
from .tags import TAG_NAMES

PAGE = 20

ORDERS: dict[Sort, tuple[Any, Any]] = {
    Sort.TOP: (Reply.top, Reply.id),
    Sort.EYES: (Reply.eyes, Reply.draw),
    Sort.CONTESTED: (Reply.contested, Reply.id),
    Sort.NEWEST: (Reply.created_at, Reply.id),
}

COLUMNS = (
    Reply.id,
    Reply.essay_id,
    Reply.author_id,
    Reply.title,
    Reply.excerpt,
    *(getattr(Reply, name) for name in TAG_NAMES),
    Reply.trade_off,
    Reply.language,
    Reply.status,
    Reply.version,
    Reply.created_at,
    Reply.edited_at,
    Reply.support,
    Reply.oppose,
    Reply.neutral,
    Reply.comments,
    Reply.featured,
    Reply.top,
    Reply.eyes,
    Reply.contested,
    Reply.draw,
    User.name.label("author_name"),
    Essay.slug,
    Essay.title.label("essay_title"),
    Essay.language.label("essay_language"),
    Essay.state.label("essay_state"),
    Essay.closes_at,
)


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal as a list shows it."""

    id: int
    essay_id: int
    author_id: int
    title: str
    excerpt: str
    lever: str
    jurisdiction: str
    ambition: str
    trade_off: str | None
    language: str
    status: str
    version: int
    created_at: datetime
    edited_at: datetime | None
    support: int
    oppose: int
    neutral: int
    comments: int
    featured: bool
    top: float
    eyes: float
    contested: float
    draw: int
    author_name: str
    slug: str
    essay_title: str
    essay_language: str
    essay_state: str
    closes_at: datetime | None

    @property
    def is_proposal(self) -> bool:
        """Whether the card is of a proposal: always, as on a reply."""
        return True

    @property
    def essay(self) -> DiscussionState:
        """The discussion the card stands in, so that permissions take a card as they do a reply."""
        return DiscussionState(self.essay_state, self.closes_at)


@dataclass(frozen=True, slots=True)
class DiscussionState:
    """An essay's discussion as far as a list needs it: whether it is open."""

    state: str
    closes_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether replies and votes are taken, as on an essay."""
        return takes_replies(self.state, self.closes_at)

    @property
    def is_over(self) -> bool:
        """Whether it has been closed, as on an essay."""
        return has_ended(self.state, self.closes_at)


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this score and tie-breaker, and after this many proposals.

    ``rank`` is that of the last of them, which the first of the page shares where it has the same
    score; 0 where it is not known.
    """

    score: float
    tie: int
    shown: int
    rank: int = 0

    FORMAT = ">dqII"
    FORMER = ">dqI"
    """Addresses that were shared before ranks were in them."""

    def __str__(self) -> str:
        counts = (min(number, 2**32 - 1) for number in (self.shown, self.rank))
        packed = struct.pack(self.FORMAT, self.score, self.tie, *counts)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, written: str) -> Self | None:
        """Read a cursor back; nonsense is no cursor."""
        try:
            packed = base64.b64decode(written + "=" * (-len(written) % 4), b"-_", validate=True)
            former = len(packed) == struct.calcsize(cls.FORMER)
            score, tie, *counts = struct.unpack(cls.FORMER if former else cls.FORMAT, packed)
        except (ValueError, binascii.Error, struct.error):
            return None
        return cls(score, tie, *counts) if math.isfinite(score) and tie >= 0 else None

    @classmethod
    def after(cls, card: Card, sort: Sort, shown: int, rank: int = 0) -> Self:
        """Return the cursor of the page that follows this card."""
        tie = card.draw if sort is Sort.EYES else card.id
        return cls(score_of(card, sort), tie, shown, rank)


def score_of(card: Card, sort: Sort) -> float:
    """Return the score by which the card stands where it does in this order."""
    return microseconds(card.created_at) if sort is Sort.NEWEST else getattr(card, sort.value)


@dataclass
class Ranks:
    """Ranks given out as rows pass: equal scores share a rank, and the next one counts them all."""

    given: int = 0
    rank: int = 0
    score: Any = None
    levers: dict[str, Ranks] = field(default_factory=dict)

    @classmethod
    def after(cls, cursor: Cursor | None) -> Self:
        """Return the ranks that follow a cursor."""
        if cursor is None:
            return cls()
        return cls(cursor.shown, cursor.rank, cursor.score if cursor.rank else None)

    def next(self, score: Any) -> int:
        """Return the rank of the next row, which has this score."""
        self.given += 1
        if self.given == 1 or score != self.score:
            self.rank, self.score = self.given, score
        return self.rank

    def within(self, lever: str, score: Any) -> int:
        """Return the rank of the next row among those with its lever."""
        return self.levers.setdefault(lever, Ranks()).next(score)


def microseconds(moment: datetime) -> float:
    """Return the moment as microseconds since 1970: whole, and exact in a double until 2255."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return float((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)


def beyond(cursor: Cursor, sort: Sort) -> ColumnElement[bool]:
    """Return the condition that a row stands after the cursor."""
    return past(sort, value_of(cursor, sort), cursor.tie)


def past(sort: Sort, value: Any, least: Any) -> ColumnElement[bool]:
    """Return the condition that a row stands after this score and this tie-breaker."""
    score, tie = ORDERS[sort]
    return and_(score <= value, or_(score < value, tie < least))


def value_of(cursor: Cursor, sort: Sort) -> Any:
    """Return the score of a cursor as its column holds it."""
    value: Any = cursor.score
    if sort is Sort.NEWEST:
        try:
            value = datetime.fromtimestamp(cursor.score // 1_000_000, UTC).replace(
                microsecond=int(cursor.score % 1_000_000)
            )
        except (OverflowError, OSError, ValueError):
            value = datetime(1970, 1, 1, tzinfo=UTC)
    return value


def listed(
    chosen: Filter, essay_id: int | None, sort: Sort, after: Cursor | None, *more: Any
) -> Select[*tuple[Any, ...]]:
    """Return the query of a list in one order, from the cursor on; ``more`` are further columns."""
    score, tie = ORDERS[sort]
    query: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, *more)
        .join(User, User.id == Reply.author_id)
        .join(Essay, Essay.id == Reply.essay_id)
        .where(*chosen.conditions(essay_id))
        .order_by(score.desc(), tie.desc())
    )
    if essay_id is None:
        query = query.where(Essay.state != "draft")
    return query if after is None else query.where(beyond(after, sort))


def cards_of(reply_ids: Iterable[int]) -> dict[int, Card]:
    """Return the proposals among these replies as lists show them, by their numbers."""
    ids = list(reply_ids)
    query: Select[*tuple[Any, ...]] = (
        select(*COLUMNS)
        .join(User, User.id == Reply.author_id)
        .join(Essay, Essay.id == Reply.essay_id)
        .where(Reply.id.in_(ids), Reply.lever.is_not(None))
    )
    if not ids:
        return {}
    return {row.id: Card(*row) for row in db.session.execute(query)}


def cards(
    chosen: Filter, essay_id: int | None, most: int, sort: Sort, after: Cursor | None = None
) -> list[Card]:
    """Return at most so many proposals of the list."""
    if not (chosen.q or chosen.unjudged):
        given: dict[str, Any] = {"essay_id": essay_id, "most": most}
        if after is not None:
            given |= {"value": value_of(after, sort), "least": after.tie}
        query = prepared(chosen.tags, essay_id is not None, sort, after is not None)
        return [Card(*row) for row in db.session.execute(query, given)]
    rows = db.session.execute(listed(chosen, essay_id, sort, after).limit(most))
    return [Card(*row) for row in rows]


@lru_cache(maxsize=500)
def prepared(tags: TagChoice, in_essay: bool, sort: Sort, goes_on: bool) -> Any:
    """Return the query of a list without words, made once: making it costs more than its rows."""
    essay_id: Any = bindparam("essay_id", type_=Reply.essay_id.type) if in_essay else None
    query = listed(Filter(tags), essay_id, sort, None).limit(bindparam("most"))
    score, tie = ORDERS[sort]
    if goes_on:
        value = bindparam("value", type_=score.type)
        query = query.where(past(sort, value, bindparam("least", type_=tie.type)))
    return query
