"""Lists of proposals, page by page: rows, not entities, and never a count or an offset.

A page begins after a cursor (the score and the number of the last proposal shown), so that page
one of ten million costs what page one of a hundred costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import db
from ..essays.models import Essay, has_ended, is_rehearsed_by, takes_replies
from .choosing import TagChoice
from .cursors import Cursor
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
    Reply.text_since,
    Reply.created_at,
    Reply.edited_at,
    Reply.support,
    Reply.oppose,
    Reply.neutral,
    Reply.earlier,
    Reply.carried,
    Reply.room_support,
    Reply.room_oppose,
    Reply.room_neutral,
    Reply.on_paper,
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
    Essay.paused_at,
    Essay.rehearsal,
    Essay.open_to,
)


class Card(NamedTuple):
    """One proposal as a list shows it: a row as it is read, so that pieces are kept by it."""

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
    text_since: int
    created_at: datetime
    edited_at: datetime | None
    support: int
    oppose: int
    neutral: int
    earlier: int
    carried: int
    room_support: int
    room_oppose: int
    room_neutral: int
    on_paper: int
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
    paused_at: datetime | None
    rehearsal: str | None
    open_to: str

    @property
    def is_proposal(self) -> bool:
        """Whether the card is of a proposal: always, as on a reply."""
        return True

    @property
    def essay(self) -> DiscussionState:
        """The discussion the card stands in, so that permissions take a card as they do a reply."""
        when = self.closes_at, self.paused_at
        return DiscussionState(self.essay_id, self.essay_state, *when, self.rehearsal, self.open_to)


@dataclass(frozen=True, slots=True)
class DiscussionState:
    """An essay's discussion as far as a list needs it: whether it is open, and to whom."""

    id: int
    state: str
    closes_at: datetime | None
    paused_at: datetime | None
    rehearsal: str | None
    open_to: str

    @property
    def is_open(self) -> bool:
        """Whether replies and votes are taken, as on an essay."""
        return self.paused_at is None and takes_replies(self.state, self.closes_at)

    def is_open_to(self, user: User) -> bool:
        """Say whether it is open now to the person, as on an essay."""
        return self.is_open or is_rehearsed_by(user, self.rehearsal, self.id)

    @property
    def is_over(self) -> bool:
        """Whether it has been closed, as on an essay."""
        return has_ended(self.state, self.closes_at)

    @property
    def is_paused(self) -> bool:
        """Whether it is paused and not over, as on an essay."""
        return self.paused_at is not None and not self.is_over


def past(sort: Sort, value: Any, least: Any) -> ColumnElement[bool]:
    """Return the condition that a row stands after this score and this tie-breaker."""
    score, tie = ORDERS[sort]
    return and_(score <= value, or_(score < value, tie < least))


def since(sort: Sort, value: Any, least: Any) -> ColumnElement[bool]:
    """Return the condition that a row stands at this place or before it, as an index is read."""
    score, tie = ORDERS[sort]
    return and_(score >= value, or_(score > value, tie >= least))


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
    chosen: Filter,
    essay_id: int | None,
    sort: Sort,
    after: Cursor | None,
    *more: Any,
    all_at_once: bool = False,
) -> Select[*tuple[Any, ...]]:
    """Return the query of a list in one order, from the cursor on; ``more`` are further columns."""
    score, tie = ORDERS[sort]
    query: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, *more)
        .join(User, User.id == Reply.author_id)
        .join(Essay, Essay.id == Reply.essay_id)
        .where(*chosen.conditions(essay_id, all_at_once))
        .order_by(score.desc(), tie.desc())
    )
    if essay_id is None:
        query = query.where(Essay.state != "draft")
    if after is None:
        return query
    return query.where(past(sort, value_of(after, sort), after.tie))


def cards_of(reply_ids: Iterable[int]) -> dict[int, Card]:
    """Return the proposals among these replies as lists show them, by their numbers."""
    ids = list(reply_ids)
    return {row[0]: Card._make(row) for row in (THESE.rows(ids=ids) if ids else ())}


THESE = Prepared(
    select(*COLUMNS)
    .join(User, User.id == Reply.author_id)
    .join(Essay, Essay.id == Reply.essay_id)
    .where(Reply.id.in_(bindparam("ids", expanding=True)), Reply.lever.is_not(None))
)


def cards(
    chosen: Filter,
    essay_id: int | None,
    most: int,
    sort: Sort,
    after: Cursor | None = None,
    where: ColumnElement[bool] | None = None,
) -> list[Card]:
    """Return at most so many proposals of the list, or of that part of it."""
    if not chosen.q and not chosen.unjudged and where is None:
        given: dict[str, Any] = {"essay_id": essay_id, "most": most}
        if after is not None:
            given |= {"value": value_of(after, sort), "least": after.tie}
        made = made_query(chosen.tags, essay_id is not None, sort, after is not None)
        return [Card._make(row) for row in made.rows(**given)]
    query = listed(chosen, essay_id, sort, after).limit(most)
    rows = db.session.execute(query if where is None else query.where(where))
    return [Card._make(row) for row in rows]


@lru_cache(maxsize=500)
def made_query(tags: TagChoice, in_essay: bool, sort: Sort, goes_on: bool) -> Prepared:
    """Return the query of a list without words, made once: making it costs more than its rows."""
    essay_id: Any = bindparam("essay_id", type_=Reply.essay_id.type) if in_essay else None
    query = listed(Filter(tags), essay_id, sort, None).limit(bindparam("most"))
    score, tie = ORDERS[sort]
    if goes_on:
        value = bindparam("value", type_=score.type)
        query = query.where(past(sort, value, bindparam("least", type_=tie.type)))
    return Prepared(query)
