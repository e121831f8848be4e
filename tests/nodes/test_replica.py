"""Strangers’ pages from a replica: never behind what their visitor wrote, nor far behind at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Pool, event

from forum import config, create_app
from forum.config import BadSetting
from forum.db import db
from tests.cast import Make
from tests.conftest import Visitor
from tests.nodes.machines import PATIENCE, SECRET, Cluster, cluster, wait_until

Site = tuple[Flask, Cluster, Cluster]


@pytest.fixture(scope="module")
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary with the forum's tables, and its replica."""
    with ExitStack() as stack:
        primary = stack.enter_context(cluster())
        primary.ask("CREATE DATABASE forum")
        yield primary, stack.enter_context(cluster(primary))


@pytest.fixture
def site(clusters: tuple[Cluster, Cluster], tmp_path: Path) -> Iterator[Site]:
    """The application on both, which knows nothing of the test before."""
    primary, replica = clusters
    place = {
        "FORUM_INSTANCE_PATH": str(tmp_path),
        "FORUM_SECRET_KEY": SECRET,
        "FORUM_DATABASE_URL": primary.url("forum"),
        "FORUM_READ_DATABASE_URL": replica.url("forum"),
    }
    app = create_app({**config.load(place), "RATELIMIT_ENABLED": False})
    with app.app_context():
        upgrade()
        db.session.remove()
    yield app, primary, replica
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def catch_up(primary: Cluster, replica: Cluster) -> None:
    """Wait until the replica holds all that the primary does."""
    written = primary.ask("SELECT pg_current_wal_insert_lsn()")
    question = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
    wait_until(lambda: replica.ask(question), "the replica")


def read_on(app: Flask, visitor: FlaskClient, path: str) -> tuple[str, set[int]]:
    """Return a page, and the ports of the databases that were asked for it."""
    asked: set[int] = set()

    def note(connection: Any, *_more: Any) -> None:
        asked.add(connection.info.port)

    app.extensions["page_cache"].store.clear()
    app.extensions["page_cache"].replica.next_look = float("inf")  # only where the page makes it
    event.listen(Pool, "checkout", note)
    try:
        answer = visitor.get(path)
    finally:
        event.remove(Pool, "checkout", note)
    assert answer.status_code == 200
    return answer.get_data(as_text=True), asked


def test_a_strangers_page_is_read_from_the_replica_and_a_writers_from_the_primary(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, primary, replica = site
    monkeypatch.setattr("forum.database.replica.BEHIND", PATIENCE)  # however busy the machine is
    make = Make(app)
    essay = make.essay("What would you change?")
    proposal, path = make.proposal(essay), f"/essays/{essay.slug}"
    cam, zed = signed_in(app, make.user("Cam")), app.test_client()
    catch_up(primary, replica)
    zed.get(path)
    assert read_on(app, zed, path)[1] == {replica.port}
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        cam.get(f"/replies/{proposal.id}")
        words = {"stance": "refine", "body": "Only on the primary."}
        assert cam.post(f"/replies/{proposal.id}/comment", words).status_code == 303
        assert cam.post("/sign-out").status_code in {302, 303}
        page = f"/replies/{proposal.id}"
        seen, where = read_on(app, cam.client, page)
        assert "Only on the primary." in seen
        assert where == {primary.port}
        seen, where = read_on(app, zed, page)
        assert where == {replica.port}
        assert "Only on the primary." not in seen
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    catch_up(primary, replica)
    app.extensions["page_cache"].replica.next_look = 0.0
    zed.get(page)
    for who in (cam.client, zed):
        seen, where = read_on(app, who, page)
        assert "Only on the primary." in seen
        assert where == {replica.port}


def test_what_is_kept_while_a_replica_lags_is_no_newer_than_what_it_was_made_of(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, primary, replica = site
    monkeypatch.setattr("forum.database.replica.BEHIND", PATIENCE)
    monkeypatch.setattr("forum.database.replica.LOOK", 0.0)
    app.extensions["page_cache"].stale = 0.0
    make = Make(app, first=300)
    page = f"/replies/{make.proposal(make.essay('A fourth question')).id}"
    cam, dan = signed_in(app, make.user("Cam")), signed_in(app, make.user("Dan"))
    zed, words = app.test_client(), "Only on the primary."

    def seen(*who: Any) -> list[bool]:
        """Return of each whether they see the comment, asked twice: made, and kept."""
        answers = [each.get(page) for each in who for _time in range(2)]
        assert {answer.status_code for answer in answers} == {200}
        return [words in answer.get_data(as_text=True) for answer in answers]

    catch_up(primary, replica)
    assert seen(cam, dan, zed) == [False] * 6
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        said = {"stance": "refine", "body": words}
        assert cam.post(f"{page}/comment", said).status_code == 303
        assert seen(zed) == [False] * 2, "the replica does not have it"
        assert seen(cam, dan) == [True] * 4, "what is made for all who are signed in has it"
        assert cam.post("/sign-out").status_code in {302, 303}
        assert seen(cam.client) == [True] * 2, "whoever wrote it sees it, signed out as well"
        assert seen(zed) == [False] * 2
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    catch_up(primary, replica)
    assert seen(zed, dan, cam.client) == [True] * 6


def signed_in(app: Flask, user: Any) -> Visitor:
    """Return the browser of someone who has signed in by the form."""
    visitor = Visitor(app.test_client())
    said = {"email": user.email, "password": Make.PASSWORD}
    assert visitor.post("/sign-in", said).status_code in {302, 303}
    return visitor


def test_a_replica_that_is_far_behind_is_not_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, primary, replica = site
    essay = Make(app, first=100).essay("Another question")
    catch_up(primary, replica)
    zed, path = app.test_client(), f"/essays/{essay.slug}"
    zed.get(path)
    assert read_on(app, zed, path)[1] == {replica.port}
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        primary.ask("SELECT pg_switch_wal()")
        monkeypatch.setattr("forum.database.replica.BEHIND", -1.0)
        assert read_on(app, zed, path)[1] == {primary.port}
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")


def test_without_the_replica_pages_are_the_primarys(site: Site) -> None:
    app, primary, replica = site
    essay = Make(app, first=200).essay("A third question")
    catch_up(primary, replica)
    zed, path = app.test_client(), f"/essays/{essay.slug}"
    zed.get(path)
    assert read_on(app, zed, path)[1] == {replica.port}
    replica.stop()
    try:
        app.extensions["page_cache"].store.clear()
        assert zed.get(path).status_code == 200
        assert read_on(app, zed, path)[1] == {primary.port}
    finally:
        replica.start()


def test_a_replica_of_sqlite_is_refused(tmp_path: Path) -> None:
    place = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_READ_DATABASE_URL": "postgresql:///r"}
    with pytest.raises(BadSetting, match="FORUM_READ_DATABASE_URL"):
        config.load(place)
