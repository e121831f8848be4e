"""How much waits for an answer stands in the masthead of those who hold a seat."""

from __future__ import annotations

from typing import Any

from tests.cast import Make
from tests.circle import Circle


def masthead(page: str) -> str:
    return " ".join(page.partition("<header")[2].partition("</header>")[0].split())


def test_it_counts_what_is_owed_and_not_what_was_answered(make: Make, visit: Any) -> None:
    circle, clerk = Circle(make), make.user("Ines")
    body, other, essay = circle.body("Council"), circle.body("Ministry"), make.essay()
    circle.seat(body, clerk)
    first, second, third, theirs = (make.proposal(essay) for _ in range(4))
    for reply, days in ((first, -3), (second, 5), (third, 9)):
        circle.due(reply, body, days)
    circle.due(theirs, other)
    circle.answer(first, body, clerk, "received")
    circle.answer(second, body, clerk)
    shown = masthead(visit(clerk).get("/").get_data(as_text=True))
    assert 'To answer <b class="count">2</b>' in shown


def test_a_seat_that_ended_shows_nothing(make: Make, visit: Any) -> None:
    circle, clerk = Circle(make), make.user("Ines")
    circle.seat(circle.body(), clerk, last=-1)
    assert "To answer" not in masthead(visit(clerk).get("/").get_data(as_text=True))


def test_it_costs_one_query_those_who_hold_a_seat_and_others_none(
    make: Make, visit: Any, statements: Any
) -> None:
    circle, clerk, cam = Circle(make), make.user("Ines"), make.user("Cam")
    for number in range(2):
        circle.seat(circle.body(f"Office {number}"), clerk)
    theirs, others = statements(visit(clerk), "/levers"), statements(visit(cam), "/levers")
    assert len(theirs) == len(others) + 1
    assert not [each for each in others if "FROM dues" in each or "FROM seats" in each]
