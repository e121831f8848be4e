"""Joining, coming in, going out, and sessions that end on the server."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.login import safe_next
from forum.accounts.models import SignIn, User
from forum.accounts.password_hashes import NOBODY, check_password, hasher
from forum.accounts.passwords import is_common
from forum.db import db
from tests.cast import Make
from tests.rows import number_of

ZED = {"name": "Zed Ali", "email": "zed@example.org", "password": "tulip orbit 42"}


def test_zed_joins_goes_out_and_comes_in(app: Flask, visit: Any) -> None:
    zed = visit()
    assert zed.post("/sign-up", {**ZED, "next": "/proposals"}).location == "/proposals"
    assert "Zed Ali" in zed.get("/account").get_data(as_text=True)
    assert zed.post("/sign-out").status_code == 303
    assert zed.get("/account").status_code == 302
    zed.token = ""
    answer = zed.post("/sign-in", {"email": "ZED@example.org ", "password": ZED["password"]})
    assert answer.status_code == 303
    with app.app_context():
        user = db.session.scalars(select(User)).one()
    assert user.role == "reader"
    assert user.password_hash
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": "Zed\u202eAli"}, "name"),
        ({"name": "Z\u0435d"}, "name"),
        ({"name": "De\u200be"}, "name"),
        ({"email": "zed"}, "email"),
        ({"email": "zed@"}, "email"),
        ({"email": "z\x00d@example.org"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password1"}, "password"),
        ({"password": "12345678"}, "password"),
        ({"password": "x" * 257}, "password"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_the_field(
    app: Flask, visit: Any, change: dict[str, str], named: str
) -> None:
    answer = visit().post("/sign-up", {**ZED, **change})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'id="{named}-error"' in page
    assert ZED["password"] not in page
    assert number_of(app, User) == 0


def test_one_account_an_address(app: Flask, visit: Any) -> None:
    visit().post("/sign-up", ZED)
    answer = visit().post("/sign-up", {**ZED, "email": "Zed@Example.org", "name": "Other"})
    assert answer.status_code == 422
    assert number_of(app, User) == 1


@pytest.mark.parametrize("name", ["Dee", "DEE", "D\u00e9\u00e9", "dee"])
def test_nobody_takes_a_moderators_name(make: Make, visit: Any, name: str) -> None:
    make.user("Dee", role="moderator")
    assert visit().post("/sign-up", {**ZED, "name": name}).status_code == 422


@pytest.mark.parametrize(
    ("email", "password"), [("nobody@example.org", "x"), ("cam@example.org", "wrong"), ("", "")]
)
def test_a_failed_sign_in_says_the_same_whoever_it_is(
    make: Make, visit: Any, email: str, password: str
) -> None:
    make.user("Cam")
    answer = visit().post("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 422


def test_signing_out_ends_the_session_on_the_server(app: Flask, make: Make, visit: Any) -> None:
    cam = visit(make.user("Cam"))
    cookie = cam.client.get_cookie("session")
    assert number_of(app, SignIn) == 1
    cam.post("/sign-out")
    assert number_of(app, SignIn) == 0
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 302


def test_signing_in_begins_a_new_session(make: Make, visit: Any) -> None:
    cam = make.user("Cam")
    visitor = visit()
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("session")
    visitor.post("/sign-in", {"email": cam.email, "password": make.PASSWORD})
    assert visitor.client.get_cookie("session").value != before.value


def test_a_pseudonym_cannot_sign_in() -> None:
    assert not check_password(None, "")
    assert not check_password("not a hash", "x")


def test_where_there_is_no_account_a_password_is_as_hard_to_check() -> None:
    assert not hasher.check_needs_rehash(NOBODY)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/a\nb",
        "/a\\b",
        "",
        "///evil.example",
        "http://[::1",
    ],
)
def test_going_on_never_leaves_the_site(target: str) -> None:
    assert safe_next(target) == "/"


def test_going_on_keeps_a_page_and_its_filter() -> None:
    assert safe_next("/essays/a?lever=policy&q=x") == "/essays/a?lever=policy&q=x"


@pytest.mark.parametrize(
    "password", ["password", "Passw0rd!", "azertyuiop", "aaaaaaaa", "abcdefgh1"]
)
def test_the_first_guesses_are_refused(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["tulip orbit 42", "correct horse battery", "Zx8!kkq2Lm"])
def test_other_passwords_are_taken(password: str) -> None:
    assert not is_common(password)


def test_an_account_can_change_its_name(make: Make, visit: Any) -> None:
    cam = visit(make.user("Cam"))
    assert cam.post("/account", {"name": "Cam Roy"}).status_code == 303
    assert "Cam Roy" in cam.get("/account").get_data(as_text=True)
    assert cam.post("/account", {"name": "\u200b"}).status_code == 422


def test_the_command_line_says_who_can_sign_in(runner: Any, make: Make) -> None:
    ada, ben = make.user("Ada", role="admin"), make.user("Ben")
    lines = runner.invoke(args=["user", "list"]).output.splitlines()
    assert lines == [f"{p.id}\t{p.role}\t{p.email}\t{p.name}" for p in (ada, ben)]
    only = runner.invoke(args=["user", "list", "--role", "admin"]).output
    assert only == lines[0] + "\n"


def test_people_are_added_and_given_roles_from_the_command_line(runner: Any, visit: Any) -> None:
    added = runner.invoke(
        args=["user", "add", "dee@example.org", "--name", "Dee", "--password-stdin"],
        input="tulip orbit 42\n",
    )
    assert added.exit_code == 0, added.output
    twice = runner.invoke(
        args=["user", "add", "DEE@example.org", "--name", "Dee", "--password-stdin"], input="x\n"
    )
    assert twice.exit_code == 1
    assert runner.invoke(args=["user", "role", "dee@example.org", "moderator"]).exit_code == 0
    assert runner.invoke(args=["user", "role", "no@example.org", "moderator"]).exit_code == 1
    assert runner.invoke(args=["user", "role", "dee@example.org", "king"]).exit_code == 2
    dee = visit()
    dee.post("/sign-in", {"email": "dee@example.org", "password": "tulip orbit 42"})
    assert dee.get("/moderation").status_code == 200
    assert runner.invoke(args=["user", "role", "dee@example.org", "reader"]).exit_code == 0
    assert dee.get("/account").location.startswith("/sign-in"), "a new role ends every sign-in"
