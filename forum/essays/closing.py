"""Discussions that the clock closes: told three days before, and once their date has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from ..db import db, looking, now
from ..events.recording import record, unrecorded
from .models import Essay

NOTICE = timedelta(days=3)
"""How long before a discussion closes those who took part are told."""

NEWS = timedelta(days=7)
"""For how long it is news that a discussion was closed, should no worker have run."""

Told = tuple[str, int, datetime, str]
"""What is to be told of a closing date: the kind of event, the essay, the date, and the key."""


def tell_of_closing() -> bool:
    """Record that discussions close soon, or were closed by their date; say whether any did.

    Each is recorded once for a closing date, whichever worker is first.
    """
    with looking() as connection:
        near = Essay.closes_at > now() - NEWS, Essay.closes_at <= now() + NOTICE
        dates = select(Essay.id, Essay.closes_at).where(Essay.state == "open", *near)
        coming = [told(number, date) for number, date in connection.execute(dates) if date]
    fresh = unrecorded(key for *_rest, key in coming)
    news = [each for each in coming if each[-1] in fresh]
    for kind, essay_id, closes_at, key in news:
        record(
            kind,
            ("essay", essay_id),
            essay_id=essay_id,
            facts={"closes_at": closes_at.isoformat()},
            key=key,
            at=closes_at if kind == "closed" else None,
        )
    db.session.commit()
    return bool(news)


def told(essay_id: int, closes_at: datetime) -> Told:
    """Return what is to be told of a discussion with this closing date now."""
    kind = "closed" if closes_at <= now() else "closing_soon"
    return kind, essay_id, closes_at, f"{kind}:{essay_id}:{closes_at.isoformat()}"
