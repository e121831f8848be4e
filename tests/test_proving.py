"""Proving that it is the owner who asks: one rule for all that opens, takes along or ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import User
from forum.accounts.second_factors import STEP, renew_recovery_codes
from forum.accounts.sign_ins import SignInRecord
from forum.db import db
from tests import letterbox
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.test_codes import digits
from tests.test_second_factors import app_of

DEEDS = {
    "/account/address": {"email": "new@example.org"},
    "/account/password": {"new_password": "marble kite 77"},
    "/account/second-factor/codes": {},
    "/account/second-factor/end": {},
    "/account/everything": {},
    "/account/leave": {"texts": "stay"},
}
"""What takes a proof of everyone, with what else its form asks."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """A clock that stands, so that digits change when a test says so."""
    with standing_clock():
        yield


def without_password(app: Flask, user: User) -> None:
    """Take a person's password away: they came by a code."""
    with app.app_context():
        db.session.get_one(User, user.id).password_hash = None
        db.session.commit()


def records(app: Flask, user: User) -> list[str]:
    """Return the kinds of lines in a person's own log."""
    with app.app_context():
        kinds = select(SignInRecord.how).where(SignInRecord.user_id == user.id)
        return list(db.session.scalars(kinds.order_by(SignInRecord.id)))


@pytest.mark.parametrize("deed", DEEDS)
def test_with_a_second_factor_each_takes_the_password_and_a_code(
    app: Flask, make: Make, visit: Any, deed: str
) -> None:
    cam = make.secured(make.user("Cam", ground="code"))
    Clock.moment += timedelta(seconds=STEP)
    browser, words = visit(cam), DEEDS[deed]
    right = {"password": Make.PASSWORD, "second_code": app_of(app, cam)}
    for wrong in ({"password": "wrong"}, {"second_code": "000000"}, {"second_code": ""}):
        assert browser.post(deed, {**words, **right, **wrong}).status_code == 422, wrong
    assert records(app, cam)[-2:] == ["wrong", "second"]
    assert browser.post(deed, {**words, **right}).status_code in {200, 303}


@pytest.mark.parametrize("deed", ["/account/address", "/account/everything", "/account/leave"])
def test_without_a_password_each_takes_a_code_sent_to_the_address(
    app: Flask, make: Make, visit: Any, deed: str
) -> None:
    cam = make.user("Cam", ground="code")
    without_password(app, cam)
    browser, words = visit(cam), DEEDS[deed]
    assert "You have no password." in browser.get(deed).get_data(as_text=True)
    assert browser.post(deed, {**words, "sent_code": "000000"}).status_code == 422
    back = browser.post("/code/send", {"back": deed})
    assert back.headers["Location"] == deed
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    said = letterbox.text(letter)
    assert "show on that page that it is you" in said.replace("\n", " ")
    assert "/code?digits" not in said
    code = next(line for line in said.splitlines() if line.isdigit())
    assert browser.post(deed, {**words, "sent_code": code}).status_code in {200, 303}


def test_a_code_to_a_new_address_proves_nothing(app: Flask, make: Make, visit: Any) -> None:
    cam = make.user("Cam", ground="code")
    browser = visit(cam)
    new = {"email": "new@example.org", "password": Make.PASSWORD}
    assert browser.post("/account/address", new).status_code == 303
    without_password(app, cam)
    leaving = {"texts": "stay", "sent_code": digits(app)[-1]}
    assert browser.post("/account/leave", leaving).status_code == 422
    with app.app_context():
        assert db.session.get_one(User, cam.id).email == cam.email


def test_a_recovery_code_proves_it_once_and_the_address_is_told(
    app: Flask, make: Make, visit: Any
) -> None:
    cam = make.user("Cam", ground="code")
    browser = visit(cam)
    make.secured(cam)
    with app.test_request_context():
        code, *_rest = renew_recovery_codes(db.session.get_one(User, cam.id))
        db.session.commit()
    sent = {"password": Make.PASSWORD, "second_code": code}
    assert browser.post("/account/everything", sent).status_code == 200
    assert browser.post("/account/everything", sent).status_code == 422
    letterbox.sent(app)
    assert [str(each["Subject"]) for each in letterbox.kept(app)] == ["A recovery code was used"]
