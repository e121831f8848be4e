"""What is kept no longer than it is of use: codes, sign-ins, and letters that were never sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, inspect, or_, select
from sqlalchemy.orm import Session

from ..accounts import sign_ins
from ..accounts.codes import AddressCode
from ..accounts.models import SignIn
from ..accounts.second_steps import SecondStep
from ..accounts.sign_ins import SignInRecord
from ..db import db, looking, now
from ..mail.models import DeadLetter

CODES = timedelta(days=1)
DEAD_LETTERS = timedelta(days=90)
MOST = 500
"""Rows taken away in one go."""


def clear_out() -> bool:
    """Take away some of what is too old; say whether there was any."""
    nobodys = and_(SignInRecord.user_id.is_(None), SignInRecord.at < now() - CODES)
    old = (
        (AddressCode, AddressCode.made_at < now() - CODES),
        (SecondStep, SecondStep.made_at < now() - CODES),
        (DeadLetter, DeadLetter.died_at < now() - DEAD_LETTERS),
        (SignIn, ~and_(*sign_ins.still_open())),
        (SignInRecord, or_(SignInRecord.at < now() - sign_ins.KEPT, nobodys)),
    )
    taken = [take_away(table, condition) for table, condition in old]
    return any(taken)


def take_away(table: Any, condition: Any) -> bool:
    """Delete the oldest rows of which this holds, where there are any."""
    (key,) = inspect(table).primary_key
    old = select(key).where(condition).order_by(key).limit(MOST)
    with looking() as connection:
        numbers = list(connection.scalars(old))
    if numbers:
        with Session(db.engine) as session, session.begin():
            session.execute(delete(table).where(key.in_(numbers)))
    return bool(numbers)
