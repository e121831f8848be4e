"""``flask worker``: does what takes longer than a page may, beside the server.

The database holds what is to be done, so nothing is lost when the worker or the server stops: a
worker that starts takes up what was left. ``WORK`` of the application names all work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from .db import db

Work = Callable[[], bool]
"""Does one piece of work, commits it, and says whether there was any."""

PAUSE = 2.0
"""Seconds between two looks for work."""

ALIVE = 60.0
"""Seconds for which a sign of life holds; setting a long document takes half of it."""

log = structlog.get_logger("forum.worker")


def sign_of_life() -> Path:
    """Return the file that a running worker touches."""
    return Path(current_app.instance_path) / "worker"


def give_sign() -> None:
    """Say that the worker is alive; work that takes long calls it now and then."""
    sign_of_life().touch(mode=0o600)


def is_running() -> bool:
    """Say whether a worker is at work beside this server."""
    try:
        return time.time() - sign_of_life().stat().st_mtime < ALIVE
    except OSError:
        return False


def work_once() -> bool:
    """Do a piece of every kind of work; say whether there was any."""
    give_sign()
    done = False
    work: tuple[Work, ...] = current_app.extensions["work"]
    for piece in work:
        try:
            done = piece() or done
        except DBAPIError as error:
            log.error("database", work=piece.__name__, kind=type(error.orig).__name__)
        finally:
            db.session.remove()
    return done


@click.command("worker")
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
@with_appcontext
def worker(once: bool) -> None:
    """Do what takes longer than a page may, such as large exports, and send letters, until stopped.

    Run it beside the server, as one process, with the same environment.
    """
    log.info("at work", process=os.getpid())
    while True:
        if work_once():
            continue
        if once:
            sign_of_life().unlink(missing_ok=True)
            return
        time.sleep(PAUSE)


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(worker)
