"""Very many dues: pages that add them up send as many statements as of ten, and hold few in hand.

``FORUM_PLAN_DUES`` says how many there are (20,000 without it).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from forum import statistics
from forum.answers.models import AnswerEdition, OfficialAnswer
from forum.db import db, now
from forum.deals.models import Due
from forum.pouring import pour
from forum.replies.models import Reply
from forum.web import dates
from tests.benchmarks.big_data import fill_essay, fill_readers
from tests.benchmarks.test_plans import Said
from tests.cast import Make
from tests.circle import Circle

DUES = int(os.environ.get("FORUM_PLAN_DUES", "20000"))
CHUNK = 5_000
ADDRESSES = (
    "/ledger",
    "/ledger?page=1000",
    "/ledger?status=answered&order=answered",
    "/ledger?status=late",
    "/ledger?lever=market",
    "/ledger.atom",
    "/bodies",
    "/bodies/{slug}",
    "/",
)
ROW_BY_ROW = re.compile(
    r"SCAN (answers|replies|promises|promise_steps)\b|AUTOMATIC|CORRELATED.*SCAN"
)
"""What a plan of SQLite says where it reads all of a table beside the dues, or makes an index."""


@pytest.fixture
def slug(app: Flask, make: Make) -> str:
    """A body that owes ten answers."""
    essay, circle = make.essay(), Circle(make)
    body = circle.body()
    ines = make.user("Ines")
    circle.seat(body, ines)
    for number in range(10):
        reply = make.proposal(essay, lever="market")
        circle.due(reply, body, number - 5)
        if number % 2:
            circle.answer(reply, body, ines, promises=(("a", number),))
    return body.slug


def fill_dues(number: int) -> None:
    """Give every proposal of an essay that many people wrote a due, and every third an answer."""
    like = db.session.scalars(select(Due)).first()
    assert like is not None
    ids = db.session.scalars(select(Reply.id).where(Reply.fingerprint.startswith("demo:bulk")))
    numbers = list(ids.all())[:number]
    day, moment = dates.today(), now()
    for first in range(0, len(numbers), CHUNK):
        some = numbers[first : first + CHUNK]
        dues = [
            {
                **{
                    name: getattr(like, name) for name in ("deal_id", "body_id", "essay_id", "rule")
                },
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
        ]
        pour(Due, dues)
        answers = [
            {
                "body_id": like.body_id,
                "reply_id": each,
                "edition": 1,
                "status": "accepted",
                "settled_at": moment - timedelta(hours=each % 800),
            }
            for each in some
            if not each % 3
        ]
        pour(OfficialAnswer, answers)
        made = select(OfficialAnswer.id).where(OfficialAnswer.reply_id.in_(some))
        edition = {"number": 1, "at": moment, "status": "accepted"}
        pour(AnswerEdition, [edition | {"answer_id": each} for each in db.session.scalars(made)])
        db.session.commit()
    statistics.refresh()


@pytest.fixture
def visitor(app: Flask) -> Any:
    """A browser whose every page is made anew, since it sends a session."""
    client = app.test_client()
    client.set_cookie("session", "nobody")
    return client


def heard(app: Flask, visitor: Any, slug: str) -> dict[str, list[Said]]:
    """Return the statements that each page sends."""
    said: dict[str, list[Said]] = {}
    with app.app_context():
        engine = db.engine
    page = ""

    def note(_c: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            said.setdefault(page, []).append(Said(page, statement, given))

    event.listen(engine, "before_cursor_execute", note)
    try:
        for page in (address.format(slug=slug) for address in ADDRESSES):
            app.extensions["page_cache"].store.clear()
            began = time.perf_counter()
            answer = visitor.get(page)
            took = time.perf_counter() - began
            print(f"{page}: {took:.2f} s, {len(answer.data) / 1024:.0f} KB")
            assert answer.status_code == 200, page
            assert len(answer.data) < 200 * 1024, page
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return said


@pytest.fixture
def counts_rows(app: Flask) -> Iterator[list[int]]:
    """How many dues were put in hand, as entities."""
    loaded: list[int] = []

    def note(_due: Due, _context: Any) -> None:
        loaded.append(1)

    event.listen(Due, "load", note)
    yield loaded
    event.remove(Due, "load", note)


@pytest.mark.exhaustive
def test_pages_that_add_up_dues_ask_as_little_of_a_hundred_thousand(
    app: Flask, make: Make, slug: str, visitor: Any, counts_rows: list[int]
) -> None:
    heard(app, visitor, slug)
    few = {page: len(asked) for page, asked in heard(app, visitor, slug).items()}
    with app.app_context():
        essay = make.essay("Very many")
        fill_essay(essay, DUES * 5 // 4, fill_readers())
        fill_dues(DUES)
    counts_rows.clear()
    said = heard(app, visitor, slug)
    assert len(counts_rows) <= 60 * len(ADDRESSES)
    assert {page: len(asked) for page, asked in said.items()} == few
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            for each in (statement for asked in said.values() for statement in asked):
                explain = f"EXPLAIN QUERY PLAN {each.statement}"
                steps = connection.exec_driver_sql(explain, each.given)
                bad = [step[-1] for step in steps if ROW_BY_ROW.match(step[-1])]
                assert not bad, (each.page, bad, each.statement)
