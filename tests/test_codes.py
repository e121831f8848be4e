"""Confirmed addresses: six digits, in the browser that asked, for ten minutes, five tries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.codes import AddressCode
from forum.accounts.contacts import Contact, keep_contact
from forum.accounts.models import User, user_by_email
from forum.db import db, now
from tests import letterbox
from tests.cast import Make

JOIN = {"name": "Ben", "email": "ben@example.org", "password": "marble kite 77"}


def digits(app: Flask) -> list[str]:
    """Let the worker send letters; return the codes in them, the first sent first."""
    letterbox.sent(app)
    found = [
        re.search(r"^\d{6}$", letterbox.text(each), re.MULTILINE) for each in letterbox.kept(app)
    ]
    return [each[0] for each in found if each]


def is_confirmed(app: Flask, email: str = "ben@example.org") -> bool:
    with app.app_context():
        user = user_by_email(email)
        contact = db.session.get(Contact, user.id) if user else None
        return contact is not None and contact.confirmed_at is not None


@pytest.fixture
def ben(app: Flask, visit: Any) -> Any:
    """The browser in which Ben has just made an account."""
    browser = visit()
    assert browser.post("/sign-up", JOIN).status_code == 303
    browser.get("/account")
    return browser


def test_joining_sends_a_code_and_the_code_confirms(app: Flask, ben: Any) -> None:
    assert not is_confirmed(app)
    assert "Would you confirm your email address?" in ben.get("/").get_data(as_text=True)
    (code,) = digits(app)
    assert ben.post("/code", {"code": f" {code[:3]} {code[3:]} "}).status_code == 303
    assert is_confirmed(app)
    assert "Would you confirm" not in ben.get("/").get_data(as_text=True)
    assert ben.post("/code", {"code": code}).status_code == 422, "it works once"


def test_it_works_in_no_other_browser(app: Flask, ben: Any, visit: Any) -> None:
    (code,) = digits(app)
    with app.app_context():
        other = visit(user_by_email("ben@example.org"))
    assert other.post("/code", {"code": code}).status_code == 422
    assert not is_confirmed(app)


def test_it_works_for_ten_minutes(app: Flask, ben: Any) -> None:
    (code,) = digits(app)
    with app.app_context():
        db.session.execute(update(AddressCode).values(made_at=now() - timedelta(minutes=10)))
        db.session.commit()
    assert ben.post("/code", {"code": code}).status_code == 422
    assert not is_confirmed(app)


def test_it_may_be_wrong_five_times(app: Flask, ben: Any) -> None:
    (code,) = digits(app)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for left in ("4 more times", "3 more times", "2 more times", "1 more time", "Ask for another"):
        answer = ben.post("/code", {"code": wrong})
        assert answer.status_code == 422
        assert left in answer.get_data(as_text=True)
    assert ben.post("/code", {"code": code}).status_code == 422
    assert not is_confirmed(app)


def test_an_address_gets_three_an_hour_and_only_the_last_works(app: Flask, ben: Any) -> None:
    for _time in range(4):
        ben.post("/code/send", {})
    codes = digits(app)
    assert len(codes) == 3
    assert ben.post("/code", {"code": codes[0]}).status_code == 422 or codes[0] == codes[2]
    assert ben.post("/code", {"code": codes[2]}).status_code == 303


def test_the_code_stands_in_no_table(app: Flask, ben: Any) -> None:
    (code,) = digits(app)
    with app.app_context(), db.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for name in ("letters", "address_codes", "contacts", "users")
            for row in connection.execute(select(db.metadata.tables[name]))
        ]
    assert rows
    assert not [row for row in rows if code in row]


def test_another_address_is_taken_once_its_code_is_typed(
    app: Flask, make: Make, visit: Any
) -> None:
    cam = make.user("Cam")
    browser = visit(cam)
    new = {"email": "New@example.org", "password": "wrong wrong"}
    assert browser.post("/account/address", new).status_code == 422
    new["password"] = Make.PASSWORD
    assert browser.post("/account/address", new).status_code == 303
    (code,) = digits(app)
    with app.app_context():
        assert db.session.get_one(User, cam.id).email == cam.email
    assert browser.post("/code", {"code": code}).status_code == 303
    assert is_confirmed(app, "new@example.org")
    letterbox.sent(app)
    (told,) = letterbox.kept(app)
    assert told["To"] == cam.email
    assert "was changed" in told["Subject"]


def test_an_address_that_another_has_gets_no_code_and_the_page_tells_nothing(
    app: Flask, make: Make, visit: Any
) -> None:
    cam, dee = make.user("Cam"), make.user("Dee")
    browser = visit(cam)
    for email in (dee.email, "nobody@example.org"):
        answer = browser.post("/account/address", {"email": email, "password": Make.PASSWORD})
        assert answer.status_code == 303
    assert len(digits(app)) == 1, "the one to nobody"
    with app.app_context():
        assert db.session.get_one(User, cam.id).email == cam.email


def test_people_of_before_are_asked_once_and_may_say_no(app: Flask, make: Make, visit: Any) -> None:
    cam = make.user("Cam")
    with app.app_context():
        keep_contact(cam.id)
        db.session.commit()
    browser = visit(cam)
    assert "Would you confirm" in browser.get("/").get_data(as_text=True)
    assert browser.post("/code/later", {"next": "/proposals"}).headers["Location"] == "/proposals"
    assert "Would you confirm" not in browser.get("/").get_data(as_text=True)
    assert "not confirmed" in browser.get("/account").get_data(as_text=True)


def test_whom_the_command_line_adds_counts_as_confirmed(app: Flask, runner: Any) -> None:
    words = ["user", "add", "fay@example.org", "--name", "Fay", "--password-stdin"]
    assert runner.invoke(args=words, input="marble kite 77\n").exit_code == 0
    assert is_confirmed(app, "fay@example.org")


def test_everything_works_without(app: Flask, make: Make, ben: Any) -> None:
    proposal = make.proposal(make.essay())
    assert ben.post(f"/replies/{proposal.id}/vote", {"value": "support"}).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count(Contact.user_id))) == 1
