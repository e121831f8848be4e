"""A forgotten password: a letter, a link that works once, and nothing told to strangers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from forum.accounts.models import FOR_GOOD, SignIn, User
from forum.accounts.resetting import token_for
from forum.db import db, now
from forum.web.logs import shown_path
from tests import letterbox
from tests.cast import Make
from tests.conftest import Lines
from tests.hearing import heard

NEW = "marble kite 77"
KEPT_OUT = {"X-Request-Id", "Date", "Set-Cookie"}


@pytest.fixture(autouse=True)
def no_letters(app: Flask) -> Iterator[None]:
    """Letters of no other stories."""
    letterbox.kept(app)
    yield
    letterbox.kept(app)


def asked(app: Flask, visit: Any, email: str, **more: Any) -> str:
    """Ask for a new password, let the worker work, and return the link of the letter."""
    assert visit().post("/reset", {"email": email}, **more).status_code == 303
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert letter["To"] == email
    return letterbox.link(letter)


def sign_ins(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_ben_chooses_a_new_password(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    at_work, cam = visit(ben), visit(make.user("Cam"))
    link = asked(app, visit, ben.email or "")
    at_home = visit()
    page = at_home.get(link)
    assert page.status_code == 200
    assert 'autocomplete="new-password"' in page.get_data(as_text=True)
    answer = at_home.post(link, {"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Your password has been changed." in at_home.get("/sign-in").get_data(as_text=True)
    assert at_work.get("/account").status_code == 302, "his other sign-ins are ended"
    assert at_home.get("/account").status_code == 302, "the link signs nobody in"
    assert cam.get("/account").status_code == 200, "and nobody else's"
    at_home.token = ""
    old = {"email": ben.email, "password": make.PASSWORD}
    assert at_home.post("/sign-in", old).status_code == 422
    assert at_home.post("/sign-in", {**old, "password": NEW}).status_code == 303


def test_the_first_step_fits_whoever_takes_it(make: Make, visit: Any) -> None:
    stranger = visit().get("/reset").get_data(as_text=True)
    assert "<h1>Forgot your password?</h1>" in stranger
    assert "Back to sign in" in stranger
    ben = visit(make.user("Ben")).get("/reset").get_data(as_text=True)
    assert "<h1>Change your password</h1>" in ben
    assert "Back to sign in" not in ben


def test_ben_is_told_that_his_password_was_changed(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    visit().post(asked(app, visit, ben.email or ""), {"password": NEW})
    (row,) = letterbox.waiting(app)
    assert (row.kind, row.address) == ("password_changed", ben.email)
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert letter["Subject"] == "Your password was changed"
    said = letterbox.text(letter)
    assert f"{now():%Y}" in said
    assert "http://127.0.0.1:8000/reset\n" in said
    assert not letterbox.waiting(app)


@pytest.mark.parametrize("contact", ["", "mailto:safe@example.org"])
def test_the_news_names_whom_to_tell(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", contact)
    visit().post(asked(app, visit, make.user("Ben").email or ""), {"password": NEW})
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert ("safe@example.org" in letterbox.text(letter)) is bool(contact)
    assert ('href="mailto:safe@example.org"' in letterbox.text(letter, "html")) is bool(contact)


def test_a_letter_speaks_the_language_of_who_asked(app: Flask, make: Make, visit: Any) -> None:
    ben, visitor = make.user("Ben"), visit()
    visitor.get("/reset?lang=fr")
    assert visitor.post("/reset", {"email": ben.email}).status_code == 303
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert letter["Content-Language"] == "fr"
    assert letter["Subject"] == "Choisir un nouveau mot de passe"
    assert "Le lien fonctionne une seule fois" in letterbox.text(letter)
    assert '<html lang="fr" dir="ltr">' in letterbox.text(letter, "html")


# Nothing is told


def told(app: Flask, visit: Any, email: str) -> tuple[Any, list[str]]:
    """Return all that an answer says, and what the database was asked meanwhile."""
    asked_for: list[str] = []

    visitor = visit()
    visitor.get("/reset")
    with app.app_context():
        engine = db.engine
    with heard(engine, lambda statement, _given: asked_for.append(statement)):
        answer = visitor.post("/reset", {"email": email})
    headers = {name: value for name, value in answer.headers if name not in KEPT_OUT}
    page = visitor.get(answer.location).get_data(as_text=True)
    return (answer.status_code, headers, answer.get_data(as_text=True), page), asked_for


def test_whoever_asks_hears_the_same(app: Flask, make: Make, visit: Any) -> None:
    ben, dee = make.user("Ben"), make.user("Dee", role="moderator", suspended_until=now())
    with_account = told(app, visit, ben.email or "")
    assert told(app, visit, "nobody@example.org") == with_account
    assert told(app, visit, dee.email or "") == with_account
    assert not any("FROM users" in statement for statement in with_account[1])
    assert letterbox.sent(app) == 3
    assert [letter["To"] for letter in letterbox.kept(app)] == [ben.email, dee.email]
    assert not letterbox.waiting(app)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ben",
        "ben@",
        "b en@example.org",
        "a@b\r\nBcc: c@d.org",
        "x" * 250 + "@example.org",
        "z\x00d@example.org",
    ],
)
def test_what_is_no_address_is_said_beside_the_field(app: Flask, visit: Any, email: str) -> None:
    answer = visit().post("/reset", {"email": email})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.get_data(as_text=True)
    assert not letterbox.waiting(app)


def test_an_address_is_found_however_it_is_spelt(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    assert visit().post("/reset", {"email": f" {(ben.email or '').upper()} "}).status_code == 303
    letterbox.sent(app)
    assert [letter["To"] for letter in letterbox.kept(app)] == [ben.email]


def test_an_address_that_only_looks_alike_gets_nothing(app: Flask, make: Make, visit: Any) -> None:
    kim = make.user("Kim")
    for email in ("\u212aim1@example.org", "k\u0131m1@example.org"):
        assert visit().post("/reset", {"email": email}).status_code == 303
    letterbox.sent(app)
    assert {letter["To"] for letter in letterbox.kept(app)} <= {kim.email}


def test_a_pseudonym_has_no_letterbox(app: Flask, visit: Any) -> None:
    with app.app_context():
        db.session.add(User(name="P-1", name_skeleton="p-1", source="polis:1"))
        db.session.commit()
    visit().post("/reset", {"email": "p-1@example.org"})
    assert letterbox.sent(app) == 1
    assert not letterbox.kept(app)


def test_whoever_is_suspended_may_still_choose_a_password(
    app: Flask, make: Make, visit: Any
) -> None:
    ben = make.user("Ben", suspended_until=FOR_GOOD)
    assert visit().post(asked(app, visit, ben.email or ""), {"password": NEW}).status_code == 303


# The link


def token(app: Flask, user: User) -> str:
    with app.app_context():
        return token_for(db.session.get_one(User, user.id))


def test_a_link_works_once(app: Flask, make: Make, visit: Any) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    assert visit().post(link, {"password": NEW}).status_code == 303
    for answer in (visit().get(link), visit().post(link, {"password": "other words 12"})):
        assert answer.status_code == 410
        assert 'href="/reset"' in answer.get_data(as_text=True)


def test_a_link_stands_on_no_page_of_anybody_else(app: Flask, make: Make, visit: Any) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    assert visit().get(link).status_code == 200
    elsewhere = visit().get("/reset/another")
    assert elsewhere.status_code == 410
    assert link.rpartition("/")[2] not in elsewhere.text


def test_every_older_link_ends_with_the_password(app: Flask, make: Make, visit: Any) -> None:
    email = make.user("Ben").email or ""
    links = [asked(app, visit, email) for _ in range(2)]
    assert visit().get(links[0]).status_code == 200
    assert visit().post(links[1], {"password": NEW}).status_code == 303
    assert visit().get(links[0]).status_code == 410


def test_a_link_ends_with_the_address_that_it_went_to(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    link = asked(app, visit, ben.email or "")
    with app.app_context():
        db.session.get_one(User, ben.id).email = "ben@elsewhere.example"
        db.session.commit()
    assert visit().get(link).status_code == 410


def test_the_same_password_again_ends_the_link_too(app: Flask, make: Make, visit: Any) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    assert visit().post(link, {"password": make.PASSWORD}).status_code == 303
    assert visit().get(link).status_code == 410


@pytest.mark.parametrize(("age", "status"), [(3590, 200), (3602, 410)])
def test_a_link_works_for_an_hour(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch, age: int, status: int
) -> None:
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda _self: int(time.time()) - age)
        link = f"/reset/{token(app, make.user('Ben'))}"
    assert visit().get(link).status_code == status
    assert (visit().post(link, {"password": NEW}).status_code == 303) is (status == 200)


def test_a_link_that_was_tampered_with_opens_nothing(app: Flask, make: Make, visit: Any) -> None:
    ben, cam = make.user("Ben"), make.user("Cam")
    own, theirs = token(app, ben).split("."), token(app, cam).split(".")
    for tampered in (
        ".".join([theirs[0], *own[1:]]),
        ".".join([own[0], theirs[1], "AAAA"]),
        own[0],
        ".".join(own) + "x",
        ".".join(own)[:-1],
        "..",
        "\u212a",
        "%00",
        "a" * 3000,
    ):
        assert visit().get(f"/reset/{tampered}").status_code == 410, tampered
        assert visit().post(f"/reset/{tampered}", {"password": NEW}).status_code == 410, tampered


def test_a_signature_for_something_else_is_no_link(app: Flask, make: Make, visit: Any) -> None:
    ben = visit(make.user("Ben"))
    cookie = ben.client.get_cookie("session").value
    assert visit().get(f"/reset/{cookie}").status_code == 410


def test_looking_at_a_link_changes_nothing(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    at_work = visit(ben)
    link = asked(app, visit, ben.email or "")
    scanner = visit()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.client.head(link).status_code == 200
    assert at_work.get("/account").status_code == 200
    assert sign_ins(app) == 1
    assert visit().post(link, {"password": NEW}).status_code == 303


@pytest.mark.parametrize("password", ["", "short", "password1", "x" * 257, "abcdefgh1"])
def test_the_rules_are_those_of_joining(app: Flask, make: Make, visit: Any, password: str) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    answer = visit().post(link, {"password": password})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="password-error"' in page
    assert not password or password not in page
    joining = {"name": "Zed", "email": "zed@example.org", "password": password}
    assert visit().post("/sign-up", joining).status_code == 422
    assert visit().get(link).status_code == 200


def test_pages_with_a_secret_in_their_address_keep_it(app: Flask, make: Make, visit: Any) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    visitor = visit()
    pages = [visitor.get(link), visitor.get(f"{link}x"), visitor.post(link, {"password": "x"})]
    pages.append(visitor.client.post(link, data={"password": NEW, "csrf_token": "stale"}))
    assert [page.status_code for page in pages] == [200, 410, 422, 400]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.status_code == 400 or f"next={link}" not in page.get_data(as_text=True)
        assert NEW not in page.get_data(as_text=True)


def test_the_link_is_the_sites_own_whatever_host_was_asked(
    app: Flask, make: Make, visit: Any
) -> None:
    visitor = visit()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.get("/reset", headers=evil, base_url="http://evil.example")
    visitor.post(
        "/reset", {"email": make.user("Ben").email}, headers=evil, base_url="http://evil.example"
    )
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert "evil" not in letter.as_string()
    assert letterbox.link(letter)


# Nothing is kept


def test_neither_database_nor_log_knows_a_secret(
    app: Flask, make: Make, visit: Any, lines: Lines
) -> None:
    ben = make.user("Ben")
    visit().post("/reset", {"email": ben.email})
    found: list[str] = []

    def look() -> None:
        with app.app_context():
            for table in db.metadata.sorted_tables:
                if table.name != "users":
                    found.extend(map(str, db.session.execute(select(table)).all()))

    look()
    letterbox.sent(app)
    look()
    (letter,) = letterbox.kept(app)
    link = letterbox.link(letter)
    visitor = visit()
    visitor.get(link)
    visitor.get(f"{link}/")
    visitor.post(link, {"password": NEW})
    visitor.get(link)
    look()
    everything = " ".join([*found, *map(str, lines)])
    secret = link.removeprefix("/reset/")
    for part in (secret, *secret.split("."), NEW):
        assert part not in everything
    assert "ben1@" not in str(lines)
    events = [line["event"] for line in lines]
    assert {"request", "letter done"} <= set(events)
    assert {"/reset", "/reset/…"} <= {line.get("path") for line in lines}


def test_the_log_leaves_other_addresses_as_they_are(app: Flask) -> None:
    secret = [(f"/{name}/abc", f"/{name}/…") for name in ("reset", "invitations", "room")]
    for path, shown in [("/reset", "/reset"), *secret, ("/a/reset/b", None), ("/rooms/1", None)]:
        with app.test_request_context(path):
            assert shown_path() == (shown or path)


# The way there


def test_the_way_in_and_the_account_lead_to_it(make: Make, visit: Any) -> None:
    page = visit().get("/sign-in?next=/proposals").get_data(as_text=True)
    assert 'href="/reset"' in page
    assert 'value="/proposals"' in page
    ben = make.user("Ben")
    visitor = visit(ben)
    assert 'href="/account/password"' in visitor.get("/account").get_data(as_text=True)
    assert 'href="/reset"' in visitor.get("/account/password").get_data(as_text=True)
    assert f'value="{ben.email}"' in visitor.get("/reset").get_data(as_text=True)
    assert 'value="' + (ben.email or "") not in visit().get("/reset").get_data(as_text=True)


def test_of_two_who_hold_the_link_one_chooses(app: Flask, make: Make, visit: Any) -> None:
    link = asked(app, visit, make.user("Ben").email or "")
    visitors, statuses = [visit() for _ in range(4)], []
    for visitor in visitors:
        visitor.get(link)

    def choose(visitor: Any, number: int) -> None:
        statuses.append(visitor.post(link, {"password": f"{NEW}{number}"}).status_code)

    hands = [Thread(target=choose, args=(v, n)) for n, v in enumerate(visitors)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(timeout=60)
    assert sorted(statuses) == [303, 410, 410, 410]
    assert [letter.kind for letter in letterbox.waiting(app)] == ["password_changed"]


def test_a_form_that_expired_is_sent_again_without_signing_in(visit: Any) -> None:
    visitor = visit()
    answer = visitor.client.post("/reset", data={"email": "zed@example.org", "csrf_token": "old"})
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert 'action="/reset"' in page
    assert "zed@example.org" in page
    assert 'name="password"' not in page
