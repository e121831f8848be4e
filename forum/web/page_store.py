"""Where finished pages are kept, in the memory of the process up to a number of bytes; and sent."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

NAMED = frozenset({"ETag", "Cache-Control", "Vary", "Content-Security-Policy"})
"""The headers that a 304 repeats."""

StartResponse = Callable[..., Any]


@dataclass(slots=True)
class KeptPage:
    """A finished page: what it was made of, until when it is right, and what is sent."""

    versions: str
    until: float
    """Seconds since 1970 from which on the clock would have the page say something else."""
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    checked: float
    """When it was last known to be as a fresh one, in seconds of the process's own clock."""

    @property
    def etag(self) -> str:
        """The tag that tells this page from another; empty where it was not kept."""
        return next((value for name, value in self.headers if name == "ETag"), "")

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        return len(self.body) + 2_000


class PageStore:
    """The pages last used, together at most so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.pages: OrderedDict[str, KeptPage] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: str) -> KeptPage | None:
        """Return the page last kept under the key."""
        with self.lock:
            page = self.pages.get(key)
            if page is not None:
                self.pages.move_to_end(key)
            return page

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page in place of the one before; those longest unused make room."""
        with self.lock:
            before = self.pages.pop(key, None)
            self.size += page.size - (before.size if before else 0)
            self.pages[key] = page
            while self.size > self.most:
                _key, oldest = self.pages.popitem(last=False)
                self.size -= oldest.size

    def shared(self, _key: str) -> KeptPage | None:
        """Return the page that another process has shared: here there is none."""
        return None

    def clear(self) -> None:
        """Keep nothing."""
        with self.lock:
            self.pages.clear()
            self.size = 0


def sent(page: KeptPage, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Send a page, or only say that the visitor has it already."""
    tag = page.etag
    if tag and tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [each for each in page.headers if each[0] in NAMED])
        return []
    start_response(page.status, list(page.headers))
    return [page.body]
