"""Sign-ins: where one is signed in, for how long, how one came in, and what strangers learn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import SignIn
from forum.accounts.passwords import COMMONEST, commonest, is_common
from forum.accounts.sign_ins import SignInRecord, browser_of
from forum.db import db, now
from forum.privacy.aftermath import forget_all
from tests import letterbox
from tests.cast import Make
from tests.hearing import heard

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "marble kite 77"


def let_pass(app: Flask, name: str, days: int) -> None:
    """Move a moment of every sign-in into the past."""
    with app.app_context():
        db.session.execute(update(SignIn).values({name: now() - timedelta(days=days)}))
        db.session.commit()


@pytest.mark.parametrize(("name", "days"), [("seen_at", 30), ("created_at", 90)])
def test_a_browser_is_signed_out_after_30_days_idle_and_90_in_all(
    app: Flask, make: Make, visit: Any, name: str, days: int
) -> None:
    cam = visit(make.user("Cam"))
    let_pass(app, name, days - 1)
    assert cam.is_in
    let_pass(app, name, days)
    assert not cam.is_in
    with app.app_context():
        assert forget_all()
        assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_that_it_is_used_is_noted_once_a_day(app: Flask, make: Make, visit: Any) -> None:
    cam = visit(make.user("Cam"))
    let_pass(app, "seen_at", 29)
    assert cam.is_in
    let_pass(app, "created_at", 80)
    assert cam.is_in
    with app.app_context():
        seen = db.session.scalars(select(SignIn.seen_at)).one()
        assert now() - seen < timedelta(minutes=1)


def test_one_sees_where_one_is_signed_in_and_ends_it(make: Make, visit: Any) -> None:
    user = make.user("Cam")
    words = {"email": user.email, "password": Make.PASSWORD}
    other, third, here = visit(), visit(user), visit(user)
    other.post("/sign-in", words, headers={"User-Agent": FIREFOX})
    page = here.get("/account/sign-ins").get_data(as_text=True)
    assert "Firefox, Linux" in page
    assert "this browser" in page
    named = [part.split('"')[0] for part in page.split('name="sign_in" value="')[1:]]
    assert len(named) == 2
    assert here.post("/account/sign-ins/end", {"sign_in": named[0]}).status_code == 303
    assert sorted((other.is_in, third.is_in)) == [False, True]
    assert here.post("/account/sign-ins/end").status_code == 303
    assert (other.is_in, third.is_in, here.is_in) == (False, False, True)


def test_nobody_ends_the_sign_in_of_another(make: Make, visit: Any, app: Flask) -> None:
    cam, dee = visit(make.user("Cam")), visit(make.user("Dee"))
    with app.app_context():
        keys = db.session.scalars(select(SignIn.key_hash)).all()
    for key in keys:
        dee.post("/account/sign-ins/end", {"sign_in": key})
    assert cam.is_in


def test_wrong_passwords_stand_in_ones_own_log(make: Make, visit: Any) -> None:
    user = make.user("Cam")
    visit().post("/sign-in", {"email": user.email, "password": "wrong wrong"})
    page = visit(user).get("/account/sign-ins").get_data(as_text=True)
    assert "wrong password: refused" in page
    assert "with the password" in page
    other = visit(make.user("Dee")).get("/account/sign-ins").get_data(as_text=True)
    assert "refused" not in other


def test_the_password_is_changed_while_signed_in_and_the_address_is_told(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam")
    here, other = visit(user), visit(user)
    wrong = {"password": "wrong wrong", "new_password": NEW}
    assert here.post("/account/password", wrong).status_code == 422
    right = {"password": Make.PASSWORD, "new_password": NEW}
    assert here.post("/account/password", right).status_code == 303
    assert (here.is_in, other.is_in) == (True, False)
    words = {"email": user.email, "password": NEW}
    assert visit().post("/sign-in", words).status_code == 303
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert (letter["To"], letter["Subject"]) == (user.email, "Your password was changed")


@pytest.fixture
def asked(app: Flask) -> Any:
    """Return what a form asks of the database: the verb of each statement, in order."""
    sent: list[str] = []

    def asked_by(send: Callable[[], Any]) -> list[str]:
        sent.clear()
        send()
        return [statement.split()[0] for statement in sent]

    with app.app_context():
        engine = db.engine
    with heard(engine, lambda statement, _given: sent.append(statement)):
        yield asked_by


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/sign-in", {"password": "wrong wrong"}),
        ("/code/send", {}),
        ("/reset", {}),
        ("/sign-up", {"name": "Zed", "password": NEW}),
    ],
)
def test_a_known_address_gets_the_same_answer_by_the_same_work(
    app: Flask, make: Make, visit: Any, asked: Any, path: str, words: dict[str, str]
) -> None:
    """As many statements of the same kinds, and one hash; so it takes as long."""
    app.config["CONFIRM"] = True
    known = make.user("Cam", ground="code").email
    found = []
    for email in (known, "nobody@example.org"):
        visitor = visit()
        visitor.get("/sign-in")
        answers: list[Any] = []
        work = asked(lambda: answers.append(visitor.post(path, {**words, "email": email})))  # noqa: B023
        found.append((work, answers[0].status_code, answers[0].headers.get("Location")))
    app.config["CONFIRM"] = False
    assert found[0] == found[1]


def test_records_are_kept_90_days_and_those_of_nobody_one(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam")
    visit(user)
    visit().post("/sign-in", {"email": "nobody@example.org", "password": "wrong wrong"})
    with app.app_context():
        for days, left in ((2, 1), (91, 0)):
            moment = now() - timedelta(days=days)
            db.session.execute(update(SignInRecord).values(at=moment))
            db.session.commit()
            assert forget_all()
            assert db.session.scalar(select(func.count()).select_from(SignInRecord)) == left


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/17 Safari/604.1", "Safari, iPhone"),
        ("<script>", ""),
    ],
)
def test_a_browser_is_named(agent: str, words: str) -> None:
    assert browser_of(agent) == words


@pytest.mark.any_database
def test_the_10_000_commonest_passwords_are_refused() -> None:
    assert len(commonest()) == COMMONEST
    assert all(len(each) >= 8 for each in commonest())
    assert all(is_common(each) for each in commonest())
    assert is_common("Sunshine")
    assert not is_common(NEW)
