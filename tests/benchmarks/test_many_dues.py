"""Very many dues: pages that add them up send as many statements as of ten, and hold few in hand.

``FORUM_PLAN_DUES`` says how many there are (20,000 without it); ``make slow`` runs this.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select

from forum.accounts.models import User
from forum.answers.models import AnswerEdition, OfficialAnswer, Promise
from forum.bodies.models import Body
from forum.database import statistics
from forum.database.bulk_insert import bulk_insert
from forum.db import db, now
from forum.deals.models import Due
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.replies.tallies import Tally
from forum.web import dates
from tests.benchmarks.big_data import fill_essay, fill_readers
from tests.cast import Make
from tests.circle import Circle
from tests.hearing import heard

DUES = int(os.environ.get("FORUM_PLAN_DUES", "20000"))
CHUNK = 5_000
STRANGERS = (
    "/ledger",
    "/ledger?page=1000",
    "/ledger?status=answered&order=answered",
    "/ledger?status=late",
    "/ledger?lever=market",
    "/ledger.atom",
    "/bodies",
    "/bodies/{body}",
    "/",
    "/essays/{essay}",
)
FILES = ("/ledger.csv", "/ledger.json", "/ledger.ics")
"""What holds every due, some in hand at a time."""
HOLDERS = ("/answering", "/answering?page=7", "/answering?reply={reply}")
RELATIONS = 2
"""Statements that are sent only where what a page shows has promises, and those have steps."""
MOST_IN_HAND = 200
"""Dues that a page may load: those it shows, the promises beside them."""
MOST_MEMORY = 16 * 2**20
"""Bytes that a page may take above what was there before."""
MOST_A_LINE = 3 * 1024
"""Bytes that a file may take for each due: its text some times over, and no due as an object."""


@dataclass
class Told:
    """What a page did: its statements as they were sent, the dues it loaded, the memory it took."""

    statements: list[tuple[str, Any]]
    loaded: int
    peak: int


@dataclass
class Owing:
    """A body that owes answers in a discussion that is over, and who answers for it."""

    essay: Essay
    body: Body
    ines: User
    reply: Reply


@pytest.fixture
def owing(app: Flask, make: Make) -> Owing:
    """A body that owes some answers."""
    essay, circle = make.essay(), Circle(make)
    body, ines = circle.body(), make.user("Ines")
    circle.seat(body, ines)
    for number in range(130):
        reply = make.proposal(essay, lever="market")
        circle.due(reply, body, number - 20)
        if number % 2 == 0:
            waits = reply
        else:
            circle.answer(reply, body, ines, promises=(("a", number - 20),))
    with app.app_context():
        db.session.get_one(Essay, essay.id).stored_state = "closed"
        db.session.commit()
    return Owing(essay, body, ines, waits)


def fill_dues(like: Due) -> None:
    """Give very many proposals a due like this each, every third an answer, and that a promise."""
    ids = select(Reply.id).where(Reply.fingerprint.startswith("demo:bulk"))
    numbers = list(db.session.scalars(ids.where(Reply.lever.is_not(None)).order_by(Reply.id)))[
        :DUES
    ]
    day, moment = dates.today(), now()
    same = {name: getattr(like, name) for name in ("deal_id", "body_id", "essay_id", "rule")}
    for first in range(0, len(numbers), CHUNK):
        some = numbers[first : first + CHUNK]
        bulk_insert(
            Due,
            [
                {
                    **same,
                    **dict.fromkeys(("support", "oppose", "neutral"), each % 30),
                    "reply_id": each,
                    "stands_on_id": each,
                    "version": 1,
                    "agreed": bool(each % 2),
                    "at": moment - timedelta(days=100, hours=each % 999),
                    "first_due_on": day,
                    "due_on": day + timedelta(days=each % 200 - 100),
                }
                for each in some
            ],
        )
        said = {"body_id": like.body_id, "edition": 1, "status": "accepted"}
        bulk_insert(
            OfficialAnswer,
            [
                {**said, "reply_id": each, "settled_at": moment - timedelta(hours=each % 800)}
                for each in some
                if not each % 3
            ],
        )
        made = select(OfficialAnswer.id).where(OfficialAnswer.reply_id.in_(some))
        answers = list(db.session.scalars(made))
        edition = {"number": 1, "at": moment, "status": "accepted"}
        bulk_insert(AnswerEdition, [edition | {"answer_id": each} for each in answers])
        promise = {"edition": 1, "what": "A report", "language": "en"}
        days = [{"by_on": day + timedelta(days=each % 50 - 25)} for each in answers]
        bulk_insert(
            Promise,
            [promise | by | {"answer_id": each} for each, by in zip(answers, days, strict=True)],
        )
        db.session.commit()
    statistics.refresh()


@pytest.fixture
def stranger(app: Flask) -> Any:
    """A browser whose every page is made anew, since it sends a session."""
    client = app.test_client()
    client.set_cookie("session", "nobody")
    return client


@pytest.fixture
def loaded() -> Iterator[list[int]]:
    """The numbers of the dues that were put in hand."""
    found: list[int] = []

    def note(due: Due, _context: Any) -> None:
        found.append(id(due))

    event.listen(Due, "load", note)
    yield found
    event.remove(Due, "load", note)


def told(app: Flask, visits: list[tuple[Any, str]], loaded: list[int]) -> dict[str, Told]:
    """Return what each page did, made anew."""
    found: dict[str, Told] = {}
    with app.app_context():
        engine = db.engine
    for visitor, address in visits:
        for each in ("page_cache", "frames"):
            app.extensions[each].store.clear()
        app.extensions["pieces"].clear()
        statements: list[tuple[str, Any]] = []

        def note(statement: str, given: Any, into: list[tuple[str, Any]] = statements) -> None:
            if statement.lstrip().startswith(("SELECT", "WITH")):
                into.append((statement, given))

        loaded.clear()
        tracemalloc.start()
        began = time.perf_counter()
        with heard(engine, note):
            answer = visitor.get(address)
        took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answer.status_code == 200, address
        assert len(answer.data) < 250 * 1024 or address in FILES, address
        found[address] = Told(statements, len(loaded), peak)
        print(
            f"{address}: {took:.2f} s, {len(answer.data) / 1024:.0f} KB, {len(statements)} "
            f"statements, {len(loaded)} dues, {peak / 2**20:.1f} MiB"
        )
    return found


@pytest.mark.exhaustive
def test_pages_that_add_up_dues_ask_as_little_of_very_many(
    app: Flask, make: Make, owing: Owing, stranger: Any, visit: Any, loaded: list[int]
) -> None:
    names = {"body": owing.body.slug, "essay": owing.essay.slug, "reply": owing.reply.id}
    ines = visit(owing.ines)
    visits = [
        *((stranger, each) for each in FILES),
        *((stranger, each.format(**names)) for each in STRANGERS),
        *((ines, each.format(**names)) for each in HOLDERS),
    ]
    told(app, visits, loaded)
    few = told(app, visits, loaded)
    with app.app_context():
        db.session.execute(delete(Tally))  # made for the essay as a whole
        fill_essay(db.session.get_one(Essay, owing.essay.id), DUES * 5 // 4, fill_readers())
        like = db.session.scalars(select(Due)).first()
        assert like is not None
        fill_dues(like)
    many = told(app, visits, loaded)
    for page, this in many.items():
        assert this.peak < (
            max(MOST_MEMORY, DUES * MOST_A_LINE) if page in FILES else MOST_MEMORY
        ), page
        if page not in FILES:
            assert len(this.statements) <= len(few[page].statements) + RELATIONS, page
            assert this.loaded <= MOST_IN_HAND, page
