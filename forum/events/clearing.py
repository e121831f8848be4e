"""What is kept no longer than it is of use: codes, and letters that were never sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..accounts.codes import AddressCode
from ..db import db, looking, now
from ..mail.models import DeadLetter

CODES = timedelta(days=1)
DEAD_LETTERS = timedelta(days=90)
MOST = 500
"""Rows taken away in one go."""


def clear_out() -> bool:
    """Take away some of what is too old; say whether there was any."""
    old = (
        (AddressCode, AddressCode.made_at < now() - CODES),
        (DeadLetter, DeadLetter.died_at < now() - DEAD_LETTERS),
    )
    taken = [take_away(table, condition) for table, condition in old]
    return any(taken)


def take_away(table: Any, condition: Any) -> bool:
    """Delete the oldest rows of which this holds, where there are any."""
    old = select(table.id).where(condition).order_by(table.id).limit(MOST)
    with looking() as connection:
        numbers = list(connection.scalars(old))
    if numbers:
        with Session(db.engine) as session, session.begin():
            session.execute(delete(table).where(table.id.in_(numbers)))
    return bool(numbers)
