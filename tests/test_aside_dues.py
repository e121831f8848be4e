"""Answers that are due by votes which were set aside since: marked wherever they stand."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.votes_aside import votes_aside_of
from forum.db import db
from forum.deals.models import Due
from tests.asides import Asides
from tests.cast import Make
from tests.circle import Circle
from tests.clock import Clock, standing_clock
from tests.conftest import Browser
from tests.test_merging import merge

SAID = "4 of the 8 votes by which it came due have been set aside since"


class DueByCrowd:
    """A proposal that came due by the votes of a crowd, and one that did without."""

    def __init__(self, make: Make) -> None:
        self.make, self.asides = make, Asides(make)
        self.body, self.ines = Circle(make).body("Council"), make.user("Ines")
        Circle(make).seat(self.body, self.ines)
        self.essay = make.deal(
            make.essay(open_data=True), self.body, bound=0.55, voters=8, hold_days=0
        )
        self.reply = make.proposal(self.essay, support=4, title="By a crowd")
        self.other = make.proposal(self.essay, support=9, title="By others")
        self.people = [make.user() for _ in range(4)]
        make.vote(make.user(), self.other)
        for person in self.people:
            make.vote(person, self.reply)

    def marked(self) -> dict[int, int]:
        """Return how many votes since set aside each proposal came due by."""
        with self.make.app.app_context():
            dues = db.session.scalars(select(Due)).all()
            found = votes_aside_of(dues)
            return {due.reply_id: found[due.id] for due in dues if due.id in found}


@pytest.fixture
def scene(make: Make) -> DueByCrowd:
    return DueByCrowd(make)


def test_a_due_says_how_many_of_its_votes_are_set_aside_since_wherever_it_stands(
    scene: DueByCrowd, visit: Browser
) -> None:
    zed, slug = visit(), scene.essay.slug
    paths = (
        f"/essays/{slug}/deal",
        f"/replies/{scene.reply.id}",
        "/ledger",
        f"/essays/{slug}/proposals.md",
    )
    assert not any("set aside since" in zed.get(path).text for path in paths)
    with scene.make.app.app_context():
        number = len(db.session.scalars(select(Due)).all())
    assert number == 2
    decision = scene.asides.set_aside(scene.essay, *scene.people)
    for path in paths[:3]:
        assert zed.get(path).text.count(SAID) == 1, path
    assert "of the votes by which it came due have been set aside since" in zed.get(paths[3]).text
    assert SAID in visit(scene.ines).get("/answering").text
    rows = {each["reply"]: each["set_aside"] for each in zed.get("/ledger.json").json["dues"]}
    assert rows == {scene.reply.id: 4, scene.other.id: 0}
    file = csv.DictReader(io.StringIO(zed.get("/ledger.csv").text))
    assert {each["title"]: each["set_aside"] for each in file} == {
        "By a crowd": "4",
        "By others": "0",
    }
    data = zed.get(f"/essays/{slug}/proposals.json").json
    assert {each["id"]: each["due_aside"] for each in data["proposals"]} == {
        scene.reply.id: 4,
        scene.other.id: 0,
    }
    scene.asides.undo(decision)
    assert scene.marked() == {}
    assert not any("set aside since" in zed.get(path).text for path in paths)


def test_only_votes_that_counted_then_and_count_no_more_are_marked(
    scene: DueByCrowd, make: Make
) -> None:
    late = make.user()
    make.vote(late, scene.reply)
    scene.asides.set_aside(scene.essay, late, scene.people[0])
    assert scene.marked() == {scene.reply.id: 1}, "the late vote was not among them"
    first = make.proposal(scene.essay, support=7)
    make.vote(late, first)
    make.vote(make.user(), first)
    assert scene.marked() == {scene.reply.id: 1}, "what was set aside before counted for nothing"
    number = scene.asides.set_aside(scene.essay, *scene.people[1:])
    assert scene.marked() == {scene.reply.id: 4}
    scene.asides.undo(number)
    assert scene.marked() == {scene.reply.id: 1}


def test_a_due_that_setting_votes_aside_writes_as_it_was_earned_rests_on_them(make: Make) -> None:
    with standing_clock():
        essay = make.deal(make.essay(), bound=0.55, voters=8, hold_days=7)
        reply, people = make.proposal(essay, support=4), [make.user() for _ in range(4)]
        for person in people:
            make.vote(person, reply)
        Clock.moment += timedelta(days=8)
        Asides(make).set_aside(essay, *people)
        with make.app.app_context():
            [due] = db.session.scalars(select(Due)).all()
            assert votes_aside_of([due]) == {due.id: 4}


def test_votes_that_a_merge_brought_are_marked_where_they_counted_when_it_came_due(
    app: Flask, make: Make, visit: Browser
) -> None:
    essay, asides = make.deal(make.essay(), bound=0.55, voters=8, hold_days=0), Asides(make)
    dee, crowd = visit(make.user("Dee", role="moderator")), [make.user() for _ in range(4)]
    source, target, due = (make.proposal(essay, support=number) for number in (0, 4, 8))
    for person in crowd:
        make.vote(person, source)
    late, cam = make.proposal(essay), make.user()
    make.vote(cam, late)
    assert merge(dee, source, target).status_code == 303
    assert merge(dee, late, due).status_code == 303
    asides.set_aside(essay, cam, *crowd)
    with app.app_context():
        dues = {each.id: each.reply_id for each in db.session.scalars(select(Due))}
        assert set(dues.values()) == {target.id, due.id}
        found = votes_aside_of(db.session.scalars(select(Due)).all())
    assert {dues[number]: votes for number, votes in found.items()} == {target.id: 4}
