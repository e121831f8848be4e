"""How much happens on the site: people, proposals, comments and votes by day, week and month.

The worker counts each span once, when it has been over for a while, and keeps the numbers: so a
page reads as many rows as it draws bars, and counts only what is still going on. What is removed
or changed later stays in the numbers of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, String, and_, func, select, union
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.grounds import VoterGround
from ..accounts.models import User
from ..db import Base, db, looking, now, one_of, upsert
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.models import Vote
from ..web import dates
from .figure_spans import LONGEST, FigureSpan, SpanKind, last_spans
from .models import SecurityEvent, SecurityKind

ZONE_LENGTH = 64
GRACE = timedelta(minutes=10)
"""How long after its end a span is counted for good: until what was begun in it is written."""
LIVE = 2
"""Spans that a page counts itself: the one that goes on, and one that the worker has yet to."""
LOOKED = "figures looked for"
"""Where a worker keeps when it last found all of them counted."""


class SpanFigures(NamedTuple):
    """The numbers of one span: what came to be within it, and how many people did something."""

    people: int = 0
    proposals: int = 0
    comments: int = 0
    votes: int = 0
    took_part: int = 0
    sign_ins: int = 0


class FigureRow(Base):
    """The numbers of a span that is over, in the zone that the site had then."""

    __tablename__ = "figures"
    __table_args__ = (one_of("span", SpanKind),)

    zone: Mapped[str] = mapped_column(String(ZONE_LENGTH), primary_key=True)
    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    begins: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]
    proposals: Mapped[int]
    comments: Mapped[int]
    votes: Mapped[int]
    took_part: Mapped[int]
    sign_ins: Mapped[int]


NOT_JOINED = (VoterGround.ROOM, VoterGround.IMPORT)
"""Those who came to be here without an account of their own."""


def within(column: Any, span: FigureSpan) -> Any:
    """Return the condition that a moment lies in a span."""
    begins, ends = span.moments
    return and_(column >= begins, column < ends)


def counting(span: FigureSpan) -> Select[*tuple[Any, ...]]:
    """Return the query for the numbers of a span: each is a stretch of an index.

    What is tried in the rehearsal of a draft, and erased before it opens, does not count; nor does
    a vote that a merge carried to another proposal a second time.
    """
    drafts = select(Essay.id).where(Essay.state == "draft")
    written = within(Reply.created_at, span), Reply.essay_id.not_in(drafts)
    counts = Vote.essay_id.not_in(drafts), Vote.carried_from_id.is_(None)
    given = within(Vote.voted_at, span), *counts
    joined = within(User.created_at, span), User.ground.not_in(NOT_JOINED)
    came_in = within(SecurityEvent.at, span), SecurityEvent.kind == SecurityKind.SIGNED_IN
    active = union(select(Reply.author_id).where(*written), select(Vote.user_id).where(*given))
    return select(
        number_of(User, *joined).label("people"),
        number_of(Reply, *written, Reply.lever.is_not(None)).label("proposals"),
        number_of(Reply, *written, Reply.lever.is_(None)).label("comments"),
        number_of(Vote, *given).label("votes"),
        select(func.count()).select_from(active.subquery()).scalar_subquery().label("took_part"),
        number_of(SecurityEvent, *came_in).label("sign_ins"),
    )


def number_of(table: type[Base], *where: Any) -> Any:
    """Return the number of rows as a part of a query."""
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


def count_span(connection: Connection, span: FigureSpan) -> SpanFigures:
    """Return the numbers of a span as they are now."""
    return SpanFigures(*connection.execute(counting(span)).one())


def kept(connection: Connection, spans: Iterable[FigureSpan]) -> dict[FigureSpan, SpanFigures]:
    """Return the numbers that are kept of these spans, of one kind, by span."""
    by_day = {span.begins: span for span in spans}
    kind = next(iter(by_day.values())).kind
    columns = [getattr(FigureRow, name) for name in SpanFigures._fields]
    rows = select(FigureRow.begins, *columns).where(
        FigureRow.zone == dates.zone().key, FigureRow.span == kind, FigureRow.begins >= min(by_day)
    )
    found = connection.execute(rows)
    return {by_day[day]: SpanFigures(*numbers) for day, *numbers in found if day in by_day}


def figures_of(spans: list[FigureSpan]) -> list[SpanFigures | None]:
    """Return the numbers of each span; nothing for one that the worker has yet to count."""
    with looking() as connection:
        known, began = kept(connection, spans), first_day(connection)
        missing = [span for span in spans if span not in known]
        for span in missing:
            if began is None or span.next <= began:
                known[span] = SpanFigures()
        for span in [span for span in missing if span not in known][-LIVE:]:
            known[span] = count_span(connection, span)
    return [known.get(span) for span in spans]


def first_day(connection: Connection) -> date | None:
    """Return the day on which the site had its first account; nothing where it has none."""
    first: datetime | None = connection.scalar(select(func.min(User.created_at)))
    return dates.day_of(first) if first else None


def to_tally(connection: Connection) -> Iterator[FigureSpan]:
    """Yield the spans that are over and have not been counted."""
    began = first_day(connection)
    for kind, number in LONGEST.items() if began else ():
        spans = list(last_spans(kind, number))
        known = kept(connection, spans)
        for span in spans:
            over = span.moments[1] + GRACE <= now()
            if over and span not in known and began is not None and span.next > began:
                yield span


def tally_next() -> bool:
    """Count a span for good, as a piece of the worker's work; say whether there was one.

    Once all are counted it looks again in the next quarter of an hour.
    """
    moment = now().replace(second=0, microsecond=0)
    mark = dates.zone().key, moment - timedelta(minutes=moment.minute % 15)
    if current_app.extensions.get(LOOKED) == mark:
        return False
    with looking() as connection:
        span = next(to_tally(connection), None)
        if span is None:
            current_app.extensions[LOOKED] = mark
            return False
        numbers = count_span(connection, span)
    key = {"zone": mark[0], "span": span.kind, "begins": span.begins}
    row = upsert(FigureRow).values(**key, **numbers._asdict()).on_conflict_do_nothing()
    with db.engine.begin() as connection:
        connection.execute(row)
    return True
