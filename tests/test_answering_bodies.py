"""Bodies that answer, and who holds their seats from which day to which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from forum.bodies.models import Body, Seat, SlugTaken, add_body, appoint, seat_held, seats_of
from forum.db import db
from tests.cast import Make

DAY = date(2026, 11, 28)


def test_a_body_is_called_by_the_name_it_has_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        body = add_body({"en": "Ministry of Housing", "fr": "Ministère de l’Habitation"})
        assert (body.slug, body.name) == ("ministry-of-housing", "Ministère de l’Habitation")
        assert add_body({"en": "City Manager"}).name == "City Manager"


def test_two_bodies_cannot_have_one_address(app: Flask) -> None:
    with app.app_context():
        add_body({"en": "City Manager"})
        with pytest.raises(SlugTaken):
            add_body({"en": "City manager"})


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_seat_is_held_from_its_first_day_to_its_last(
    app: Flask, make: Make, days: int, holds: bool
) -> None:
    gwen, cam = make.user("Gwen"), make.user("Cam")
    with app.app_context():
        body, other = add_body({"en": "City Manager"}), add_body({"en": "Council"})
        appoint(body, gwen, DAY, DAY + timedelta(days=30))
        day = DAY + timedelta(days=days)
        assert (seat_held(gwen, body, day) is not None) is holds
        assert not seat_held(cam, body, day)
        assert not seat_held(gwen, other, day)
        assert [seat.body_id for seat in seats_of(gwen, day)] == [body.id] * holds


def test_bodies_and_seats_are_added_from_the_command_line(
    app: Flask, make: Make, runner: FlaskCliRunner
) -> None:
    gwen = make.user("Gwen")
    said = runner.invoke(
        args=["body", "add", "City Manager", "--french", "Direction générale", "--kind", "office"]
    )
    assert said.output == "City Manager is added as city-manager.\n"
    assert "already" in runner.invoke(args=["body", "add", "City Manager"]).output
    days = ["--from", "2026-11-28", "--to", "2027-06-30"]
    for _time in range(2):  # the same seat twice is one
        said = runner.invoke(args=["body", "seat", "city-manager", str(gwen.email), *days])
        assert said.output.endswith("answers for City Manager from 2026-11-28 to 2027-06-30.\n")
    with app.app_context():
        seat = db.session.scalars(select(Seat)).one()
        assert (seat.user_id, seat.from_day, seat.to_day) == (gwen.id, DAY, date(2027, 6, 30))
        assert db.session.scalars(select(Body)).one().names["fr"] == "Direction générale"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["body", "seat", "nobody", "gwen@example.org"], "There is no body nobody."),
        (["body", "seat", "council", "who@example.org"], "There is no account"),
        (["body", "add", "Council", "--slug", "Cou/ncil"], "Use only lower-case letters"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    app: Flask, runner: FlaskCliRunner, arguments: list[str], why: Any
) -> None:
    with app.app_context():
        add_body({"en": "Council"})
        db.session.commit()
    said = runner.invoke(args=arguments)
    assert said.exit_code != 0
    assert why in said.output
