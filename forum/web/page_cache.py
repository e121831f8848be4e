"""Finished public pages, kept for the next stranger who asks for the same.

A page is kept as it was sent, compressed, under its path, the part of its query that it knows, and
its language, together with the versions of all that stands on it. Those are read anew at every
request (``page_versions``), so a page is never older than what was committed before it was asked
for, whichever process or node wrote. What depends on the clock says so while the page is made, by
``changes_at``. Whoever has a session passes the cache by, and what sets a cookie is not kept:
nothing private can be in it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie
from werkzeug.test import run_wsgi_app

from ..database.replica import WROTE, Replica
from ..db import FROM_REPLICA, READ, db, now
from . import languages
from .asked_pages import AskedPage, KeptRoutes
from .page_notes import NOTES, PageNotes
from .page_store import KeptPage, PageStore, StartResponse, sent
from .page_versions import READ_HERE, PageScope, read_first, versions
from .shared_pages import SharedPageStore, connected, site_of

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
STRIPES = 64
PATIENCE = 10.0
"""Seconds to wait for another who makes the same page."""
STALE = 1.0
"""Seconds for which the page of before may still be sent while another makes it anew."""

View = TypeVar("View", bound=Callable[..., Any])


def kept_page(scope: PageScope, *names: str) -> Callable[[View], View]:
    """Return a decorator: the view's page is the same for all strangers, and may be kept.

    ``names`` are the fields of the query that it knows; it never sees any other.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def page(**arguments: Any) -> Any:
            read_first(scope, arguments)
            return view(**arguments)

        page.kept_page = (scope, frozenset({*names, languages.FIELD}))  # type: ignore[attr-defined]
        return cast(View, page)

    return mark


def is_fresh(page: KeptPage | None, label: str) -> bool:
    """Say whether a kept page is as one made now; remember when it last was."""
    if page is None or page.versions != label or page.until <= now().timestamp():
        return False
    page.checked = time.monotonic()
    return True


class PageCache:
    """The application behind its kept pages, as WSGI has it."""

    def __init__(self, app: Flask, store: PageStore) -> None:
        self.app = app
        self.inner = app.wsgi_app
        self.store = store
        self.stale = STALE
        self.routes = KeptRoutes(app)
        self.stripes = [threading.Lock() for _n in range(STRIPES)]

    @cached_property
    def replica(self) -> Replica | None:
        """The database that pages are read from while it is near, where there is one."""
        return Replica(self.app) if READ in self.app.config["SQLALCHEMY_BINDS"] else None

    @cached_property
    def engine(self) -> Engine:
        """The database that pages are made of; a process opens its own."""
        with self.app.app_context():
            return db.engine

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or have the application answer and keep that."""
        asked = self.asked(environ)
        page = self.page(asked, environ) if asked else None
        if page is None:
            return self.inner(environ, start_response)
        return sent(page, environ, start_response)

    def page(self, asked: AskedPage, environ: dict[str, Any]) -> KeptPage | None:
        """Return the page asked for, kept or made; nothing where there is no way to know."""
        page = self.store.get(asked.key)
        if self.replica and self.replica.is_near(environ):
            environ[FROM_REPLICA] = True
        try:
            label = self.label(asked, environ)
        except SQLAlchemyError:
            # The database is away: what was right a moment ago is better than nothing.
            return page if page and page.until > now().timestamp() else None
        if is_fresh(page, label):
            return page
        wrote = WROTE in environ.get("HTTP_COOKIE", "")  # then what was there before will not do
        return self.made_once(asked, None if wrote else page, environ)

    def label(self, asked: AskedPage, environ: dict[str, Any]) -> str:
        """Return the versions of all that stands on the page, as they are now where it is read.

        A replica that fails is not read from; then the whole page is the primary's.
        """
        environ[READ_HERE] = self.read_label(asked, environ)
        return str(environ[READ_HERE])

    def read_label(self, asked: AskedPage, environ: dict[str, Any]) -> str:
        """Read them."""
        if self.replica and environ.get(FROM_REPLICA):
            try:
                return versions(self.replica.engine, asked.route.scope, asked.route.arguments)
            except SQLAlchemyError:
                self.replica.failed()
                del environ[FROM_REPLICA]
        return versions(self.engine, asked.route.scope, asked.route.arguments)

    def made_once(
        self, asked: AskedPage, before: KeptPage | None, environ: dict[str, Any]
    ) -> KeptPage | None:
        """Make the page, unless another is at it: then take the last one, or wait for theirs."""
        stripe = self.stripes[hash(asked.key) % STRIPES]
        is_mine = stripe.acquire(blocking=False)
        if not is_mine:
            if before and time.monotonic() - before.checked < self.stale:
                return before
            is_mine = stripe.acquire(timeout=PATIENCE)
        try:
            page, label = self.store.get(asked.key), self.label(asked, environ)
            if not is_fresh(page, label):
                page = self.store.shared(asked.key)
            return page if is_fresh(page, label) else self.made(asked, label, environ)
        finally:
            if is_mine:
                stripe.release()

    def made(self, asked: AskedPage, label: str, environ: dict[str, Any]) -> KeptPage | None:
        """Have the application make the page, and keep it where it is the same for everyone."""
        notes, began = PageNotes(), time.monotonic()
        inner = {**environ, NOTES: notes, "QUERY_STRING": asked.query}
        for condition in CONDITIONS:
            inner.pop(condition, None)
        body, status, headers = run_wsgi_app(self.inner, inner, buffered=True)
        if self.replica and FROM_REPLICA in inner and status.startswith("503"):
            self.replica.failed()
            del inner[FROM_REPLICA]
            body, status, headers = run_wsgi_app(self.inner, inner, buffered=True)
        private = "Set-Cookie" in headers or "private" in headers.get("Cache-Control", "")
        page = KeptPage(label, notes.until, status, tuple(headers), b"".join(body), began)
        if not status.startswith("200") or private:
            return page
        own = headers.get("ETag")
        named = hashlib.blake2b(f"{asked.key}|{label}|{notes.until}".encode(), digest_size=12)
        headers.remove("X-Request-Id")
        headers["ETag"] = own or f'W/"{named.hexdigest()}"'
        page = replace(page, headers=tuple(headers))
        if notes.until > now().timestamp():
            self.store.put(asked.key, page)
        return page

    def asked(self, environ: dict[str, Any]) -> AskedPage | None:
        """Return which page a stranger asks for, if it is one that can be kept."""
        packing = environ.get("HTTP_ACCEPT_ENCODING", "")
        if environ["REQUEST_METHOD"] != "GET" or "q=0" in packing:
            return None
        cookies = parse_cookie(environ) if "HTTP_COOKIE" in environ else {}
        if self.app.config["SESSION_COOKIE_NAME"] in cookies:
            return None
        return self.routes.page(environ, cookies, packed="gzip" in packing)


def init_app(app: Flask) -> None:
    """Put the cache in front of the application, where the settings give it room."""
    if megabytes := app.config["PAGE_CACHE"]:
        room, url = megabytes * 1024 * 1024, app.config["REDIS_URL"]
        shared = SharedPageStore(room, connected(url), site_of(app)) if url else None
        cache = PageCache(app, shared or PageStore(room))
        app.extensions["page_cache"] = cache
        app.wsgi_app = cache  # type: ignore[method-assign]
