"""Finished pages that the processes of all nodes share, in Redis; behind those of each process.

A page is stored with its key and its versions, in one of a fixed number of slots: two pages that
fall into one take turns, and the space is bounded without anyone counting. Redis is a convenience:
while it is away every page is made anew, and nobody waits for it more than once in a while.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from .page_store import KeptPage, PageStore

if TYPE_CHECKING:
    from flask import Flask
    from redis import Redis

LARGEST = 64 * 1024
"""Bytes of the largest page that is shared; so much room has each slot."""
LIFE = 24 * 60 * 60
"""Seconds after which Redis forgets a page that nobody has made anew."""
WAIT = 0.1
"""Seconds to wait for an answer of Redis."""
PAUSE = 5.0
"""Seconds for which Redis is not asked again after it failed."""

OF_A_NODE = re.compile("INSTANCE_PATH|BABEL_TRANSLATION_DIRECTORIES|SQLALCHEMY_(?!DATABASE_URI)")
"""What nodes of one site may say each in their own way; all else tells one site from another."""

log = structlog.get_logger("forum.pages")


class SharedPageStore(PageStore):
    """The pages of this process, and behind them those that all processes share."""

    def __init__(self, most: int, redis: Redis, site: str) -> None:
        super().__init__(most)
        self.redis = redis
        self.site = site
        self.slots = max(1, most // LARGEST)
        self.away_until = 0.0

    def shared(self, key: str) -> KeptPage | None:
        """Return the page that some process has shared under the key, whatever its versions."""
        written = self.asked("get", self.slot(key))
        page = read(written, key) if written else None
        if page is not None:
            super().put(key, page)
        return page

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page here, and share it."""
        super().put(key, page)
        written = write(key, page)
        if len(written) <= LARGEST:
            self.asked("set", self.slot(key), written, ex=LIFE)

    def slot(self, key: str) -> str:
        """Return the name under which Redis keeps the page of a key, and of others at times."""
        number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
        return f"page:{self.site}:{number % self.slots}"

    def asked(self, deed: str, *given: Any, **named: Any) -> Any:
        """Ask Redis, unless it failed a moment ago; nothing where it fails."""
        from redis.exceptions import RedisError

        if time.monotonic() < self.away_until:
            return None
        try:
            return getattr(self.redis, deed)(*given, **named)
        except RedisError as error:
            self.away_until = time.monotonic() + PAUSE
            log.warning("pages are not shared", kind=type(error).__name__)
            return None


def write(key: str, page: KeptPage) -> bytes:
    """Return a page as it is stored: a line of what is known of it, and what is sent."""
    known = [key, page.versions, page.until, page.status, page.headers]
    return json.dumps(known).encode() + b"\n" + page.body


def read(written: bytes, key: str) -> KeptPage | None:
    """Read a page back; nothing for one of another key, or what no process of ours has written.

    Whether it is still right is not known before its versions are looked at, so ``checked`` is long
    ago.
    """
    head, _line, body = written.partition(b"\n")
    try:
        stored_key, versions, until, status, headers = json.loads(head)
        known = tuple((str(name), str(value)) for name, value in headers)
        page = KeptPage(str(versions), float(until), str(status), known, body, -PAUSE)
    except (ValueError, TypeError):
        return None
    return page if stored_key == key else None


def site_of(app: Flask) -> str:
    """Return what tells this site, in this build and as its server sets it, from all others.

    A page may say whatever the environment does, and pages outlive a restart in Redis. A set is in
    another order in each process.
    """
    said = sorted(
        (name, sorted(value) if isinstance(value, set) else value)
        for name, value in app.config.items()
        if not OF_A_NODE.match(name)
    )
    digest = hashlib.blake2b(repr(said).encode(), digest_size=12)
    for each in sorted(files_of(app)):
        digest.update(each.encode())
    return digest.hexdigest()


def files_of(app: Flask) -> Iterator[str]:
    """Yield the name and a print of every file that pages are made by."""
    translations = app.config["BABEL_TRANSLATION_DIRECTORIES"].split(";")
    for folder in (app.root_path, app.template_folder, app.static_folder, *translations):
        base = Path(str(folder))
        for path in base.rglob("*"):
            if path.suffix in {".py", ".html", ".mo", ".css", ".js", ".svg"}:
                content = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
                yield f"{path.relative_to(base)} {content}"


def connected(url: str) -> Redis:
    """Return Redis at this address, which is waited for no longer than a moment."""
    from redis import Redis

    return Redis.from_url(url, socket_timeout=WAIT, socket_connect_timeout=WAIT)
