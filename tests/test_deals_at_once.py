"""Sixteen voters and the worker at the same moment: what comes due is written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.deals.finishing import begin_next, write_next
from forum.deals.models import Due
from tests.cast import Make
from tests.test_concurrency import sender

VOTERS = 16


def test_sixteen_voters_at_once_write_one_due(app: Flask, make: Make, visit: Any) -> None:
    essay = make.deal(make.essay(), bound=0.5, voters=4, hold_days=0)
    reply = make.proposal(essay)
    path = f"/replies/{reply.id}/vote"
    acts = [sender(app, visit(make.user()), path, {"value": "support"}) for _ in range(VOTERS)]
    assert together([*acts, worker(app)]) == {303}
    assert make.fresh(reply).support == VOTERS
    with app.app_context():
        due = db.session.scalars(select(Due)).one()
        assert (due.support, due.reply_id) == (4, reply.id)


def worker(app: Flask) -> Callable[[], int]:
    """Return an act of the worker beside them."""

    def look() -> int:
        with app.app_context():
            begin_next()
            write_next()
            db.session.remove()
        return 303

    return look


def together(acts: list[Callable[[], int]]) -> set[int]:
    """Do all acts at the same moment; return their statuses."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], int]) -> int:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return set(pool.map(start, acts))
