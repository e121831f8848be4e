"""The server of ``make run``: nobody holds it up, and it brings only what it needs."""

from __future__ import annotations

import gc
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask

from forum import create_app
from forum.config import BadSetting, load
from forum.db import db
from forum.exports.formats import FORMATS
from forum.web.health import current_head
from tests.databases import need, postgresql_url

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent
SOON = 0.1
"""Seconds in which the health of the server is told."""

FRESH = 100
"""Megabytes that a process takes at most before it has served anything."""

HALVES = {
    "head": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
    "body": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=",
}


ICON = "/static/img/favicon.svg"
"""What a server has also where there is nothing to show."""


class Site:
    """A running server, and the processes that serve."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        place = {**os.environ, "PORT": str(self.port), "FORUM_INSTANCE_PATH": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "forum.serving"], cwd=ROOT, env=place, stderr=subprocess.DEVNULL
        )

    def seconds(self) -> float:
        """Return how long it takes to be told of its health."""
        began = time.monotonic()
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            assert answer.read() == b"ok\n"
        return time.monotonic() - began

    def wait(self) -> None:
        """Wait until it answers."""
        for _try in range(600):
            try:
                self.seconds()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail("The server does not answer.")

    def serving(self) -> set[int]:
        """Return the numbers of the processes that serve."""
        number = self.process.pid
        listed = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii")
        return {int(each) for each in listed.split()}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with nothing to show, which is what its health does not depend on."""
    site = Site(tmp_path)
    try:
        site.wait()
        yield site
    finally:
        site.process.terminate()
        assert site.process.wait(timeout=30) == 0


@pytest.mark.parametrize("half", HALVES)
def test_twelve_who_send_half_a_request_keep_nobody_waiting(site: Site, half: str) -> None:
    with ExitStack() as slow:
        for _client in range(12):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            client.sendall(HALVES[half])
        time.sleep(0.3)
        assert min(site.seconds() for _time in range(10)) < SOON


def test_the_connection_stays_open_after_not_modified(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    connection.request("GET", ICON)
    first = connection.getresponse()
    icon, held = first.read(), connection.sock
    for _time in range(3):
        connection.request("GET", ICON, headers={"If-None-Match": first.headers["ETag"]})
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.headers["Connection"]) == (304, b"", None)
    connection.request("GET", ICON)
    assert connection.getresponse().read() == icon
    assert connection.sock is held


@pytest.mark.parametrize(
    "line", ["HTTP/1.0\r\nConnection: keep-alive", "HTTP/1.1\r\nConnection: close"]
)
def test_the_connection_is_closed_where_that_is_asked_for(site: Site, line: str) -> None:
    with urlopen(f"http://127.0.0.1:{site.port}{ICON}", timeout=5) as answer:
        known = f"Host: localhost\r\nIf-None-Match: {answer.headers['ETag']}"
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as connection:
        connection.sendall(f"GET {ICON} {line}\r\n{known}\r\n\r\n".encode())
        with connection.makefile("rb") as answered:
            assert b" 304 " in answered.read().splitlines()[0]


def test_a_process_that_ends_is_replaced(site: Site) -> None:
    before = site.serving()
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    for _try in range(200):
        if len(site.serving() - before) == 1:
            break
        time.sleep(0.05)
    assert len(site.serving()) == 2
    site.wait()


def test_a_fresh_process_is_small(site: Site) -> None:
    taken = {}
    for number in site.serving():
        said = Path(f"/proc/{number}/status").read_text(encoding="ascii")
        taken[number] = int(said.partition("VmRSS:")[2].split()[0]) / 1024
    assert max(taken.values()) < FRESH, taken


LATE = """
import sys, wsgi
late = {"alembic", "flask_migrate", "mako", "psycopg", "typst", "docx", "lxml", "xlsxwriter",
        "pikepdf", "redis", "forum.demo.discussion", "authlib", "joserfc", "cryptography",
        "requests", "yaml", "email_validator", "snowballstemmer", "rapidfuzz",
        "forum.reading.samples"}
print(*sorted(late & set(sys.modules)))
wsgi.app.test_client().get("/healthz")
wsgi.app.test_client().get("/sign-in")
print(*sorted(late & set(sys.modules)))
"""


def test_nothing_is_imported_before_it_is_needed(tmp_path: Path) -> None:
    place = {**os.environ, "FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_DATABASE_URL": ""}
    place.pop("FORUM_REDIS_URL", None)
    program = [sys.executable, "-c", LATE]
    done = subprocess.run(program, cwd=ROOT, env=place, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_is_thrown_away_is_looked_for_again_once_all_is_imported() -> None:
    assert gc.isenabled()


def test_formats_say_what_their_writers_say() -> None:
    from importlib import import_module

    for folder in ("csv", "docx", "json", "markdown", "pdf", "xlsx"):
        writer = import_module(f"forum.exports.{folder}.writer")
        format = FORMATS[writer.EXTENSION]
        assert format.mimetype == writer.MIMETYPE
        assert format.drawn == getattr(writer, "DRAWN", False)
        if hasattr(writer, "MOST"):
            assert format.most == writer.MOST


def test_the_newest_migration_is_known(app: Flask) -> None:
    with app.app_context():
        assert (current_head() or "").isdigit()


def test_through_a_pooler_nothing_is_prepared(tmp_path: Path) -> None:
    place = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_SECRET_KEY": "x" * 40}
    place["FORUM_DATABASE_URL"] = postgresql_url() or need("postgresql", "no server answers")
    for pooler, threshold in (("off", 5), ("on", None)):
        app = create_app(load({**place, "FORUM_DATABASE_POOLER": pooler}))
        with app.app_context(), db.engine.connect() as connection:
            held: Any = connection.connection.driver_connection
            assert held.prepare_threshold == threshold
        with app.app_context():
            db.engine.dispose()


@pytest.mark.any_database
@pytest.mark.parametrize("url", ["nonsense", "http://:tulip@redis.example.org", "redis://"])
def test_what_is_no_redis_is_refused_at_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSetting, match="FORUM_REDIS_URL must look like redis://") as said:
        load({"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_REDIS_URL": url})
    assert "tulip" not in str(said.value)


def test_on_postgresql_a_secret_key_must_be_given(tmp_path: Path) -> None:
    place = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_DATABASE_URL": "postgresql:///forum"}
    with pytest.raises(BadSetting, match="FORUM_SECRET_KEY"):
        load(place)
    assert load({**place, "FORUM_SECRET_KEY": "x" * 40})["SECRET_KEY"] == "x" * 40
    assert not (tmp_path / "secret-key").exists()
