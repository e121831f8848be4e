"""SQLite's writers take turns: in order, for as long as they write, and never behind slow work."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import argon2
import jinja2
import pytest
from flask import Flask
from sqlalchemy import text

from forum.database.writers_queue import Busy, QueuedConnection, WritersQueue, writer_here
from forum.db import db
from forum.words import differences, html
from tests.cast import Make
from tests.test_concurrency import sender
from tests.test_page_cache import Scene, honest, public_pages


@pytest.fixture
def _on_sqlite(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("The queue is SQLite's.")


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another thread is about to do."""
    for _try in range(1_000):
        if is_so():
            return
        time.sleep(0.005)
    pytest.fail("It never came to be.")


def test_whoever_came_first_writes_first() -> None:
    queue, wrote = WritersQueue(), list[int]()

    def write(number: int) -> None:
        queue.enter(patience=30)
        wrote.append(number)
        queue.leave()

    queue.enter(patience=1)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        until(lambda number=number: len(queue.waiting) == number)  # type: ignore[misc]
    queue.leave()
    for thread in threads:
        thread.join()
    assert wrote == list(range(16))
    assert not queue.is_taken


def test_whoever_waits_too_long_is_told_and_holds_up_nobody() -> None:
    queue = WritersQueue()
    queue.enter(patience=1)
    with pytest.raises(Busy):
        queue.enter(patience=0.01)
    assert not queue.waiting
    queue.leave()
    queue.enter(patience=0.01)


def connected(folder: Path, queue: WritersQueue) -> QueuedConnection:
    """Return a connection to a database in this folder, in autocommit as the forum's are."""
    found = QueuedConnection(folder / "own.sqlite", isolation_level=None, check_same_thread=False)
    found.queue, found.patience = queue, 0.01
    return found


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_however_a_transaction_ends_the_next_one_writes(tmp_path: Path, end: str) -> None:
    queue = WritersQueue()
    first, second = connected(tmp_path, queue), connected(tmp_path, queue)
    first.begin_writing()
    with pytest.raises(Busy):
        second.begin_writing()
    getattr(first, end)()
    second.begin_writing()


def test_a_connection_lent_to_another_thread_is_that_ones(tmp_path: Path) -> None:
    lent = connected(tmp_path, WritersQueue())
    lent.begin_writing()
    assert writer_here() is lent
    lent.commit()
    with ThreadPoolExecutor(1) as other:
        other.submit(lent.begin_writing).result()
        assert other.submit(writer_here).result() is lent
    assert writer_here() is None


def test_of_another_process_the_end_is_waited_for(tmp_path: Path) -> None:
    here, other = connected(tmp_path, WritersQueue()), sqlite3.connect(tmp_path / "own.sqlite")
    other.isolation_level = None
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        here.begin_writing()
    assert not here.queue.is_taken
    looked = threading.Event()
    here.wait_for_another_process = looked.set  # type: ignore[method-assign]
    here.patience = 30
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(here.begin_writing)
        assert looked.wait(30)
        other.commit()
        begun.result()
    assert here.is_writing


@pytest.fixture
def _impatient(_on_sqlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection fail at once where it would have to wait for SQLite's lock."""

    def refuse(_connection: QueuedConnection) -> None:
        raise Busy

    monkeypatch.setattr(QueuedConnection, "wait_for_another_process", refuse)


@pytest.mark.usefixtures("_impatient")
def test_of_sixteen_voters_at_once_none_sleeps_in_sqlite(
    app: Flask, make: Make, visit: Any
) -> None:
    replies = [make.proposal(make.essay()) for _number in range(4)]
    acts = [
        sender(app, visit(make.user()), f"/replies/{replies[n % 4].id}/vote", {"value": "support"})
        for n in range(64)
    ]
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda act: act(), acts)) == {303}
    assert [make.fresh(reply).support for reply in replies] == [16] * 4


@pytest.mark.usefixtures("_on_sqlite")
def test_a_writer_that_takes_too_long_costs_others_a_moment(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply, cam = make.proposal(make.essay()), visit(make.user("Cam"))
    monkeypatch.setattr(QueuedConnection, "patience", 0.05)
    vote = {"value": "support"}
    with app.app_context(), db.engine.connect() as slow, slow.begin():
        refused = cam.post(f"/replies/{reply.id}/vote", vote)
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert cam.get(f"/replies/{reply.id}").status_code == 200
    assert cam.post(f"/replies/{reply.id}/vote", vote).status_code == 303


@pytest.mark.usefixtures("_on_sqlite")
def test_a_writer_whose_thread_dies_holds_up_nobody(app: Flask, make: Make) -> None:
    def die() -> None:
        with app.app_context():
            db.engine.connect().begin()
            assert writer_here() is not None

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    gc.collect()
    make.user()


@pytest.mark.usefixtures("_on_sqlite")
def test_a_failed_page_holds_up_no_writer(app: Flask, make: Make, visit: Any) -> None:
    reply, cam = make.proposal(make.essay()), visit(make.user("Cam"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forum.votes.views.cast_vote", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            cam.post(f"/replies/{reply.id}/vote", {"value": "support"})
    assert cam.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 303


@pytest.mark.long
@pytest.mark.usefixtures("_on_sqlite")
def test_what_takes_long_is_done_while_others_may_write(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, found = set[str](), set[str]()

    def watched(what: str, slow: Any) -> Any:
        def work(*given: Any, **named: Any) -> Any:
            seen.add(what)
            if writer_here() is not None:
                found.add(what)
            return slow(*given, **named)

        return work

    scene = Scene(app, make, visit)
    monkeypatch.setattr(jinja2.Template, "render", watched("a page", jinja2.Template.render))
    monkeypatch.setattr(html, "sanitise", watched("rendering", html.sanitise))
    monkeypatch.setattr(differences, "compared", watched("comparing", differences.compared))
    for name in ("hash", "verify"):
        slow = getattr(argon2.PasswordHasher, name)
        monkeypatch.setattr(argon2.PasswordHasher, name, watched("a password", slow))
    for name in ("Ben", "Cam", "Dee", "Fay"):
        for path in (*scene.pages_for(name), "/sign-up", "/sign-in", "/reset"):
            for form in scene.forms(name, path):
                if "withdraw" in form.action:
                    continue  # and with it what is to be edited
                filled = honest(form, max)
                for field in filled.keys() & {"password", "new_password"}:
                    filled[field] = "tulip orbit 42"
                for field in filled.keys() & {"evidence", "source_url", "reading", "preview"}:
                    filled[field] = ""  # no word is an address
                filled.pop("preview", None)
                if "body" in filled:
                    filled["body"] = f"A thought that {name} has of {path}."
                for more in ({}, {"preview": "1"}, dict.fromkeys(filled, "")):
                    scene.send(name, form, {**filled, **more})
                    assert found == set(), f"{found} while {name} writes by {form.action}"
    assert seen == {"a page", "rendering", "comparing", "a password"}


@pytest.mark.usefixtures("_on_sqlite")
def test_no_page_takes_a_turn(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(app, make, visit)
    asked = [(scene.visitors["Ada"], path) for path in scene.pages_for("Ada")]
    asked += [(visit(), path) for path in (*public_pages(app), "/search?q=queues")]

    waited, enter = list[str](), WritersQueue.enter

    def note(queue: WritersQueue, patience: float) -> None:
        waited.append(path)
        enter(queue, patience)

    monkeypatch.setattr(WritersQueue, "enter", note)
    for visitor, path in asked:
        answer = visitor.get(path)
        assert answer.status_code < 500
        if answer.status_code == 403:
            waited.clear()  # the security log keeps it
    assert waited == []


def test_where_the_lock_begins(app: Flask, make: Make) -> None:
    make.essay()
    with app.test_request_context():
        db.session.execute(text("SELECT 1"))
        db.session.execute(text("WITH one AS (SELECT 1 AS n) SELECT n FROM one"))
        assert writer_here() is None
        db.session.execute(text("UPDATE essays SET version = version + 1"))
        assert (writer_here() is not None) == (db.engine.dialect.name == "sqlite")
        db.session.rollback()
        assert writer_here() is None


def test_attempts_are_counted_without_a_thread_for_each(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forum.web.limit_memory import HERE
    from forum.web.limits import limiter

    app.config["RATELIMIT_STORAGE_URI"] = HERE
    limiter.init_app(app)
    limiter.enabled = True
    reply, cam = make.proposal(make.essay()), visit(make.user("Cam"))
    vote = {"value": "support"}
    assert cam.post(f"/replies/{reply.id}/vote", vote).status_code == 303
    begun = list[str]()
    monkeypatch.setattr(threading.Thread, "start", lambda thread: begun.append(thread.name))
    for _time in range(5):
        assert cam.post(f"/replies/{reply.id}/vote", vote).status_code == 303
    assert begun == []
    limiter.enabled = False
