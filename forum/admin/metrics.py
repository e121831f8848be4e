"""What /metrics tells Prometheus: requests by status and duration, and what stands in the database.

Each process counts in its memory and writes its counts into a file of its own now and then; the
page adds up the files. So any process can answer for all, and nothing is needed beside them.
"""

from __future__ import annotations

import json
import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select

from ..accounts.models import User
from ..db import db, now
from ..files import written_whole
from ..mail.models import DeadLetter, Letter
from ..replies.models import Reply
from ..version import __version__
from ..votes.models import Vote
from ..worker import is_running

BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds up to which a request counts in each part of the histogram."""
WRITTEN_EVERY = 5.0
"""Seconds between two writings of what a process counted; what it dies with is lost."""
FOLDER = "metrics"


class CountedRequests:
    """The application, with what it answers counted by status and duration."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], folder: Path) -> None:
        self.inner = inner
        self.folder = folder
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.process, self.began, self.written = 0, 0, 0.0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, and count the answer once it begins."""
        started, status = time.perf_counter(), "500"

        def start(line: str, *given: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, *given)

        try:
            return self.inner(environ, start)
        finally:
            self.count(status, time.perf_counter() - started)

    def count(self, status: str, seconds: float) -> None:
        """Count one request, and write the counts where that is due."""
        with self.lock:
            if self.process != os.getpid():  # a process that was forked begins its own file
                self.process, self.began = os.getpid(), time.time_ns()
                self.counts.clear()
            self.counts[f"status {status}"] += 1
            self.counts[f"bound {bisect_left(BOUNDS, seconds)}"] += 1
            self.counts["microseconds"] += int(seconds * 1e6)
            if time.monotonic() - self.written > WRITTEN_EVERY:
                self.write()

    def write(self) -> None:
        """Write what this process counted, in place of what it wrote before."""
        self.written = time.monotonic()
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with written_whole(self.folder / f"{self.process}-{self.began}", private=True) as file:
                file.write(json.dumps(self.counts).encode())
        except OSError:  # a full disk is no reason to refuse a page
            return

    def all_counts(self) -> Counter[str]:
        """Return the counts of every process, those that ended among them."""
        with self.lock:
            self.write()
            files = [path for path in self.folder.glob("*-*") if not path.name.startswith(".")]
            total = added_up(files)
            ended = [path for path in files if not is_alive(int(path.name.partition("-")[0]))]
            if len(ended) > 1:  # keep one file of all that is over
                with written_whole(self.folder / "0-0", private=True) as file:
                    file.write(json.dumps(added_up(ended)).encode())
                for path in ended:
                    if path.name != "0-0":
                        path.unlink(missing_ok=True)
        return total


def added_up(files: Iterable[Path]) -> Counter[str]:
    """Return the sum of what stands in these files."""
    total: Counter[str] = Counter()
    for path in files:
        total.update(json.loads(path.read_bytes()))
    return total


def is_alive(process: int) -> bool:
    """Say whether a process of this number runs; none has the number 0."""
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another's, and so it is there
        return True
    return True


def lines() -> Iterator[str]:
    """Yield the page, in the text format of Prometheus."""
    yield from series("info", "gauge", {f'version="{__version__}"': 1})
    yield from request_series(current_app.extensions["counted_requests"].all_counts())
    yield from series("people", "gauge", number_of(User.id))
    replies = db.session.execute(select(Reply.status, func.count()).group_by(Reply.status))
    yield from series("replies", "gauge", {f'status="{status}"': n for status, n in replies})
    yield from series("votes", "gauge", number_of(Vote.reply_id))
    yield from series("letters_waiting", "gauge", number_of(Letter.id))
    yield from series("letters_given_up", "gauge", number_of(DeadLetter.id))
    due = db.session.scalar(select(func.min(Letter.next_at)))
    late = max(0.0, (now() - due).total_seconds()) if due else 0.0
    yield from series("oldest_letter_late_seconds", "gauge", {"": round(late, 1)})
    yield from series("worker_running", "gauge", {"": int(is_running())})


def number_of(column: Any) -> dict[str, int]:
    """Return how many rows a table has, as a series without labels."""
    return {"": db.session.scalar(select(func.count(column))) or 0}


def request_series(counts: Counter[str]) -> Iterator[str]:
    """Yield the requests by status, and the histogram of how long they took."""
    statuses = sorted(name for name in counts if name.startswith("status"))
    by_status = {f'status="{name[-3:]}"': counts[name] for name in statuses}
    yield from series("requests_total", "counter", by_status)
    name, total = "circle_back_request_seconds", 0
    yield f"# TYPE {name} histogram"
    for number, bound in enumerate((*BOUNDS, "+Inf")):
        total += counts[f"bound {number}"]
        yield f'{name}_bucket{{le="{bound}"}} {total}'
    yield f"{name}_sum {counts['microseconds'] / 1e6}"
    yield f"{name}_count {total}"


def series(name: str, kind: str, values: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of one figure; its values stand by their labels."""
    yield f"# TYPE circle_back_{name} {kind}"
    for labels, value in values.items():
        yield f"circle_back_{name}{f'{{{labels}}}' if labels else ''} {value}"


def init_app(app: Flask) -> None:
    """Count what the application answers, where someone has a token to ask for it."""
    if app.config["METRICS_TOKEN"]:
        counted = CountedRequests(app.wsgi_app, Path(app.instance_path) / FOLDER)
        app.extensions["counted_requests"] = counted
        app.wsgi_app = counted  # type: ignore[method-assign]
