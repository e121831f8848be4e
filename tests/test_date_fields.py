"""Days and times that are typed: the ends of the calendar are refused with a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.web.date_fields import ClockTime, Day
from forum.web.forms import Form
from tests.cast import Make

SOURCES = Path(__file__).resolve().parent.parent / "forum"
ENDS = ("0001-01-01", "0999-12-31", "9990-01-01", "9999-12-31")
TOO_FAR = "too far in the"


class Example(Form):
    """A form with both fields."""

    day = Day("Day")
    at = ClockTime("At")


@pytest.mark.parametrize("typed", ENDS)
def test_the_ends_of_the_calendar_are_refused_and_held_by_no_field(app: Flask, typed: str) -> None:
    sent = {"day": typed, "at": f"{typed}T23:59"}
    with app.test_request_context(method="POST", data=sent):
        form = Example()
        form.validate()
        for field in (form.day, form.at):
            assert TOO_FAR in " ".join(field.errors)
            assert field.data is None


@pytest.mark.parametrize("typed", ["1859-11-24", "2027-02-28", "9989-12-31"])
def test_days_between_are_taken(app: Flask, typed: str) -> None:
    with app.test_request_context(method="POST", data={"day": typed}):
        form = Example()
        assert form.day.data is not None
        assert form.day.data.isoformat() == typed


def test_a_field_that_is_left_empty_is_empty(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    sent = {"title": "A", "body": "B", "prompt": "C", "language": "en"}
    empty = dict.fromkeys(("first_published", "closes_on", "opens_at"), "")
    assert fay.post("/essays/new", {**sent, **empty}).status_code == 303


def test_no_form_takes_a_day_by_another_field() -> None:
    for path in SOURCES.rglob("*.py"):
        if path.name != "date_fields.py":
            found = re.search(r"\b(DateField|DateTime(Local)?Field|TimeField)\b", path.read_text())
            assert found is None, f"{path} names {found}: use Day or ClockTime."


@pytest.mark.parametrize("day", ENDS)
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/essays/new", ["first_published"]),
        ("/essays/new", ["closes_on"]),
        ("/essays/new", ["opens_at"]),
        ("/essays/{essay}/rooms", ["begins_at"]),
        ("/essays/{essay}/rooms", ["ends_at"]),
        ("/essays/{essay}/rooms", ["begins_at", "ends_at"]),
        ("/bodies/{body}/seats", ["from_day"]),
        ("/bodies/{body}/seats", ["to_day"]),
        ("/replies/{reply}/said-aloud", ["said_on"]),
    ],
)
def test_each_form_says_so(make: Make, visit: Any, path: str, names: list[str], day: str) -> None:
    fay, essay = make.user("Fay", role="facilitator"), make.essay()
    proposal, body = make.proposal(essay, make.user("Ben")), make.body("Office")
    sent = {name: f"{day}T10:00" if name.endswith("_at") else day for name in names}
    where = path.format(essay=essay.slug, reply=proposal.id, body=body.slug)
    answer = visit(fay).post(where, sent)
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count(TOO_FAR) >= len(names)
