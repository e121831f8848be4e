"""Pages that nodes share in a real Redis: made once for all, never stale, never missed."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from redis import Redis

from forum.web import shared_pages
from forum.web.page_cache import PageCache
from forum.web.page_store import KeptPage
from forum.web.shared_pages import LARGEST, SharedPageStore, connected, site_of
from tests.cast import Make
from tests.databases import need, redis_url
from tests.test_page_cache import asked, fresh, kept

ROOM = 4 * 1024 * 1024


@pytest.fixture
def server() -> Iterator[Redis]:
    """A real Redis, left as it was found."""
    where = connected(redis_url() or need("redis", "no server answers"))
    yield where
    for name in where.scan_iter("page:*"):
        where.delete(name)


@pytest.fixture
def nodes(app: Flask, server: Redis) -> tuple[PageCache, PageCache]:
    """Two nodes' page caches in front of one application, and Redis behind them."""
    first, second = (
        PageCache(app, SharedPageStore(ROOM, server, site_of(app))) for _node in range(2)
    )
    first.inner = second.inner = kept(app).inner
    return first, second


def page_of(app: Flask, node: PageCache, path: str) -> bytes:
    """Return a page as a stranger gets it from a node."""
    before, app.wsgi_app = app.wsgi_app, node  # type: ignore[method-assign]
    try:
        return asked(app, path)[1]
    finally:
        app.wsgi_app = before  # type: ignore[method-assign]


def test_what_one_node_made_another_sends(
    app: Flask, make: Make, nodes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/essays/{make.essay().slug}"
    made = page_of(app, nodes[0], path)
    monkeypatch.setattr(nodes[1], "made", lambda *_given: pytest.fail("It was made twice."))
    assert page_of(app, nodes[1], path) == made


def test_no_node_sends_what_has_changed_since(app: Flask, make: Make, nodes: Any) -> None:
    essay = make.essay()
    path = f"/essays/{essay.slug}"
    for node in nodes:
        page_of(app, node, path)
    for number in range(4):
        make.proposal(essay)
        for node in nodes if number % 2 else nodes[::-1]:
            assert page_of(app, node, path) == fresh(app, path)[1]


@pytest.mark.long
@pytest.mark.one_database
def test_without_redis_pages_are_made_and_nobody_waits_twice(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Redis(port=1, socket_timeout=0.1, socket_connect_timeout=0.1)
    store = SharedPageStore(ROOM, away, "site")
    node = PageCache(app, store)
    node.inner = kept(app).inner
    tried = list[float]()
    connect: Any = redis.connection.Connection.connect

    def count(connection: Any) -> None:
        tried.append(time.monotonic())
        connect(connection)

    monkeypatch.setattr(redis.connection.Connection, "connect", count)
    essay = make.essay()
    for _number in range(5):
        make.proposal(essay)
        path = f"/essays/{essay.slug}"
        assert page_of(app, node, path) == fresh(app, path)[1]
    assert len(tried) == 1
    monkeypatch.setattr(shared_pages, "PAUSE", 0.0)
    store.away_until = 0.0
    make.proposal(essay)
    page_of(app, node, path)
    assert len(tried) > 1


def a_page(body: bytes) -> KeptPage:
    return KeptPage("0:1", math.inf, "200 OK", (("ETag", 'W/"x"'),), body, 0.0)


def test_the_room_is_bounded_and_slots_are_never_mixed_up(server: Redis) -> None:
    store = SharedPageStore(4 * LARGEST, server, "bounded")
    keys = [f"page {number}" for number in range(50)]
    for key in keys:
        store.put(key, a_page(key.encode()))
    names = list(server.scan_iter("page:bounded:*"))
    assert 0 < len(names) <= 4
    other = SharedPageStore(4 * LARGEST, server, "bounded")
    found = [page for key in keys if (page := other.shared(key)) and page.body == key.encode()]
    assert len(found) == len(names)
    lives: list[Any] = [server.ttl(name) for name in names]
    assert all(0 < life <= shared_pages.LIFE for life in lives)
    store.put("large", a_page(b"x" * LARGEST))
    assert other.shared("large") is None


def test_nonsense_in_redis_is_no_page(server: Redis) -> None:
    store = SharedPageStore(LARGEST, server, "nonsense")
    for written in (b"", b"\n", b"{}\n", b"[1, 2]\n", b"null", b'["a", 1, 2, 3, 4]\nx'):
        server.set(store.slot("a"), written)
        assert store.shared("a") is None


def test_two_processes_of_one_site_have_one_name_for_it(tmp_path: Path) -> None:
    """Python puts a set in another order in each process."""
    said = "from forum import create_app; from forum.web.shared_pages import site_of"
    command = [sys.executable, "-c", f"{said}; print(site_of(create_app()))"]
    here = {**os.environ, "FORUM_INSTANCE_PATH": str(tmp_path)}
    names = {
        subprocess.check_output(command, env={**here, "PYTHONHASHSEED": seed}, text=True)
        for seed in "123"
    }
    assert len(names) == 1


def test_another_build_or_site_shares_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    here = site_of(app)
    assert site_of(app) == here
    monkeypatch.setitem(app.config, "BASE_URL", "https://elsewhere.example")
    assert site_of(app) != here
    monkeypatch.undo()
    monkeypatch.setattr(shared_pages, "files_of", lambda _app: iter(["base.html changed"]))
    assert site_of(app) != here
