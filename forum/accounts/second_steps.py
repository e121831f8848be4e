"""The step between knowing who somebody is and signing them in: the code of their second factor.

It works in the browser that came to it alone, for ten minutes, and five times it may be wrong.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UtcDateTime, db, now
from .codes import hash_of
from .models import User
from .second_factors import SecondFactor, WrongSecondCode, take_second_code
from .sign_ins import How, record_wrong_second

LIFE = timedelta(minutes=10)
TRIES = 5
BROWSER = "second_step_browser"
"""Where a browser's session keeps what tells it from others."""


class SecondStep(Base):
    """Somebody who gave a password or a code, in one browser, and has yet to give the second.

    ``how`` is how they came to it, ``onward`` where they go on, with what they had typed.
    """

    __tablename__ = "second_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    browser_hash: Mapped[str] = mapped_column(String(64), index=True)
    how: Mapped[str] = mapped_column(String(10))
    onward: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    user: Mapped[User] = relationship()


class NoStep(ValueError):
    """Nobody came to this step in this browser, or too long ago, or its tries are used up."""


def begin_step(
    user: User, how: How, onward: dict[str, Any], browser: MutableMapping[str, Any]
) -> None:
    """Have a person type the code of their second factor in this browser; any step before ends."""
    browser[BROWSER] = secrets.token_urlsafe(16)
    marked = hash_of(str(browser[BROWSER]))
    db.session.add(SecondStep(user_id=user.id, browser_hash=marked, how=how, onward=onward))


def open_step(browser: MutableMapping[str, Any], lock: bool = False) -> SecondStep | None:
    """Return the step that this browser is at, or nothing; its row held if asked.

    There is none any more where the second factor was taken away meanwhile.
    """
    if BROWSER not in browser:
        return None
    query = select(SecondStep).join(SecondFactor, SecondFactor.user_id == SecondStep.user_id)
    query = query.where(
        SecondStep.browser_hash == hash_of(str(browser[BROWSER])),
        SecondStep.tries < TRIES,
        SecondStep.made_at > now() - LIFE,
    )
    if lock:
        query = query.with_for_update(of=SecondStep).execution_options(populate_existing=True)
    return db.session.scalar(query)


def take_step(browser: MutableMapping[str, Any], typed: str, agent: str) -> tuple[SecondStep, bool]:
    """Return the step whose code was typed, which is over, and whether the code was the app's.

    What the browser says it is, ``agent``, stands in the person's log where the code is wrong.

    Each try is counted, so the caller commits also where it fails. Raises NoStep, or what
    ``take_second_code`` does.
    """
    step = open_step(browser, lock=True)
    if step is None:
        raise NoStep
    step.tries += 1
    try:
        by_app = take_second_code(step.user, typed)
    except WrongSecondCode:
        record_wrong_second(step.user, agent)
        raise
    db.session.delete(step)
    browser.pop(BROWSER, None)
    return step, by_app
