"""The ledger, bodies, what came of a discussion: rows that add up, on pages and in files."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.due_order import standings_in_order, urgent_dues
from forum.answers.due_sums import added_up, added_up_by, counted_by_day
from forum.answers.due_weeks import by_day
from forum.answers.models import Promise, PromiseStep
from forum.answers.outcome import outcome_of
from forum.answers.standings import DueState, standings, urgent_first
from forum.answers.summaries import summary_of
from forum.db import db, now
from forum.deals.models import Due
from forum.essays.models import Essay, essay_by_slug
from forum.web import dates
from tests.cast import Make
from tests.circle import Circle
from tests.clock import Clock, standing_clock


class Harbour:
    """A closed discussion of ten proposals of which five are due: one overdue, two answered."""

    def __init__(self, make: Make) -> None:
        self.circle = Circle(make)
        self.ines = make.user("Ines")
        self.essay = make.essay("A permit is a promise")
        self.council = self.circle.body("Council of Harrow Inlet", french="Conseil de Harrow Inlet")
        self.ministry = self.circle.body("Ministry of Housing")
        self.circle.seat(self.council, self.ines)
        self.replies = [
            make.proposal(self.essay, support=3, title=f"Proposal {n}", lever=lever)
            for n, lever in enumerate(("policy", "policy", "regulatory", "market", "market") * 2)
        ]
        late, waits, done, declined, asked = self.replies[:5]
        self.circle.due(late, self.council, days=-3)
        self.circle.due(waits, self.council, days=9)
        self.circle.due(done, self.council, days=20)
        self.circle.due(declined, self.council, days=20)
        self.circle.due(asked, self.ministry, days=-9, agreed=False)
        self.circle.answer(late, self.council, self.ines, "received")
        self.circle.answer(done, self.council, self.ines, "done", promises=(("Open it", 4),))
        self.circle.answer(declined, self.council, self.ines, "declined")
        with make.app.app_context():
            essay = db.session.get_one(Essay, self.essay.id)
            essay.stored_state = "closed"
            db.session.commit()


@pytest.fixture
def harbour(app: Flask, make: Make) -> Harbour:
    """The closed discussion."""
    return Harbour(make)


def text_of(visitor: Any, path: str) -> str:
    """Return a page's words, one space between them."""
    page = visitor.get(path).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_database_adds_up_as_rows_in_hand_do(
    app: Flask, harbour: Harbour, visit: Any, make: Make
) -> None:
    circle, more = harbour.circle, [make.proposal(harbour.essay) for _ in range(4)]
    dues = [circle.due(each, harbour.ministry, days=-20) for each in more]
    ines = make.user("Inga")
    circle.seat(harbour.ministry, ines)
    circle.answer(more[0], harbour.ministry, ines, promises=(("a", 4), ("b", 4), ("c", -1)))
    circle.take_back(circle.answer(more[1], harbour.ministry, ines), ines)
    circle.body("Nobody asked")
    with app.test_request_context():
        db.session.get_one(Due, dues[2].id).still_since = dates.today()
        db.session.get_one(Due, dues[3].id).voided_at = now()
        kept = db.session.scalars(select(Promise).where(Promise.what == "a")).one()
        for kind in ("withdrawn", "reopened", "kept"):
            step = PromiseStep(promise_id=kept.id, kind=kind, on=dates.today(), by_id=ines.id)
            db.session.add(step)
            db.session.flush()
        db.session.commit()
    with app.test_request_context():
        bodies, rows = added_up_by(Due.body_id), standings()
        assert set(bodies) == {harbour.council.id, harbour.ministry.id}
        for body in (harbour.council, harbour.ministry):
            assert bodies[body.id] == summary_of(standings(Due.body_id == body.id)), body.slug
        assert added_up() == added_up_by(Due.essay_id)[harbour.essay.id] == summary_of(rows)
        assert set(added_up().states) == set(DueState)
        assert added_up().promises.total() == 4
        assert counted_by_day() == by_day(rows)
        in_order = [row.due.id for row in standings_in_order(urgent_dues())]
        assert in_order == [row.due.id for row in urgent_first(rows)]
    assert "Nobody asked 0 0 – 0" in text_of(visit(), "/bodies")


def test_the_page_of_a_body_shows_the_first_and_leads_to_the_rest(
    harbour: Harbour, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/bodies/{harbour.council.slug}"
    assert "in the ledger" not in text_of(visit(), path)
    monkeypatch.setattr("forum.answers.body_views.SHOWN_MOST", 2)
    assert "All 4 in the ledger" in text_of(visit(harbour.ines), path)


def test_the_ledger_has_every_due_overdue_first(harbour: Harbour, visit: Any) -> None:
    page = text_of(visit(), "/ledger")
    assert "5 due in all" in page
    assert "2 answered, median 60 days" in page
    assert "1 overdue" in page
    assert "asked, has not agreed" in page
    assert re.search(r"Received \S+ \d+, \d+, not an answer", page)
    found = [page.index(f"Proposal {n}") for n in (0, 1, 2)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("status=overdue", [0]),
        ("status=answered", [2, 3]),
        ("status=declined", [3]),
        ("status=waiting", [1, 4]),
        ("body=ministry-of-housing", [4]),
        ("lever=regulatory", [2]),
        ("essay=a-permit-is-a-promise&lever=policy", [0, 1]),
        ("essay=no-such-essay", []),
        ("lever=no-such-lever&status=nonsense&page=x", [0, 1, 2, 3, 4]),
    ],
)
def test_it_is_narrowed_alike_on_the_page_and_in_files(
    harbour: Harbour, visit: Any, query: str, left: list[int]
) -> None:
    visitor = visit()
    ids = {harbour.replies[n].id for n in left}
    dues = json.loads(visitor.get(f"/ledger.json?{query}").data)["dues"]
    assert {due["reply"] for due in dues} == ids
    rows = list(
        csv.DictReader(io.StringIO(visitor.get(f"/ledger.csv?{query}").text.lstrip("\ufeff")))
    )
    assert {int(row["reply"]) for row in rows} == ids
    page = visitor.get(f"/ledger?{query}").get_data(as_text=True)
    assert {int(number) for number in re.findall(r'dir="auto">Proposal (\d+)</a>', page)} == set(
        left
    )


def test_the_json_has_the_fields_that_programs_rely_on(harbour: Harbour, visit: Any) -> None:
    dues = json.loads(visit().get("/ledger.json?essay=a-permit-is-a-promise").data)["dues"]
    late = next(due for due in dues if due["reply"] == harbour.replies[0].id)
    assert list(late) == ["body", "due_on", "neutral", "oppose", "overdue", "reply", "rule",
                          "set_aside", "status", "support", "version"]  # fmt: skip
    assert (late["body"], late["status"], late["overdue"]) == (
        "council-of-harrow-inlet",
        "received",
        True,
    )
    assert (late["support"], late["oppose"], late["version"]) == (3, 0, 1)


def test_the_days_are_a_calendar(harbour: Harbour, visit: Any) -> None:
    answer = visit().get("/ledger.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 4  # three not answered, one promise
    assert all(len(line.encode()) <= 75 for line in lines)
    assert any(line.startswith("DTSTART;VALUE=DATE:") for line in lines)


def test_answers_are_a_feed(harbour: Harbour, visit: Any) -> None:
    feed = visit().get("/ledger.atom").text
    assert feed.count("<entry") == 3
    assert "Council of Harrow Inlet: Done" in feed


def test_the_words_of_what_is_hidden_stay_out(
    app: Flask, harbour: Harbour, make: Make, visit: Any
) -> None:
    hidden = harbour.replies[2]
    make.decide("hide", hidden, make.user("Dee", role="moderator"))
    for path in ("/ledger", "/ledger.csv", "/ledger.ics", "/ledger.atom",
                 "/bodies/council-of-harrow-inlet", "/essays/a-permit-is-a-promise"):  # fmt: skip
        assert ">Proposal 2<" not in visit().get(path).text, path
        assert "Proposal 2 " not in visit().get(path).text.replace(",", " "), path
    assert "5 due in all" in text_of(visit(), "/ledger"), "it stays in the totals"


def test_a_body_is_shown_by_numbers_with_their_denominators(harbour: Harbour, visit: Any) -> None:
    page = text_of(visit(), "/bodies/council-of-harrow-inlet")
    assert "4 due in all" in page
    assert "2 answered, median 60 days" in page
    assert "Promises: 0 kept, 1 open, 0 late, of 1" in page
    assert "Conseil de Harrow Inlet" in text_of(visit(), "/bodies/council-of-harrow-inlet?lang=fr")
    assert "Ministry of Housing" in text_of(visit(), "/bodies")


def test_what_came_of_it_adds_up(app: Flask, harbour: Harbour, visit: Any) -> None:
    with app.test_request_context():
        essay = essay_by_slug("a-permit-is-a-promise")
        assert essay is not None
        outcome = outcome_of(essay)
        assert outcome is not None
        numbers = [(row.name, row.number, row.on, row.overdue) for row in outcome.flow]
        assert numbers == [
            ("proposed", 10, 5, 0),
            ("due", 5, 2, 1),
            ("answered", 2, 1, 0),
            ("accepted", 1, 1, 0),
            ("done", 1, 1, 0),
        ]
        sums = outcome.summary
        assert sums.dues == sums.answered + sums.to_come + sums.overdue
        assert outcome.total == sum(outcome.proposed.values())
        assert sums.dues == sum(each.dues for each in outcome.by_lever.values())
        assert sums.dues == sum(each.summary.dues for each in outcome.by_body)
    page = text_of(visit(), "/essays/a-permit-is-a-promise")
    assert "What came of this" in page
    assert "10 proposed" in page
    assert "5 did not meet the rule" in page
    assert "All 5 in the ledger" in page


def test_a_discussion_that_runs_says_nothing_of_it(app: Flask, make: Make, visit: Any) -> None:
    circle, essay = Circle(make), make.essay("Still open")
    circle.due(make.proposal(essay), circle.body())
    assert "What came of this" not in text_of(visit(), f"/essays/{essay.slug}")


def test_the_first_page_says_the_day_after_that_a_due_is_overdue(make: Make, visit: Any) -> None:
    circle = Circle(make)
    with standing_clock(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        essay = make.essay(state="closed")
        circle.due(make.proposal(essay), circle.body(), days=100)
        Clock.moment += timedelta(days=100)  # so that nothing else on the page changes each day
        assert "overdue" not in visit().get("/").get_data(as_text=True)
        Clock.moment += timedelta(days=1)
        assert "overdue" in visit().get("/").get_data(as_text=True)
