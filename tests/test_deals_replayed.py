"""A whole discussion under a deal: brought in at once, and replayed vote by vote with its clock.

The real one is read where FORUM_TEST_CANADIAN names the folder of the Polis export about electoral
reform in Canada (2016); a small one made here runs everywhere.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.db import db
from forum.deals.finishing import write_next
from forum.deals.models import Due
from forum.essays.models import Essay
from forum.replies.models import reply_for_update
from forum.replies.writing import Content, write_reply
from forum.votes.casting import cast_vote
from forum.votes.models import Vote
from forum.votes.polis import PolisExport, Reading, read_export
from forum.votes.polis_rows import VALUES
from forum.votes.polis_store import PolisStore
from tests.cast import Make
from tests.clock import Clock, standing_clock

CANADIAN = os.environ.get("FORUM_TEST_CANADIAN", "")
MANY = 500
"""Votes a transaction."""


@dataclass
class Replay:
    """An export whose votes are cast one by one, as people cast them."""

    app: Flask
    essay: Essay
    folder: Path
    people: dict[int, User]
    replies: dict[int, int]

    @classmethod
    def of(cls, app: Flask, make: Make, folder: Path, export: PolisExport, **terms: Any) -> Replay:
        """Put up the statements of an export, with nobody's vote, under a deal."""
        essay = make.deal(make.essay(), **terms)
        with app.app_context():
            everyone = export.store.newcomers(export.store.number_of_people())
            people = {number: person(number) for number, _arrived in everyone}
            db.session.flush()
            replies = {}
            for each in export.store.statements(sorted(export.put_at)):
                words = Content(each.body, "policy", each.title)
                if not each.hidden:
                    reply, _new = write_reply(essay, people[each.author], words)
                    replies[each.id] = reply.id
            db.session.commit()
            return cls(app, essay, folder, people, replies)

    def run(self) -> None:
        """Cast every vote at its time, and let the worker look once at the end."""
        with (self.folder / "votes.csv").open(encoding="utf-8", newline="") as file:
            events = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
        with self.app.app_context():
            for number, row in enumerate(events):
                Clock.moment = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC)
                self.cast(int(row["comment-id"]), int(row["voter-id"]), int(row["vote"]))
                if number % MANY == 0:
                    db.session.commit()
                    db.session.remove()
            db.session.commit()
            while write_next():
                pass

    def cast(self, statement: int, voter: int, value: int) -> None:
        """Cast one vote, unless the forum would not take it."""
        reply = reply_for_update(self.replies[statement]) if statement in self.replies else None
        if reply is not None and reply.author_id != self.people[voter].id:
            cast_vote(self.people[voter], reply, VALUES[value])


def person(number: int) -> User:
    """Return one who can vote and cannot sign in."""
    user = User(name=f"Participant {number}", name_skeleton=f"participant {number}")
    db.session.add(user)
    return user


def bound(hold: int) -> dict[str, Any]:
    """Return the terms of the numbers to try it with."""
    return {"bound": 0.80, "voters": 50, "hold_days": hold}


@contextmanager
def first_day(folder: Path) -> Iterator[None]:
    """Let the clock stand where the export begins."""
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        first = min(int(row["timestamp"]) for row in csv.DictReader(file))
    with standing_clock(datetime.fromtimestamp(first / 1000, UTC)):
        yield


def fallen(app: Flask) -> int:
    """Return how many dues stand on proposals that no longer meet the bound."""
    with app.app_context():
        return sum(due.has_fallen_below for due in db.session.scalars(select(Due)))


def number_of_dues(app: Flask) -> int:
    """Return how many dues there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Due)) or 0


@pytest.mark.skipif(not CANADIAN, reason="FORUM_TEST_CANADIAN names no folder")
@pytest.mark.parametrize(("hold", "dues", "below"), [(0, 39, 8), (1, 36, None), (7, 33, None)])
def test_the_canadian_discussion_comes_due_as_people_vote(
    app: Flask, make: Make, hold: int, dues: int, below: int | None
) -> None:
    folder = Path(CANADIAN)
    export = read_export(folder, Reading(), PolisStore())
    with first_day(folder):
        Replay.of(app, make, folder, export, **bound(hold)).run()
        assert number_of_dues(app) == dues
        assert below is None or fallen(app) == below


@pytest.mark.skipif(not CANADIAN, reason="FORUM_TEST_CANADIAN names no folder")
def test_the_canadian_discussion_comes_due_as_it_is_imported(
    app: Flask, make: Make, runner: FlaskCliRunner
) -> None:
    essay = make.deal(make.essay(), **bound(0))
    done = runner.invoke(args=["import", "polis", CANADIAN, "--essay", essay.slug])
    assert done.exit_code == 0, done.output
    with app.app_context():
        due = select(Due.reply_id)
        voters = select(func.count(Vote.user_id.distinct())).where(Vote.reply_id.in_(due))
        assert number_of_dues(app) == 31
        assert db.session.scalar(voters) == 362
        assert db.session.scalar(voters.where(Vote.value != "neutral")) == 342
    again = runner.invoke(args=["import", "polis", CANADIAN, "--essay", essay.slug])
    assert again.exit_code == 0
    assert number_of_dues(app) == 31


SHIFT = 86_400_000  # milliseconds a day
HEADING = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


def small_export(folder: Path) -> Path:
    """Write a discussion of twenty voters and four statements, a day between two of its turns.

    Of the first all are for it on one day, and most turn against it on the third. The second gets
    its support on the second day and keeps it. The third is praised by its author alone. The
    fourth was rejected by its hosts.
    """
    statements = "".join(
        f"{1_500_000_000_000 + n},x,{n},{100 + n},0,0,{1 if n < 3 else -1},Say {n}.\n"
        for n in range(4)
    )
    (folder / "comments.csv").write_text(HEADING + statements, encoding="utf-8")
    days: list[list[tuple[int, int, int]]] = [
        [(0, voter, 1) for voter in range(20)] + [(3, voter, 1) for voter in range(20)],
        [(1, voter, 1) for voter in range(20)] + [(2, 102, 1)],
        [(0, voter, -1) for voter in range(15)],
        [],
        [(2, 0, 1)],
    ]
    lines = ["timestamp,comment-id,voter-id,vote"]
    for day, votes in enumerate(days):
        for number, (statement, voter, value) in enumerate(votes):
            moment = 1_500_000_100_000 + day * SHIFT + number
            lines.append(f"{moment},{statement},{voter},{value}")
    (folder / "votes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("hold", "titles", "below"),
    [(0, ["Say 0.", "Say 1."], 1), (1, ["Say 0.", "Say 1."], 1), (2, ["Say 1."], 0)],
)
def test_a_small_discussion_comes_due_as_people_vote(
    app: Flask, make: Make, tmp_path: Path, hold: int, titles: list[str], below: int
) -> None:
    export = read_export(small_export(tmp_path), Reading(trusted=True), PolisStore())
    with first_day(tmp_path):
        Replay.of(app, make, tmp_path, export, bound=0.8, voters=15, hold_days=hold).run()
    with app.app_context():
        dues = db.session.scalars(select(Due).order_by(Due.reply_id)).all()
        assert [due.reply.title for due in dues] == titles
        assert sum(due.has_fallen_below for due in dues) == below


def test_a_small_discussion_comes_due_as_it_is_imported_and_once(
    app: Flask, make: Make, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    essay = make.deal(make.essay(), bound=0.8, voters=15, hold_days=0)
    folder = str(small_export(tmp_path))
    for _time in range(2):
        done = runner.invoke(
            args=["import", "polis", folder, "--essay", essay.slug, "--as-they-are"]
        )
        assert done.exit_code == 0, done.output
        with app.app_context():
            due = db.session.scalars(select(Due)).one()
            assert (due.reply.title, due.support, due.rule) == ("Say 1.", 20, "bound")
