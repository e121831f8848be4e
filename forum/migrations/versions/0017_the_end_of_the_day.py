"""A discussion closes at the end of its last day in the forum's zone

Until here the last day was taken as a day of UTC and closed a second before its end, so that
23:59:59 UTC tells which day somebody typed. What closes at another moment was opened for a number
of days and stays as it is.

Revision ID: 0017
Revises: 0011
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from alembic import op

from forum.web import dates

revision = "0017"
down_revision = "0011"
branch_labels = None
depends_on = None

Moments = Callable[[datetime], datetime | None]

essays = sa.table("essays", sa.column("id"), sa.column("closes_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    """Move what closes at the end of a day of UTC to the end of that day in the forum's zone."""
    move(lambda moment: dates.end_of(moment.date()) if moment.time() == LAST else None)


def downgrade() -> None:
    """Move it back."""
    move(lambda moment: at_last(dates.last_day(moment)) if is_end_of_day(moment) else None)


LAST = time(23, 59, 59)


def at_last(day: date) -> datetime:
    """Return the last second of a day of UTC."""
    return datetime.combine(day, LAST, UTC)


def is_end_of_day(moment: datetime) -> bool:
    """Say whether a day of the forum's zone ends at this moment."""
    return dates.end_of(dates.last_day(moment)) == moment


def move(moved: Moments) -> None:
    """Give every closing date for which there is another that other one."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(essays).where(essays.c.closes_at.is_not(None))).all()
    naive = connection.dialect.name == "sqlite"
    for number, stored in rows:
        new = moved(stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC))
        if new is not None:
            value = new.replace(tzinfo=None) if naive else new
            change = sa.update(essays).where(essays.c.id == number).values(closes_at=value)
            connection.execute(change)
