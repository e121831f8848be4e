"""The site behind PgBouncer, which gives each transaction another connection of a few."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from forum import config, create_app
from forum.accounts.models import SignIn
from forum.accounts.resetting import ask_for_reset
from forum.db import Base, db
from forum.exports.models import Export, State
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.benchmarks.browsers import BY_SCRIPT, Browser
from tests.cast import Make
from tests.nodes.machines import SECRET, Cluster, cluster, free_port, pooler, service, wait_until
from tests.post_office import PostOffice, opened

CONNECTIONS, PEOPLE, ROUNDS = 12, 12, 6
"""Connections to the database, people who share them, and how often each does everything: more
often than psycopg takes to prepare a statement."""


class Pooled:
    """A site whose only way to its database is a pooler, and the application past it."""

    def __init__(self, stack: ExitStack, place: Path) -> None:
        self.cluster: Cluster = stack.enter_context(cluster())
        self.cluster.ask("CREATE DATABASE forum")
        self.office: PostOffice = stack.enter_context(opened())
        self.port = free_port()
        said = {
            "FORUM_SECRET_KEY": SECRET,
            "FORUM_MAIL_URL": self.office.url,
            "FORUM_CONFIRM": "off",
            "FORUM_LIMITS": "off",
            "FORUM_BASE_URL": f"http://127.0.0.1:{self.port}",
            "FORUM_DATABASE_POOLER": "on",
        }
        here = {**said, "FORUM_INSTANCE_PATH": str(place / "past")}
        past = {**here, "FORUM_DATABASE_URL": self.cluster.url("forum")}
        self.app: Flask = create_app(config.load(past))
        with self.app.app_context():
            upgrade()
            db.session.remove()
        pool = stack.enter_context(pooler(self.cluster, CONNECTIONS))
        url = self.cluster.url("forum").replace(str(self.cluster.port), str(pool))
        behind = {**said, "FORUM_DATABASE_URL": url, "PORT": str(self.port)}
        behind["FORUM_INSTANCE_PATH"] = str(place / "behind")
        stack.enter_context(service([sys.executable, "-m", "forum.serving"], behind, self.port))
        stack.enter_context(service([sys.executable, "-m", "flask", "worker"], behind))

    def count(self, model: type[Base], *where: Any) -> int:
        """Return how many rows of a table there are for which this holds."""
        with self.app.app_context():
            found = db.session.scalar(select(func.count()).select_from(model).where(*where))
            return found or 0


@pytest.fixture
def pooled(tmp_path: Path) -> Iterator[Pooled]:
    """The site, told that there is a pooler."""
    with ExitStack() as stack:
        yield Pooled(stack, tmp_path)


def test_people_sign_in_read_vote_and_write_and_the_worker_works(pooled: Pooled) -> None:
    make = Make(pooled.app)
    essay = make.essay()
    proposals = [make.proposal(essay).id for _n in range(PEOPLE)]
    people = [make.user() for _n in range(PEOPLE)]
    pages = [f"/essays/{essay.slug}", "/", "/proposals", "/yours", "/search?q=offices"]

    def live(number: int) -> list[tuple[str, int]]:
        """Sign in, read, vote and write; return what was not answered as it should be."""
        browser, stranger = Browser(pooled.port), Browser(pooled.port)
        browser.take_token("/sign-in")
        said = {"email": str(people[number].email), "password": Make.PASSWORD}
        wrong = [("/sign-in", browser.post("/sign-in", said))]
        browser.take_token("/account")
        for turn in range(ROUNDS):
            for path in [*pages, f"/replies/{proposals[turn % PEOPLE]}"]:
                wrong += [(path, browser.get(path)), (path, stranger.get(path))]
            for proposal in proposals:
                path, value = f"/replies/{proposal}/vote", ("support", "oppose")[turn % 2]
                headers = BY_SCRIPT if proposal % 2 else None
                wrong.append((path, browser.post(path, {"value": value}, headers)))
            path = f"/replies/{proposals[number]}/comment"
            words = {"body": f"Thought {turn} of {number}.", "stance": "refine"}
            wrong.append((path, browser.post(path, words)))
        wrong.append(("/sign-out", browser.post("/sign-out", {})))
        return [each for each in wrong if each[1] not in {200, 302, 303}]

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert [each for found in pool.map(live, range(PEOPLE)) for each in found] == []
    assert pooled.count(Vote, Vote.value == "oppose") == PEOPLE * len(proposals)
    assert pooled.count(Reply, Reply.body.like("Thought %")) == PEOPLE * ROUNDS
    assert pooled.count(SignIn) == 0
    assert "No drift." in pooled.app.test_cli_runner().invoke(args=["recount", "--check"]).output
    fay = make.user("Fay", role="facilitator")
    facilitator = Browser(pooled.port)
    facilitator.take_token("/sign-in")
    facilitator.post("/sign-in", {"email": str(fay.email), "password": Make.PASSWORD})
    facilitator.take_token("/account")
    for kind in ("csv", "json", "xlsx"):
        assert facilitator.post(f"/essays/{essay.slug}/export", {"format": kind}) == 303
    with pooled.app.test_request_context():
        ask_for_reset(str(people[0].email))
        db.session.commit()
    done = Export.state == State.DONE, Export.tries == 1
    wait_until(lambda: pooled.count(Export, *done) == 3, "the files")
    wait_until(lambda: len(pooled.office.letters) == 1, "the letter")
    held = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'forum'"
    with pooled.app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert pooled.cluster.ask(held) <= CONNECTIONS
