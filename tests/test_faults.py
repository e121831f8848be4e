"""What the forum stands on fails and comes back: a clear page, and nothing acknowledged lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from shutil import which
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from forum import create_app
from forum.accounts.models import User
from forum.database.prepared import Prepared, own_connection
from forum.db import db
from forum.mail.models import Letter, write_letter
from forum.mail.trial import TRIAL
from forum.replies.models import Reply
from forum.votes.models import Vote
from forum.worker import work_once
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.conftest import Browser, Visitor
from tests.crashes import killed
from tests.databases import need, postgresql_url
from tests.nodes.machines import cluster, free_port, program, service

SMALL = 12
"""MiB of the disk that is filled."""


# The disk


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Yield a folder on a small disk of its own."""
    place.mkdir()
    said = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}m,mode=0700", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(said, capture_output=True, check=False).returncode:
        need("tmpfs", "only root may mount one")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave no byte free on a disk meanwhile."""
    stone = disk / "stone"
    with stone.open("wb", buffering=0) as file, suppress(OSError):
        for _block in range(SMALL * 256 + 1):
            file.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    yield
    stone.unlink()


@pytest.fixture
def on_small_disk(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The forum with its database and its letters on a small disk."""
    with small_disk(tmp_path / "disk") as disk:
        with app.app_context(), closing(db.engine.raw_connection()) as held:
            copy = sqlite3.connect(disk / "forum.sqlite")
            with closing(copy):
                held.driver_connection.backup(copy)  # type: ignore[union-attr]
        monkeypatch.setenv("FORUM_INSTANCE_PATH", str(disk))
        small = create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "for tests only",
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{disk}/forum.sqlite",
                "RATELIMIT_ENABLED": False,
                "MAIL_URL": "",
            }
        )
        yield small
        with small.app_context():
            db.session.remove()
            db.engine.dispose()


def signed_in(app: Flask, email: str | None) -> Visitor:
    """Return the browser of a person who signed in with the password that all have."""
    visitor = Visitor(app.test_client())
    visitor.get("/sign-in")
    came = visitor.post("/sign-in", {"email": email, "password": Make.PASSWORD})
    assert came.status_code == 303
    visitor.token = ""
    return visitor


@pytest.mark.one_database
def test_on_a_full_disk_pages_are_read_and_what_is_written_is_refused_and_kept(
    on_small_disk: Flask,
) -> None:
    disk = Path(on_small_disk.instance_path)
    make = Make(on_small_disk)
    essay = make.essay()
    proposal = make.proposal(essay)
    ben = signed_in(on_small_disk, make.user("Ben").email)
    ben.get(f"/replies/{proposal.id}")
    words = {"stance": "refine", "body": "Publish them every week. " * 300}
    said = f"/replies/{proposal.id}/comment"
    with filled(disk):
        answers = [ben.post(said, words) for _time in range(3)]
        assert {answer.status_code for answer in answers} == {503}
        page = answers[-1].get_data(as_text=True)
        assert "Publish them every week." in page
        assert answers[-1].headers["Retry-After"]
        for path in ("/", f"/essays/{essay.slug}", f"/replies/{proposal.id}"):
            assert ben.get(path).status_code == 200
            assert on_small_disk.test_client().get(path).status_code == 200
    assert ben.post(said, words).status_code == 303
    with on_small_disk.app_context():
        assert db.session.scalar(select(func.count()).where(Reply.parent_id == proposal.id)) == 1
        db.session.remove()
    with closing(sqlite3.connect(disk / "forum.sqlite")) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found.execute("PRAGMA foreign_key_check").fetchone() is None
    drift = on_small_disk.test_cli_runner().invoke(args=["recount", "--check"])
    assert "No drift." in drift.output


@pytest.mark.one_database
def test_a_letter_waits_until_there_is_room_for_it(on_small_disk: Flask) -> None:
    disk = Path(on_small_disk.instance_path)
    with standing_clock(), on_small_disk.app_context():
        write_letter(TRIAL, "ben@example.org", "en")
        db.session.commit()
        with filled(disk):
            work_once()
            assert db.session.scalar(select(func.count(Letter.id))) == 1
        Clock.moment += timedelta(hours=1)
        while work_once():
            pass
        assert db.session.scalar(select(func.count(Letter.id))) == 0
        db.session.remove()
    assert len(list((disk / "mail").glob("*.eml"))) == 1


# The database


@pytest.mark.exhaustive
@pytest.mark.one_database
def test_a_database_that_comes_back_is_found_without_a_restart(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_INSTANCE_PATH", str(tmp_path))
    with cluster() as server:
        server.ask("CREATE DATABASE forum")
        settings = {
            "TESTING": True,
            "SECRET_KEY": "for tests only",
            "SQLALCHEMY_DATABASE_URI": server.url("forum"),
            "RATELIMIT_ENABLED": False,
        }
        there = create_app(settings)
        with there.app_context():
            upgrade()
            db.session.remove()
        make = Make(there)
        proposal = make.proposal(make.essay())
        ben = signed_in(there, make.user("Ben").email)
        path, vote = f"/replies/{proposal.id}", f"/replies/{proposal.id}/vote"
        ben.get(path)
        assert there.test_client().get(path).status_code == 200
        server.stop()
        assert there.test_client().get(path).status_code == 200, "what was kept is still read"
        refused = ben.post(vote, {"value": "support"})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert there.test_client().get("/readyz").status_code == 503
        server.start()
        assert ben.post(vote, {"value": "support"}).status_code == 303
        with there.app_context():
            assert db.session.scalar(select(func.count(Vote.user_id))) == 1
            db.session.remove()
            db.engine.dispose()


# Redis


@pytest.mark.one_database
def test_without_redis_the_forum_goes_on_and_its_limits_hold(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_INSTANCE_PATH", str(tmp_path))
    port = free_port()
    said = [program("redis-server", "redis"), "--port", str(port), "--save", "", "--dir", "/"]
    with service(said, {}, port) as redis:
        settings = {
            "TESTING": True,
            "SECRET_KEY": "for tests only",
            "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
            "REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{port}/0",
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        }
        there = create_app(settings)
        make = Make(there)
        proposal = make.proposal(make.essay())
        ben = signed_in(there, make.user("Ben").email)
        path, vote = f"/replies/{proposal.id}", f"/replies/{proposal.id}/vote"
        event.listen(db.session, "after_commit", lambda _session: redis.kill(), once=True)
        words = {"stance": "refine", "body": "Publish them every week."}
        assert ben.post(f"{path}/comment", words).status_code == 303, "it is done, and not counted"
        for _life in range(2):
            redis.kill()
            assert there.test_client().get(path).status_code == 200
            for value in ("support", "oppose"):
                ben.get(path)
                assert ben.post(vote, {"value": value}).status_code == 303
            stranger = Visitor(there.test_client())
            wrong = {"email": "nobody@example.org", "password": "not this one"}
            tried = [stranger.post("/sign-in", wrong).status_code for _try in range(11)]
            assert tried[-1] == 429
            redis.start()
            assert there.test_client().get(path).status_code == 200
        with there.app_context():
            db.session.remove()
            db.engine.dispose()


# The clock


def test_a_clock_that_is_set_back_locks_nobody_out_and_loses_no_order(
    app: Flask, make: Make, visit: Browser
) -> None:
    with standing_clock():
        essay, ben = make.essay(), make.user("Ben")
        first = make.proposal(essay, title="Said before the clock was set back")
        browser = visit(ben)
        browser.get("/account")
        browser.post(f"/replies/{first.id}/vote", {"value": "support"})
        Clock.moment -= timedelta(hours=2)
        assert browser.get("/account").status_code == 200
        assert browser.post(f"/replies/{first.id}/vote", {"value": "oppose"}).status_code == 303
        second = make.proposal(essay, title="Said after it")
        newest = browser.get(f"/essays/{essay.slug}?sort=newest").get_data(as_text=True)
        assert second.title in newest
        assert first.title in newest
        came = signed_in(app, ben.email)
        assert came.get("/account").status_code == 200
        assert app.test_client().get(f"/essays/{essay.slug}").status_code == 200
    with app.app_context():
        assert db.session.scalar(select(Vote.value)) == "oppose"


# A migration


INTERRUPTED = """
import os, signal, sys
from flask_migrate import upgrade
from sqlalchemy import Engine, event
from forum import create_app
from forum.db import db

app = create_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1]})
left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(*_given):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

with app.app_context():
    upgrade()
"""
BEFORE = "0028"
"""The migration from which it is tried: a good half of what there is to do comes after."""


@pytest.mark.long
@pytest.mark.parametrize(
    "after", [60, *(pytest.param(n, marks=pytest.mark.exhaustive) for n in (5, 30, 90, 110))]
)
def test_a_migration_that_was_interrupted_is_finished_by_the_next(
    app: Flask, make: Make, after: int
) -> None:
    with app.app_context():
        essay = make.essay()
        kept = make.proposal(essay, support=3, oppose=1)
        db.session.remove()
        downgrade(revision=BEFORE)
        db.session.remove()
        db.engine.dispose()
    killed(app, INTERRUPTED, after)
    with app.app_context():
        upgrade()
        assert db.session.get_one(Reply, kept.id).support == 3
        assert db.session.scalar(select(func.count(Vote.user_id))) == 4
        db.session.remove()
    assert "No drift." in app.test_cli_runner().invoke(args=["recount", "--check"]).output


# A backup put back


def test_a_backup_put_back_under_a_busy_site_leaves_it_whole(
    app: Flask, make: Make, visit: Browser, tmp_path: Path
) -> None:
    with app.app_context():
        if db.engine.dialect.name == "postgresql" and not which("pg_restore"):
            need("postgresql", "its client programs are not installed")
    essay = make.essay()
    proposals = [make.proposal(essay) for _n in range(3)]
    people = [visit(make.user()) for _n in range(3)]
    for person in people:
        person.get(f"/replies/{proposals[0].id}")
    flask, copy = app.test_cli_runner(), tmp_path / "copy"
    with app.app_context():
        db.session.remove()
    assert flask.invoke(args=["backup", str(copy)]).exit_code == 0
    stopping, answers = Event(), list[int]()

    def vote(person: Visitor) -> None:
        while not stopping.is_set():
            for reply in proposals:
                for value in ("support", "oppose"):
                    came = person.post(f"/replies/{reply.id}/vote", {"value": value})
                    answers.append(came.status_code)

    busy = [Thread(target=vote, args=(person,)) for person in people]
    for each in busy:
        each.start()
    put_back = flask.invoke(args=["restore", str(copy), "--yes"])
    stopping.set()
    for each in busy:
        each.join(30)
    assert put_back.exit_code == 0, put_back.output
    assert set(answers) <= {303, 503}, "done, or clearly not done"
    with app.app_context():
        db.engine.dispose()
    for person in people:
        for reply in proposals:
            assert person.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 303
    assert "No drift." in flask.invoke(args=["recount", "--check"]).output
    for reply in proposals:
        assert make.fresh(reply).support == len(people)


# A connection


@pytest.fixture
def lose_connections(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Return what ends all connections to the database, as its restart would."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no connections to lose")
        name = db.engine.url.database
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"

    def end() -> None:
        engine = create_engine(postgresql_url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(ended), {"name": name})
        engine.dispose()

    yield end
    with app.app_context():
        db.engine.dispose()


ASKED_WHEN_LOST = ("vote", "comment", "/", "/yours", "/proposals")


@pytest.mark.parametrize("deed", ASKED_WHEN_LOST)
def test_connections_that_are_lost_are_told_as_what_passes_and_only_once(
    app: Flask, make: Make, visit: Any, lose_connections: Callable[[], None], deed: str
) -> None:
    path, cam = f"/replies/{make.proposal(make.essay()).id}", visit(make.user("Cam"))

    def status(turn: int) -> int:
        words = {"stance": "refine", "body": f"Thought {turn}.", "value": "support"}
        asked = cam.get(deed) if deed.startswith("/") else cam.post(f"{path}/{deed}", words)
        return int(asked.status_code)

    assert status(0) in {200, 303}
    lose_connections()
    found = [status(turn) for turn in range(1, 5)]
    assert found[0] == 503
    assert set(found[1:]) <= {200, 303}


def test_one_prepared_query_finds_that_all_connections_are_lost(
    app: Flask, lose_connections: Callable[[], None]
) -> None:
    people = Prepared(select(func.count(User.id)))
    with app.app_context():
        for each in [db.engine.raw_connection() for _n in range(4)]:
            each.close()
    lose_connections()
    with app.test_request_context():
        with pytest.raises(OperationalError) as told, own_connection():
            people.rows()
        assert told.value.connection_invalidated
        with own_connection():
            assert people.rows() == [(0,)]
        assert people.rows() == [(0,)]
        db.session.remove()


def test_a_kept_page_is_not_sent_for_the_new_one_where_a_connection_is_lost(
    app: Flask, make: Make, lose_connections: Callable[[], None]
) -> None:
    essay = make.essay()
    stranger, path = app.test_client(), f"/essays/{essay.slug}"
    assert stranger.get(path).status_code == 200
    make.proposal(essay, title="Written before the connections were lost")
    lose_connections()
    page = stranger.get(path)
    assert page.status_code == 200
    assert "Written before the connections were lost" in page.get_data(as_text=True)
