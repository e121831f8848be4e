"""What waits for a body's answer: by its day, page by page, however much it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from forum.answers.desk import SOON, desk_of
from forum.answers.standings import DueState, standings
from forum.bodies.models import Seat
from forum.db import db
from forum.deals.models import Due
from forum.web import dates
from tests.cast import Make
from tests.circle import Circle

DAYS = (30, -3, 14, 15, -9, 0, 5)
"""Days left of what waits, in the order in which it came due."""
IN_ORDER = [4, 1, 9, 5, 6, 2, 3, 0, 7]
"""The same by group and day; the eighth stands still, the tenth was only asked."""


class Desk:
    """A council that owes nine answers, and gave one with promises."""

    def __init__(self, make: Make) -> None:
        self.circle, self.essay = Circle(make), make.essay()
        self.body, self.ines = self.circle.body(), make.user("Ines")
        self.seat = self.circle.seat(self.body, self.ines)
        self.replies = [make.proposal(self.essay, title=f"Number {n}") for n in range(10)]
        self.dues = [
            self.circle.due(reply, self.body, days=day)
            for reply, day in zip(self.replies, [*DAYS, 40, 2], strict=False)
        ]
        self.dues.append(self.circle.due(self.replies[9], self.body, days=-99, agreed=False))
        promises = (("Later", 9), ("Late", -2), ("Soon", 3))
        self.circle.answer(self.replies[8], self.body, self.ines, promises=promises)
        with make.app.test_request_context():
            db.session.get_one(Due, self.dues[7].id).still_since = dates.today()
            db.session.commit()


@pytest.fixture
def desk(app: Flask, make: Make) -> Desk:
    """The council."""
    return Desk(make)


def titles(page: str) -> list[int]:
    """Return the numbers of the proposals that a page lists, in order."""
    return [int(number) for number in re.findall(r">Number (\d+)</a></h3>", page)]


def test_what_waits_stands_by_its_group_and_day(app: Flask, desk: Desk) -> None:
    with app.test_request_context():
        shown = desk_of(db.session.get_one(Seat, desk.seat.id))
        assert [(group.name, group.number) for group in shown.groups] == [
            ("overdue", 2),
            ("soon", 4),
            ("later", 3),
        ]
        for group in shown.groups:
            for row in group.rows:
                is_soon = row.state is DueState.WAITING and row.days_left <= SOON.days
                said = "overdue" if row.is_overdue else "soon" if is_soon else "later"
                assert said == group.name
        waiting = [row.due.id for row in shown.waiting]
        states = {row.due.id: row.state for row in standings(Due.body_id == desk.body.id)}
        assert set(waiting) == {n for n, state in states.items() if state != DueState.ANSWERED}
        assert [each.promise.what for _row, each in shown.to_keep] == ["Late", "Soon", "Later"]
        assert shown.promises == 3


def test_much_is_read_page_by_page(desk: Desk, visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.answers.desk.PAGE", 4)
    visitor, found, path = visit(desk.ines), [], "/answering"
    for _page in range(3):
        page = visitor.get(path).text
        found += titles(page)
        path = (re.findall(r'rel="next" href="([^"]+)"', page) or [""])[0].replace("&amp;", "&")
    assert found == IN_ORDER
    assert path == ""
    first = visitor.get("/answering").text
    assert "1–4 of 9" in first
    assert "9–9 of 9" in visitor.get("/answering?page=77").text
    assert "1–4 of 9" in visitor.get("/answering?page=" + "9" * 40).text
    assert "1–4 of 9" in visitor.get("/answering?page=0&reply=-5").text


def test_what_is_answered_in_place_is_on_its_own_page(
    desk: Desk, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.answers.desk.PAGE", 4)
    visitor, last = visit(desk.ines), desk.replies[7]
    page = visitor.get(f"/answering?reply={last.id}").text
    assert "What do you do with it?" in page
    assert 7 in titles(page)
    assert "page=2#" in page or "page=3#" in page, "closing it stays on the page"
    answered = visitor.get(f"/answering?reply={desk.replies[8].id}").text
    assert "What do you do with it?" not in answered
    assert "What do you do with it?" not in visitor.get(f"/answering?reply={2**62}").text


def test_of_many_promises_the_first_days_are_named(
    desk: Desk, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "the others follow"
    assert words not in visit(desk.ines).get("/answering").text
    monkeypatch.setattr("forum.answers.desk.PAGE", 2)
    page = visit(desk.ines).get("/answering").text
    assert words in page
    assert "Promises to keep: 3" in re.sub(r"\s+", " ", page)
