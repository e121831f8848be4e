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
from redis import Redis
from sqlalchemy import select

from forum import config, create_app
from forum.accounts import login
from forum.accounts.models import User
from forum.accounts.resetting import ask_for_reset
from forum.db import db
from forum.exports.models import Export, State
from forum.replies.models import Reply
from forum.votes.models import Vote
from forum.worker import WorkerSign
from tests.cast import Make, say
from tests.nodes.machines import House, wait_until
from tests.nodes.traffic import Log, Reader, Window, Writer, goes_on

WRITERS, READERS, PROPOSALS = 6, 3, 12
WHILE = 3.0
"""Seconds of traffic between two misfortunes."""
AWAY = {0, 502, 503, 504}
"""What is answered while something is away: nothing, or that it will be back."""
MUCH = "100000 per hour"


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
        names = "replies", "first_day", "votes", "exports"
        say_alone(app, **{f"limit_{name}": MUCH for name in names})
        house.open(stack)
        yield house


def application(house: House) -> Flask:
    """Return the application on the same database, for what the test itself does and asks."""
    place = {**house.settings, "FORUM_INSTANCE_PATH": str(house.place / "test")}
    return create_app({**config.load(place), "RATELIMIT_ENABLED": False})


def say_alone(app: Flask, **settings: str) -> None:
    """Let the settings say this, and keep no connection."""
    say(app, **settings)
    with app.app_context():
        db.engine.dispose()


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
        Writer(user.id, window, essay.slug, proposals, log)
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
        wait_until(lambda: log.acknowledged > counts[-1] + 10, "writes")
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
    assert log.looked > 50
    assert set(log.refused) <= AWAY, "what fails says that it will pass"
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


PROCESSES = 6
"""How often a node is asked the same, so that each of its processes is."""


def everywhere(house: House, cookie: str = "", token: str = "") -> list[Window]:
    """Return windows at both nodes, several times, each with a connection of its own."""
    return [Window(node.port or 0, cookie, token) for node in house.nodes] * PROCESSES


def test_what_is_set_holds_on_every_node_at_once(house: House) -> None:
    app = application(house)
    make = Make(app, first=2_000)
    proposal = make.proposal(make.essay("A question of limits")).id
    cam = window_of(app, house.port, make.user("Cam"))
    strangers, own = everywhere(house), everywhere(house, cam.cookie, cam.token)
    vote = f"/replies/{proposal}/vote"
    for name in ("County of Clare", "County of Kerry"):
        assert all(name not in each.ask("GET", "/").text for each in [*strangers, *own])
        assert {each.post(vote, value="support").status for each in own} == {303}
        say_alone(app, site_name=name, limit_votes="1 per hour")
        assert all(name in each.ask("GET", "/").text for each in [*strangers, *own])
        assert {each.post(vote, value="oppose").status for each in own} == {429}
        say_alone(app, limit_votes=MUCH)


def test_a_page_that_one_node_made_is_sent_by_both_until_it_changes(house: House) -> None:
    app = application(house)
    make = Make(app, first=3_000)
    essay = make.essay("A question that many read")
    proposal = make.proposal(essay).id
    windows, path = everywhere(house), f"/essays/{essay.slug}"
    redis = Redis(port=house.redis_port)
    redis.flushall()
    pages = {each.ask("GET", path).text for each in windows}
    assert len(pages) == 1
    assert list(redis.scan_iter("page:*")), "the page is in Redis"
    cam = window_of(app, house.port, make.user("Cam"))
    for round_, value in enumerate(("support", "oppose", "neutral"), 1):
        sent = Window(house.nodes[round_ % 2].port or 0, cam.cookie, cam.token)
        assert sent.post(f"/replies/{proposal}/vote", value=value).status == 303
        after = {each.ask("GET", path).text for each in windows}
        assert len(after) == 1
        assert not after & pages
        pages |= after


def test_two_workers_share_the_work_and_do_each_piece_once(house: House) -> None:
    app = application(house)
    make = Make(app, first=4_000)
    essay = make.essay("A question for the press")
    make.proposal(essay)
    people = [make.user() for _n in range(20)]
    fay = window_of(app, house.port, make.user("Fay", role="facilitator"))
    asked = [fay.post(f"/essays/{essay.slug}/export", format="csv").status for _n in range(8)]
    assert asked == [303] * 8
    house.office.letters.clear()
    with app.test_request_context():
        for person in people:
            ask_for_reset(person.email or "")
        db.session.commit()
        workers = set(db.session.scalars(select(WorkerSign.name)))
    assert len(workers) >= len(house.workers)
    wait_until(lambda: len(house.office.letters) >= len(people), "the letters")
    files = select(Export.tries, Export.state).where(Export.essay_id == essay.id)

    def made() -> list[Any]:
        with app.app_context():
            return [tuple(row) for row in db.session.execute(files)]

    wait_until(lambda: all(state == State.DONE for _tries, state in made()), "the files")
    time.sleep(WHILE)  # in which a letter would be sent a second time
    assert made() == [(1, State.DONE)] * 8
    assert sorted(letter["To"] for letter in house.office.letters) == sorted(
        str(person.email) for person in people
    )
