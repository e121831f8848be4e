"""What is written, beside a bare loop of durable transactions on the same disk in the same run.

Sixteen people send their forms at once, with sessions and tokens as browsers have them; then
twenty read and write as a busy evening does.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.benchmarks.big_data import slug_of
from tests.benchmarks.browsers import BY_SCRIPT, Browser, Waits, signed_in, together
from tests.benchmarks.driving import Measured, drive, rest
from tests.benchmarks.pages import PACKED
from tests.benchmarks.running import Running
from tests.cast import Make

WRITERS, BUSY = 16, 20
"""People who write at once, and who read and write as people do."""
PAUSE, EVENING = 0.25, 10.0
"""Seconds between two requests of a busy person, on the average, and how long all are busy."""
LOOKS = 30
"""How often the memory of an evening is noted."""
PROPOSALS = 400
ENOUGH = {"FORUM_LIMIT_REPLIES": "100000 per hour", "FORUM_LIMIT_FIRST_DAY": "100000 per day"}
"""Limits of what one person may write, raised: those who measure write more than any person."""
HEAD = (
    "| what is written, 16 at once | a second | p50 ms | p99 ms | CPU ms | × hello |",
    "|---|--:|--:|--:|--:|--:|",
)
BUSY_HEAD = ("| 20 busy people | requests | p50 ms | p95 ms | 5xx |", "|---|--:|--:|--:|--:|")

numbers = count(time.time_ns() % 10**9)


@dataclass(frozen=True)
class Written:
    """One kind of writing: what it is called, and one request of it."""

    name: str
    send: Callable[[Browser], int]


class Discussion:
    """The largest essay: what people do in it."""

    def __init__(self, app: Flask, size: int) -> None:
        self.essay = f"/essays/{slug_of(size)}"
        with app.app_context():
            essay = select(Essay.id).where(Essay.slug == slug_of(size)).scalar_subquery()
            shown = Reply.lever.is_not(None), Reply.status == "visible"
            found = select(Reply.id).where(Reply.essay_id == essay, *shown).limit(PROPOSALS)
            self.proposals = db.session.scalars(found).all()

    def one(self) -> str:
        """Return the address of some proposal."""
        return f"/replies/{random.choice(self.proposals)}"

    def vote(self, browser: Browser, by_script: bool = True) -> int:
        """Cast or change a vote."""
        chosen = {"value": random.choice(("support", "oppose", "neutral"))}
        return browser.post(f"{self.one()}/vote", chosen, BY_SCRIPT if by_script else None)

    def comment(self, browser: Browser) -> int:
        """Comment on a proposal."""
        words = f"The counter in our town has tried this, and it took {next(numbers)} days."
        return browser.post(f"{self.one()}/comment", {"body": words, "stance": "support"})

    def propose(self, browser: Browser) -> int:
        """Make a proposal."""
        number = next(numbers)
        words = {
            "title": f"Office {number} answers within a week",
            "body": f"Whoever asks office {number} gets an answer, or the day on which it comes.",
            "lever": "policy",
            "jurisdiction": "municipal",
            "ambition": "improves",
        }
        return browser.post(f"{self.essay}/reply", words)

    def live(self, browser: Browser) -> tuple[str, int]:
        """Do what a busy person does next: mostly read, often vote, now and then say something."""
        lists = [self.essay, f"{self.essay}?sort=newest", f"{self.essay}?lever=market"]
        reads = [*lists, self.one(), "/", "/proposals", "/yours", "/notices", "/search?q=permit"]
        drawn = random.random()
        if drawn < 0.7:
            return "read", browser.get(random.choice(reads))
        return "write", self.vote(browser) if drawn < 0.97 else self.comment(browser)


def written(discussion: Discussion) -> Iterator[Written]:
    """Yield all that is measured."""
    yield Written("a vote, by the script", discussion.vote)
    yield Written("a vote, by the form", partial(discussion.vote, by_script=False))
    yield Written("a comment", discussion.comment)
    yield Written("a proposal", discussion.propose)


def measured_writes(
    app: Flask, server: Running, folder: Path, size: int, rounds: int, seconds: float
) -> list[str]:
    """Return the lines of what is written: each in turn, as many rounds as wanted."""
    discussion = Discussion(app, size)
    browsers = signed_in(server, people(app), discussion.one())
    hello, bare = Measured(), 0.0
    found = {each.name: (each, Measured(), Waits()) for each in written(discussion)}
    fresh = server.megabytes()
    for _round in range(rounds):
        drive(server, "/baseline/hello", PACKED, seconds, hello)
        bare = max(bare, durable_transactions(app, folder, seconds))
        for each, kept, waits in found.values():
            write_together(server, browsers[:WRITERS], each, seconds, kept, waits)
    lines = [*HEAD, f"| a bare transaction, one after another | {bare:.0f} | | | | |"]
    for name, (_each, kept, waits) in found.items():
        lines.append(
            f"| {name} | {kept.requests / kept.seconds:.0f} | {waits.within(0.5):.1f} | "
            f"{waits.within(0.99):.1f} | {kept.milliseconds:.2f} | "
            f"{kept.milliseconds / hello.milliseconds:.1f} |"
        )
    after = server.megabytes()
    lines += ["", *BUSY_HEAD, *evening(browsers, discussion)]
    sizes = {"signed in": fresh, "after the writers": after, "after an evening": server.megabytes()}
    evening(browsers, discussion)
    sizes["after another"] = server.megabytes()
    told = "; ".join(f"{when} {', '.join(map(str, each))}" for when, each in sizes.items())
    return [*lines, "", f"Memory, MiB a process: {told}."]


def wait_for_the_disk(app: Flask) -> None:
    """Have each commit wait until the disk has it, as a database of tests need not."""
    with app.app_context():
        name = db.engine.url.database
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(f"ALTER DATABASE {name} RESET synchronous_commit"))
        db.session.commit()
        db.engine.dispose()


def people(app: Flask) -> list[str]:
    """Return the addresses of those who write and read, made anew: nobody has voted."""
    make = Make(app)
    make.numbers = numbers
    made: list[User] = [make.user() for _number in range(BUSY)]
    return [str(each.email) for each in made]


def write_together(
    server: Running,
    browsers: list[Browser],
    each: Written,
    seconds: float,
    kept: Measured,
    waits: Waits,
) -> None:
    """Let all write for so long, and add what it took; fail where anything is refused."""
    each.send(browsers[0])
    rest(server)
    before = server.seconds()
    new = together(browsers, lambda browser: ("write", each.send(browser)), seconds)["write"]
    if new.refused:
        raise RuntimeError(f"{each.name} was refused: {sorted(set(new.refused))}.")
    kept.cpu.append(1_000 * (server.seconds() - before) / len(new.waited))
    kept.requests += len(new.waited)
    kept.seconds += new.seconds
    waits.waited += new.waited


def measured_evening(app: Flask, server: Running, size: int, minutes: float) -> list[str]:
    """Return the lines of an evening of so many minutes: what people waited, and the memory.

    It fails nothing: whoever reads the lines says whether the memory grows.
    """
    discussion = Discussion(app, size)
    browsers = signed_in(server, people(app), discussion.one())
    lines, over = ["| minutes | MiB a process |", "|--:|---|"], threading.Event()
    began = time.monotonic()

    def note() -> None:
        passed = (time.monotonic() - began) / 60
        lines.append(f"| {passed:.1f} | {', '.join(map(str, server.megabytes()))} |")
        print(lines[-1], flush=True)

    def watch() -> None:
        while not over.wait(60 * minutes / LOOKS):
            note()

    note()
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        waited = evening(browsers, discussion, 60 * minutes)
    finally:
        over.set()
        watching.join()
    note()
    return [*BUSY_HEAD, *waited, "", *lines]


def evening(browsers: list[Browser], discussion: Discussion, seconds: float = EVENING) -> list[str]:
    """Let people read and write as they do; return a line for either."""
    found = together(browsers, discussion.live, seconds, PAUSE)
    return [
        f"| {kind}s | {len(waits.waited)} | {waits.within(0.5):.0f} | {waits.within(0.95):.0f} | "
        f"{sum(status >= 500 for status in waits.refused)} |"
        for kind, waits in sorted(found.items())
    ]


def durable_transactions(app: Flask, folder: Path, seconds: float) -> float:
    """Return how many transactions of one changed row a bare loop commits in a second."""
    with bare_database(app, folder) as execute:
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            execute("UPDATE bare SET number = number + 1")
            done += 1
        return done / (time.perf_counter() - began)


@contextmanager
def bare_database(app: Flask, folder: Path) -> Iterator[Callable[[str], Any]]:
    """Yield what runs a statement in a transaction of its own, which the disk has when it ends."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        connection: Any = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    else:
        import psycopg

        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True)
    for statement in ("CREATE TABLE bare (number INTEGER)", "INSERT INTO bare VALUES (0)"):
        connection.execute(statement)
    try:
        yield connection.execute
    finally:
        connection.execute("DROP TABLE bare")
        connection.close()
