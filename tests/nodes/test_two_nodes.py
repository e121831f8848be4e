"""Two nodes behind nginx lose nothing, whichever of them, Redis or PostgreSQL goes away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from forum import config, create_app
from forum.accounts import login
from forum.accounts.models import User
from forum.db import db
from forum.exports.models import Export
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.cast import Make
from tests.nodes.machines import House, wait_until
from tests.nodes.traffic import Log, Reader, Window, Writer, goes_on

WRITERS, READERS, PROPOSALS = 6, 3, 12
WHILE = 3.0
"""Seconds of traffic between two misfortunes."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Two nodes with their workers behind nginx."""
    with ExitStack() as stack:
        house = House(stack)
        app = application(house)
        with app.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()
        house.open(stack)
        yield house


def application(house: House) -> Flask:
    """Return the application on the same database, for what the test itself does and asks."""
    place = {**house.settings, "FORUM_INSTANCE_PATH": str(house.place / "test")}
    return create_app({**config.load(place), "RATELIMIT_ENABLED": False})


def window_of(app: Flask, port: int, user: User) -> Window:
    """Return the window of someone who is signed in."""
    browser = app.test_client()
    with app.test_request_context(), browser.session_transaction() as held:
        login.sign_in(db.session.get_one(User, user.id))
        db.session.commit()
        token = generate_csrf()
        held.update(session)
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return Window(port, cookie.value, token)


def test_no_acknowledged_write_is_lost_and_the_site_recovers_by_itself(house: House) -> None:
    app = application(house)
    make = Make(app)
    essay = make.essay("What would you change?")
    proposals = [make.proposal(essay).id for _n in range(PROPOSALS)]
    people = [make.user() for _n in range(WRITERS)]
    log = Log()
    windows = [window_of(app, house.port, each) for each in people]
    writers = [
        Writer(user.id, window, proposals, log)
        for user, window in zip(people, windows, strict=True)
    ]
    readers = [Reader(Window(house.port), essay.slug, proposals, log) for _n in range(READERS)]
    own, page = [windows[0], Window(house.port)], f"/essays/{essay.slug}"
    everyone: list[Writer | Reader] = [*writers, *readers]
    for each in everyone:
        each.start()
    counts = [0]

    def went_on() -> None:
        time.sleep(WHILE)
        assert log.acknowledged > counts[-1] + 10, "writes go on"
        counts.append(log.acknowledged)

    went_on()
    house.nodes[1].kill()
    goes_on(own, page, within=20)
    went_on()
    house.nodes[1].start()
    house.redis.kill()
    goes_on(own, page, within=20)
    went_on()
    house.redis.start()
    for reader in readers:
        reader.is_strict = False
    house.cluster.stop()
    time.sleep(0.5)
    house.cluster.start()
    goes_on(own, page, within=30)
    for reader in readers:
        reader.is_strict = True
    went_on()
    for each in everyone:
        each.stopping.set()
    for each in everyone:
        each.join(30)
    assert log.faults == []
    assert log.read > 50
    assert lost(app, log) == []
    said = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert "No drift." in said.output


def lost(app: Flask, log: Log) -> list[Any]:
    """Return what was acknowledged and is not in the database, or is there twice."""
    with app.app_context():
        db.engine.dispose()  # its connections are of before
        stored = {
            (vote.user_id, vote.reply_id): vote.value for vote in db.session.scalars(select(Vote))
        }
        wrong: list[Any] = [
            (key, values, stored.get(key, ""))
            for key, values in log.votes.items()
            if stored.get(key, "") not in values
        ]
        for proposal, said in log.comments.items():
            found = list(db.session.scalars(select(Reply.body).where(Reply.thread_id == proposal)))
            wrong += [words for words in said if found.count(words) != 1]
        db.session.remove()
        return wrong


def test_a_file_that_one_node_was_asked_for_is_sent_by_either(house: House) -> None:
    app = application(house)
    make = Make(app, first=1_000)
    essay = make.essay("Another question")
    make.proposal(essay)
    fay = window_of(app, house.port, make.user("Fay", role="facilitator"))
    asked = fay.post(f"/essays/{essay.slug}/export", format="csv")
    assert asked.status == 303
    path = f"/exports/{newest_export(app)}/file"
    wait_until(lambda: fay.ask("GET", path).status == 200, "the file", within=30)
    files = [Window(node.port or 0, fay.cookie).ask("GET", path).text for node in house.nodes]
    assert files[0] == files[1] != ""


def newest_export(app: Flask) -> int:
    """Return the number of the export that was asked for last."""
    with app.app_context():
        return int(db.session.scalars(select(Export.id).order_by(Export.id.desc())).first() or 0)
