"""A second PostgreSQL for strangers' pages: a streaming replica, which is always a little behind.

Only pages that are kept for everyone are read there (see ``web/page_cache``), and only while it is
near: at most ``BEHIND`` behind the primary, and no further than what the visitor wrote. That is
known by positions in the write-ahead log: a browser that has written carries the position for a
while. What signed-in people see, and all that is written, is the primary's.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from ..db import READ, db

WROTE = "wrote"
"""The cookie of a browser that has written: up to where the primary's log held it, in bytes."""
REMEMBERED = 60
"""Seconds for which it is carried: a replica further behind than ``BEHIND`` is not read at all."""
BEHIND = 10.0
"""Seconds that a replica may be behind the primary and still be read."""
LOOK = 1.0
"""Seconds between two looks, by one process, at where both are."""
PAUSE = 5.0
"""Seconds for which a replica that failed is left alone."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

WRITTEN = text("SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS bigint)")
REPLAYED = text("SELECT CAST(pg_last_wal_replay_lsn() - '0/0' AS bigint)")

log = structlog.get_logger("forum.replica")


class Replica:
    """The replica as one process knows it: how far it is, and since when it has been behind."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.primary, self.engine = db.engine, db.engines[READ]
        self.replayed = 0
        self.since = self.next_look = 0.0
        self.ahead: deque[tuple[float, int]] = deque()
        """When the primary was where, as far as the replica has not come."""
        self.looking = threading.Lock()

    def is_near(self, environ: Mapping[str, Any]) -> bool:
        """Say whether a stranger's page may be read there."""
        said = parse_cookie(environ.get("HTTP_COOKIE", "")).get(WROTE, "")[:20]
        wrote, now = int(said) if said.isdecimal() else 0, time.monotonic()
        is_due = now >= self.next_look or 0 < self.replayed < wrote
        if is_due and self.looking.acquire(blocking=False):
            try:
                self.look(now)
            finally:
                self.looking.release()
        return 0 < self.replayed >= wrote and now - self.since <= BEHIND

    def look(self, now: float) -> None:
        """Ask where both are; a replica that does not answer is not near."""
        try:
            self.ahead.append((now, position(self.primary, WRITTEN)))
            self.replayed = position(self.engine, REPLAYED)
        except SQLAlchemyError as error:
            log.warning("replica not read", kind=type(error).__name__)
            self.failed()
            return
        while self.ahead and self.ahead[0][1] <= self.replayed:
            self.ahead.popleft()
        self.since = self.ahead[0][0] if self.ahead else now
        self.next_look = now + LOOK

    def failed(self) -> None:
        """Read nothing there for a while."""
        self.replayed, self.next_look = 0, time.monotonic() + PAUSE


def position(engine: Engine, question: Any) -> int:
    """Return a place in the write-ahead log, in bytes; 0 where there is none."""
    with engine.connect() as connection:
        return connection.scalar(question) or 0


def remember_write(response: Response) -> Response:
    """Have a browser that may have written carry how far the replica must be to show it that."""
    if request.method not in SAFE and response.status_code < 400:
        with suppress(SQLAlchemyError):
            place = position(db.engine, WRITTEN)
            response.set_cookie(
                WROTE,
                str(place),
                max_age=REMEMBERED,
                secure=current_app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
            )
    return response


def init_app(app: Flask) -> None:
    """Remember who wrote, where there is a replica."""
    if READ in app.config["SQLALCHEMY_BINDS"]:
        app.after_request(remember_write)
