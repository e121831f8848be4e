"""Who is asked before a reply changes and told after it: what stands to the right of replies and
must keep step with them in the same transaction. ``WATCHING`` of the application names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import current_app

from .models import Reply

ReplyWatcher = Callable[[Reply], Callable[[], None]]
"""Called before a reply whose row is held changes; what it returns is called after."""


@contextmanager
def watched(reply: Reply) -> Iterator[None]:
    """Let those who watch replies see a change of this one, from before to after."""
    watching: tuple[ReplyWatcher, ...] = current_app.extensions["watching_replies"]
    told = [watcher(reply) for watcher in watching]
    yield
    for tell in told:
        tell()
