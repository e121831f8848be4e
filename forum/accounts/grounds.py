"""Why a person's votes count, and whether the site asks everyone to confirm an address first.

Where it asks, nobody is signed in before they have shown who reads the mail of their address, so
every vote in the database is one that counts. ``FORUM_CONFIRM`` says whether it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, looking, now
from ..web import dates
from ..web.page_versions import anew, begin_anew


class VoterGround(StrEnum):
    """By what a person is known to be one: what they were asked for, if anything."""

    UNASKED = "unasked"
    CODE = "code"
    ROOM = "room"
    PROVIDER = "provider"
    INVITATION = "invitation"
    COMMAND = "command"
    IMPORT = "import"


GROUNDS: dict[VoterGround, Any] = {
    VoterGround.CODE: _l("typed a code sent to their email address"),
    VoterGround.ROOM: _l("joined in a room"),
    VoterGround.PROVIDER: _l("signed in with a provider that this site trusts"),
    VoterGround.INVITATION: _l("were invited"),
    VoterGround.COMMAND: _l("were added by the people who run this site"),
    VoterGround.IMPORT: _l("were imported with a discussion held elsewhere"),
    VoterGround.UNASKED: _l("were not asked to confirm anything"),
}
"""What is said of the voters with each ground, after their number."""


class ConfirmationMode(Base):
    """From when on the site asked for confirmation, or no longer did: one row a change."""

    __tablename__ = "confirmation_modes"

    id: Mapped[int] = mapped_column(primary_key=True)
    asks: Mapped[bool]
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


def asks_to_confirm() -> bool:
    """Say whether nobody is signed in before an address is confirmed."""
    return bool(current_app.config["CONFIRM"])


def modes() -> Sequence[ConfirmationMode]:
    """Return every change of mode, the last one first."""
    return db.session.scalars(select(ConfirmationMode).order_by(ConfirmationMode.id.desc())).all()


def is_noted(connection: Connection) -> bool:
    """Say whether the mode is the last one logged; a site that never asked has nothing to log."""
    query = select(ConfirmationMode.asks).order_by(ConfirmationMode.id.desc()).limit(1)
    return bool(connection.scalar(query)) == asks_to_confirm()


def note_mode() -> None:
    """Log the mode where it is another than the last one logged."""
    if not is_noted(db.session.connection()):
        db.session.add(ConfirmationMode(asks=asks_to_confirm()))
        begin_anew()


def keep_mode() -> bool:
    """Log a change of mode, as a piece of the worker's work; say whether there was one."""
    with looking() as connection:
        if is_noted(connection):
            return False
    with db.engine.begin() as connection:
        connection.execute(insert(ConfirmationMode).values(asks=asks_to_confirm(), since=now()))
        connection.execute(anew())
    return True


def voters_in_words() -> str:
    """Return whether voters are confirmed, in a sentence or two."""
    if not asks_to_confirm():
        return _("Voters are not confirmed: anyone can sign up with an address that nobody checks.")
    since = next((each.since for each in modes() if each.asks), None)
    if since is None:
        return _("Voters are confirmed before they are signed in.")
    return _(
        "Since %(day)s, voters are confirmed before they are signed in. Accounts from before count "
        "as they did.",
        day=dates.day(since),
    )
