"""What ``flask doctor`` and /admin/health say: each thing that is to be mended, and how.

A check returns its finding, or None where it does not apply to this site. It looks and changes
nothing.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from ..accounts.models import User
from ..db import db, now
from ..files import OWNERS_ALONE
from ..mail.models import DeadLetter, Letter
from ..settings.current import contact
from ..web.health import current_head
from ..web.numbers import format_decimal
from ..worker import is_running

ROOM = 500 * 1024 * 1024
"""Bytes that should be free where the data is kept."""
LATE = timedelta(hours=1)
"""How long a letter may have been due."""
LATELY = timedelta(days=7)
DEMO = "%@demo.example"


@dataclass(frozen=True)
class Finding:
    """What a check found: ``sound``, or what is to be mended and how."""

    sound: bool
    says: str


Check = Callable[[], Finding | None]


def is_public() -> bool:
    """Say whether the site's address is one that others than this machine can have."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or ""
    return host not in {"localhost", "127.0.0.1", "::1"}


def database() -> Finding:
    """Look whether the database answers and has every migration."""
    try:
        there = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return Finding(False, _("The database does not answer, or is empty. Run flask db upgrade."))
    if there != current_head():
        return Finding(False, _("The database is not up to date. Run flask db upgrade."))
    return Finding(True, _("The database answers and is up to date."))


def whole_database() -> Finding | None:
    """Look through SQLite's file, and at its foreign keys."""
    if db.engine.dialect.name != "sqlite":
        return None
    quick = db.session.scalar(text("PRAGMA quick_check(1)"))
    loose = db.session.execute(text("PRAGMA foreign_key_check")).first()
    if quick != "ok" or loose:
        return Finding(False, _("The database file is damaged. Restore a backup: flask restore."))
    return Finding(True, _("The database file is whole."))


def administrator() -> Finding:
    """Look for someone who can run the site."""
    able = select(User.id).where(User.role == "admin", User.email.is_not(None)).limit(1)
    if db.session.scalar(able) is None:
        return Finding(False, _("Nobody is an administrator. Run flask user role EMAIL admin."))
    return Finding(True, _("The site has an administrator."))


def demo_accounts() -> Finding | None:
    """Look for the demo's accounts on a site that others reach."""
    if not is_public():
        return None
    if db.session.scalar(select(User.id).where(User.email.like(DEMO)).limit(1)):
        return Finding(
            False, _("The demo’s accounts can sign in here. Begin with an empty database.")
        )
    return Finding(True, _("None of the demo’s accounts is here."))


def address() -> Finding:
    """Look whether passwords travel in the clear."""
    if is_public() and not current_app.config["SESSION_COOKIE_SECURE"]:
        return Finding(
            False, _("The address of the site begins with http. Serve it by https: FORUM_BASE_URL.")
        )
    return Finding(
        True, _("The address of the site is %(url)s.", url=current_app.config["BASE_URL"])
    )


def mail_server() -> Finding | None:
    """Look whether letters can leave."""
    if not is_public():
        return None
    if not current_app.config["MAIL_URL"]:
        return Finding(False, _("No mail server is set, so no email leaves: FORUM_MAIL_URL."))
    return Finding(True, _("A mail server is set."))


def worker_runs() -> Finding:
    """Look for a worker, on whichever node."""
    if not is_running():
        return Finding(False, _("No worker runs, so nothing is sent. Start flask worker."))
    return Finding(True, _("The worker runs."))


def letters() -> Finding:
    """Look for letters that wait too long, and for those given up lately."""
    late = count(select(Letter.id).where(Letter.next_at < now() - LATE))
    dead = count(select(DeadLetter.id).where(DeadLetter.died_at > now() - LATELY))
    if late:
        return Finding(
            False,
            ngettext(
                "%(number)s email should have been sent over an hour ago.",
                "%(number)s emails should have been sent over an hour ago.",
                late,
                number=format_decimal(late),
            ),
        )
    if dead:
        return Finding(
            False,
            ngettext(
                "%(number)s email could not be sent in the last 7 days: see /admin/mail.",
                "%(number)s emails could not be sent in the last 7 days: see /admin/mail.",
                dead,
                number=format_decimal(dead),
            ),
        )
    return Finding(True, _("No email is late or was given up in the last 7 days."))


def count(query: Any) -> int:
    """Return how many rows a query finds."""
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def folder() -> Finding:
    """Look whether the instance folder is private."""
    path = Path(current_app.instance_path)
    if stat.S_IMODE(path.stat().st_mode) & OWNERS_ALONE:
        return Finding(
            False,
            _(
                "Others on this machine can read the data folder. Run chmod 700 %(path)s.",
                path=path,
            ),
        )
    return Finding(True, _("Only the owner can read the data folder."))


def room() -> Finding:
    """Look how much room there is for more."""
    free = shutil.disk_usage(current_app.instance_path).free
    said = _("%(number)s MB are free where the data is kept.", number=format_decimal(free // 2**20))
    return Finding(free >= ROOM, said)


def redis() -> Finding | None:
    """Look whether Redis answers, where the site has one."""
    if not (url := current_app.config["REDIS_URL"]):
        return None
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()
    except (RedisError, OSError):
        return Finding(
            False, _("Redis does not answer; each process counts limits by itself meanwhile.")
        )
    return Finding(True, _("Redis answers."))


def contacts() -> Finding | None:
    """Look whether people are told whom to write to."""
    if not is_public():
        return None
    if not contact():
        return Finding(
            False, _("Nobody is named for reports of flaws and complaints: FORUM_SECURITY_CONTACT.")
        )
    return Finding(True, _("Whom to write to about flaws is said."))


CHECKS: tuple[Check, ...] = (
    whole_database,
    administrator,
    demo_accounts,
    address,
    mail_server,
    worker_runs,
    letters,
    folder,
    room,
    redis,
    contacts,
)
"""Every check but the first, without which most of these cannot look."""


def findings() -> Iterator[Finding]:
    """Yield what every check that applies has found; a database that is away ends the round."""
    first = database()
    yield first
    if first.sound:
        yield from (found for check in CHECKS if (found := check()))
