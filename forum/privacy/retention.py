"""Deleting what was kept long enough; the periods are settings, the register names which."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, inspect, select, tuple_
from sqlalchemy.orm import Session

from ..accounts import sign_ins
from ..accounts.codes import AddressCode
from ..accounts.models import SignIn
from ..accounts.names import YEAR, NameChange
from ..accounts.provider_links import ProviderVisit
from ..accounts.second_steps import SecondStep
from ..accounts.sign_ins import SignInRecord
from ..db import db, looking, now
from ..drafts.models import Draft
from ..events.models import Notice
from ..exports.models import Export, State
from ..invitations.models import LIFE, Invitation
from ..mail.models import DeadLetter

CODES = timedelta(days=1)
COMING_IN = (AddressCode, SecondStep, ProviderVisit)
MOST = 500
"""Rows taken away in one go."""


def days(name: str) -> int:
    """Return how many days something is kept, as the settings say."""
    return int(current_app.config[f"{name}_DAYS"])


def before(name: str) -> datetime:
    """Return the moment before which it has been kept long enough."""
    return now() - timedelta(days=days(name))


def take_away(table: Any, *conditions: Any) -> bool:
    """Delete some rows of which all this holds, and holds still; say whether there were any.

    They are looked for every quarter of an hour, so an index must find them
    (``tests/test_retention.py``); an order would have the database walk the key instead.
    """
    key = inspect(table).primary_key
    old = select(*key).where(*conditions).limit(MOST)
    with looking() as connection:
        found = [tuple(row) for row in connection.execute(old)]
    if found:
        with Session(db.engine) as session, session.begin():
            session.execute(delete(table).where(tuple_(*key).in_(found), *conditions))
    return bool(found)


def forget_names() -> bool:
    """Forget names that were left, once they may be anybody's again."""
    return take_away(NameChange, NameChange.at < min(before("NAMES"), now() - YEAR))


def forget_sign_ins() -> bool:
    """Forget browsers that are signed out: idle too long, or signed in too long ago."""
    found = [take_away(SignIn, ~holds) for holds in sign_ins.still_open()]
    return any(found)


def forget_sign_in_records() -> bool:
    """Forget how accounts were opened; of nobody's, after a day."""
    nobodys = SignInRecord.user_id.is_(None), SignInRecord.at < now() - CODES
    old = take_away(SignInRecord, SignInRecord.at < before("SIGN_INS"))
    return take_away(SignInRecord, *nobodys) or old


def forget_codes() -> bool:
    """Forget codes and steps of coming in, with what was typed before them."""
    found = [take_away(table, table.made_at < now() - CODES) for table in COMING_IN]
    return any(found)


def forget_invitations() -> bool:
    """Forget invitations that nobody accepted, once their links are long over."""
    made = Invitation.made_at < min(before("INVITATIONS"), now() - LIFE)
    return take_away(Invitation, Invitation.accepted_at.is_(None), made)


def forget_drafts() -> bool:
    """Forget drafts that nobody went on with."""
    return take_away(Draft, Draft.saved_at < before("DRAFTS"))


def forget_notices() -> bool:
    """Forget notices that were read."""
    return take_away(Notice, Notice.read_at < before("NOTICES"))


def forget_dead_letters() -> bool:
    """Forget letters that were given up."""
    return take_away(DeadLetter, DeadLetter.died_at < before("LETTERS"))


def forget_exports() -> bool:
    """Forget who took which list out."""
    over = Export.state.in_((State.SENT, State.DONE, State.FAILED))
    return take_away(Export, over, Export.asked_at < before("EXPORTS"))
