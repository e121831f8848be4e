"""``flask worker``: does what takes longer than a page may, beside the server.

The database holds what is to be done, so nothing is lost when the worker or the server stops: a
worker that starts takes up what was left. ``WORK`` of the application names all work. Several may
run, on one node or many: each takes what no other has taken.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import String, delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from .database import statistics
from .db import Base, UtcDateTime, db, looking, now, upsert

Work = Callable[[], bool]
"""Does one piece of work, commits it, and says whether there was any."""

PAUSE = 2.0
"""Seconds between two looks for work."""

ALIVE = timedelta(seconds=60)
"""For how long a sign of life holds; setting a long document takes half of it."""

OFTEN = timedelta(seconds=15)
"""Between two signs of life of a worker, at least."""

FORGOTTEN = timedelta(days=1)
"""After which nobody needs to know of a worker that died."""

log = structlog.get_logger("forum.worker")


class WorkerSign(Base):
    """The last sign of life of a worker, by the node and the process that it is."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


def own_name() -> str:
    """Return what this process is called as a worker."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def give_sign() -> None:
    """Say that the worker is alive; work that takes long calls it now and then."""
    name, moment = own_name(), now()
    with looking() as connection:
        seen = connection.scalar(select(WorkerSign.seen_at).where(WorkerSign.name == name))
    if seen is not None and moment - seen < OFTEN:
        return
    sign = upsert(WorkerSign).values(name=name, seen_at=moment)
    sign = sign.on_conflict_do_update(index_elements=["name"], set_={"seen_at": moment})
    with db.engine.begin() as connection:
        connection.execute(sign)
        connection.execute(delete(WorkerSign).where(WorkerSign.seen_at < moment - FORGOTTEN))


def say_goodbye() -> None:
    """Say that this worker stops; a sign that cannot be taken back fades."""
    with suppress(DBAPIError), db.engine.begin() as connection:
        connection.execute(delete(WorkerSign).where(WorkerSign.name == own_name()))


def is_running() -> bool:
    """Say whether a worker is at work, on whichever node."""
    alive = select(WorkerSign.name).where(WorkerSign.seen_at > now() - ALIVE)
    with looking() as connection:
        return connection.scalar(alive.limit(1)) is not None


def work_once() -> bool:
    """Do a piece of every kind of work; say whether there was any."""
    done = False
    work: tuple[Callable[[], bool | None], ...] = (give_sign, *current_app.extensions["work"])
    for piece in work:
        try:
            done = bool(piece()) or done
        except DBAPIError as error:
            log.error("database", work=piece.__name__, kind=type(error.orig).__name__)
        finally:
            db.session.remove()
    return done


def stop(_signal: int, _frame: Any) -> None:
    """Stop as at the end of the command, so that what is at hand is handed back."""
    sys.exit(0)


@click.command("worker")
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
@with_appcontext
def worker(once: bool) -> None:
    """Do what takes longer than a page may, such as large exports, and send letters, until stopped.

    Run it beside the server, with the same environment; more than one may run.
    """
    log.info("at work", process=os.getpid())
    if not once:
        signal.signal(signal.SIGTERM, stop)
    try:
        while True:
            if work_once():
                continue
            if once:
                return
            time.sleep(PAUSE)
    finally:
        say_goodbye()
        with suppress(DBAPIError):
            statistics.keep_up()


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(worker)
