"""Only the votes of confirmed people count, where the site asks: once an address, none too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum import config
from forum.accounts.codes import AddressCode
from forum.accounts.grounds import ConfirmationMode, VoterGround, keep_mode
from forum.accounts.models import SignIn, User, user_by_email
from forum.db import db, now
from forum.essays.models import Essay, EssayEvent
from forum.essays.opening import close
from forum.replies.models import Reply
from forum.votes.counted_addresses import CountedAddress, plain_address
from forum.votes.forgetting import forget_addresses
from tests import letterbox
from tests.cast import Make
from tests.conftest import TOKEN, Visitor
from tests.rows import number_of
from tests.test_codes import digits
from tests.test_page_cache import asked, fresh

PASSWORD = "marble kite 77"


@pytest.fixture
def asking(app: Flask) -> Iterator[Flask]:
    """The forum, which asks everyone to confirm their address."""
    app.config["CONFIRM"] = True
    yield app
    app.config["CONFIRM"] = False


def joined(visitor: Visitor, email: str | None, name: str = "Zed") -> Any:
    """Fill in the form for a new account."""
    return visitor.post("/sign-up", {"name": name, "email": email, "password": PASSWORD})


def press(visitor: Visitor, reply: Reply, value: str = "support") -> Any:
    """Press a button under a proposal; return the page that asks for an address."""
    sent = {"value": value, "next": "/"}
    answer = visitor.client.post(f"/replies/{reply.id}/vote", data=sent)
    if found := TOKEN.search(answer.get_data(as_text=True)):
        visitor.token = found[1]
    return answer


def order(app: Flask, essay: Essay) -> list[str]:
    """Return the titles on the essay's page, in order; from the cache as one made now."""
    path = f"/essays/{essay.slug}?sort=top"
    assert asked(app, path) == fresh(app, path)
    return re.findall(r"Publish waiting times, number \d+", asked(app, path)[1].decode())


def test_fifty_invented_addresses_move_nothing_and_one_typed_code_counts_once(
    asking: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    first, last = make.proposal(essay, support=3), make.proposal(essay, support=1)
    before = order(asking, essay)
    visitors = [visit() for _number in range(50)]
    for number, visitor in enumerate(visitors):
        assert joined(visitor, f"invented{number}@example.org").status_code == 303
        assert press(visitor, last).status_code == 401
        assert not visitor.is_in
    assert make.fresh(last).support == 1
    assert number_of(asking, SignIn) == 0
    assert order(asking, essay) == before
    letterbox.sent(asking, 100)
    (letter,) = [each for each in letterbox.kept(asking) if each["To"] == "invented7@example.org"]
    code = re.search(r"^\d{6}$", letterbox.text(letter), re.MULTILINE)
    assert code is not None
    answer = visitors[7].post("/code", {"code": code[0]})
    assert answer.status_code == 303
    assert "The vote you pressed is counted." in visitors[7].get("/").get_data(as_text=True)
    assert visitors[7].is_in
    assert (make.fresh(last).support, make.fresh(first).support) == (2, 3)
    assert number_of(asking, SignIn) == 1
    order(asking, essay)
    with asking.app_context():
        user = user_by_email("invented7@example.org")
        assert user is not None
        assert (user.name, user.ground) == ("Zed", VoterGround.CODE)


def test_a_first_vote_takes_an_address_and_a_code_and_no_form(
    asking: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    one, two = make.proposal(essay), make.proposal(essay)
    zed = visit()
    press(zed, one)
    page = press(zed, two, "oppose").get_data(as_text=True)
    assert "Your vote is kept: Oppose" in page
    assert "Send me a code" in page
    assert zed.post("/code/send", {"email": "Zed@example.org", "next": "/"}).status_code == 303
    (code,) = digits(asking)
    page = zed.get(f"/code?digits={code}").get_data(as_text=True)
    assert "Sign in and count 2 votes" in page
    assert f'value="{code}"' in page
    assert zed.post("/code", {"code": code}).headers["Location"] == "/"
    assert "The 2 votes you pressed are counted." in zed.get("/").get_data(as_text=True)
    assert (make.fresh(one).support, make.fresh(two).oppose) == (1, 1)
    with asking.app_context():
        user = user_by_email("zed@example.org")
        assert user is not None
        assert user.password_hash is None
        assert user.name.startswith("Member ")


def test_whoever_came_by_code_can_choose_a_password(asking: Flask, make: Make, visit: Any) -> None:
    zed = visit()
    zed.post("/code/send", {"email": "zed@example.org"})
    zed.post("/code", {"code": digits(asking)[0]})
    assert "You have no password" in zed.get("/account/address").get_data(as_text=True)
    zed.post("/reset", {"email": "zed@example.org"})
    letterbox.sent(asking)
    (letter,) = letterbox.kept(asking)
    assert zed.post(letterbox.link(letter), {"password": PASSWORD}).status_code == 303
    words = {"email": "zed@example.org", "password": PASSWORD}
    assert visit().post("/sign-in", words).headers["Location"] == "/"


def test_the_link_alone_does_nothing(asking: Flask, make: Make, visit: Any) -> None:
    zed = visit()
    zed.post("/code/send", {"email": "zed@example.org"})
    (code,) = digits(asking)
    zed.get(f"/code?digits={code}")
    assert not zed.is_in
    elsewhere = visit().get(f"/code?digits={code}")
    assert "This browser has no code" in elsewhere.get_data(as_text=True)
    assert elsewhere.headers["Referrer-Policy"] == "no-referrer"


def test_sign_up_says_the_same_whoever_has_the_address_and_the_letter_tells(
    asking: Flask, make: Make, visit: Any
) -> None:
    cam = make.user("Cam", ground="code")
    known, unknown = visit(), visit()
    answers = [joined(known, cam.email), joined(unknown, "nobody@example.org")]
    pages = [each.get("/code").get_data(as_text=True) for each in (known, unknown)]
    assert [each.status_code for each in answers] == [303, 303]
    plain = [
        re.sub(r'(?s)name="csrf_token".*?>|nonce="[^"]*"', "", page).replace(str(address), "X")
        for page, address in zip(pages, (cam.email, "nobody@example.org"), strict=True)
    ]
    assert plain[0] == plain[1]
    letterbox.sent(asking)
    told = {each["To"]: letterbox.text(each) for each in letterbox.kept(asking)}
    assert "It has one already" in told[cam.email]
    assert "make an account with this address" in told["nobody@example.org"].replace("\n", " ")


def test_the_code_of_a_known_address_opens_its_account_and_changes_nothing_of_it(
    asking: Flask, make: Make, visit: Any
) -> None:
    cam = make.user("Cam", ground="code")
    browser = visit()
    joined(browser, cam.email, "Another name")
    (code,) = digits(asking)
    browser.post("/code", {"code": code})
    with asking.app_context():
        user = db.session.get_one(User, cam.id)
        assert (user.name, user.password_hash) == ("Cam", cam.password_hash)


def test_whoever_took_an_address_that_is_not_theirs_loses_the_account_to_its_owner(
    asking: Flask, make: Make, visit: Any
) -> None:
    taken = make.user("Mallory")
    owner = visit()
    owner.post("/code/send", {"email": taken.email})
    (code,) = digits(asking)
    owner.post("/code", {"code": code})
    assert owner.is_in
    words = {"email": taken.email, "password": Make.PASSWORD}
    assert visit().post("/sign-in", words).status_code == 422


def test_accounts_of_before_count_as_they_did_and_are_asked_when_they_come_in(
    asking: Flask, make: Make, visit: Any
) -> None:
    reply, cam = make.proposal(make.essay()), make.user("Cam")
    make.vote(cam, reply, "support")
    browser = visit(cam)
    assert make.fresh(reply).support == 1
    assert not browser.is_in
    words = {"email": cam.email, "password": Make.PASSWORD}
    assert browser.post("/sign-in", words).headers["Location"] == "/code"
    assert not browser.is_in
    (code,) = digits(asking)
    browser.post("/code", {"code": code})
    assert browser.is_in
    again = visit()
    assert again.post("/sign-in", words).headers["Location"] == "/"


def test_a_vote_that_is_finished_after_closing_does_not_count(
    asking: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    reply, zed = make.proposal(essay), visit()
    press(zed, reply)
    zed.post("/code/send", {"email": "zed@example.org"})
    (code,) = digits(asking)
    with asking.app_context():
        close(db.session.get_one(Essay, essay.id), None, "Time is up.")
        db.session.commit()
    zed.post("/code", {"code": code})
    assert "One vote could not be counted" in zed.get("/").get_data(as_text=True)
    assert make.fresh(reply).support == 0


def test_what_another_site_has_a_browser_press_is_not_kept(
    asking: Flask, make: Make, visit: Any
) -> None:
    reply, zed = make.proposal(make.essay()), visit()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    zed.client.post(f"/replies/{reply.id}/vote", data={"value": "support"}, headers=headers)
    zed.post("/code/send", {"email": "zed@example.org"})
    assert "count 1 vote" not in zed.get("/code").get_data(as_text=True)


def test_one_address_counts_once_in_a_discussion_whatever_account_it_has(
    asking: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    one, two = make.proposal(essay), make.proposal(essay)
    elsewhere = make.proposal(make.essay("Another"))
    cam = make.user("Cam", ground="code")
    assert visit(cam).post(f"/replies/{one.id}/vote", {"value": "support"}).status_code == 303
    second = make.user("Cam", ground="code")
    with asking.app_context():
        local, _at, domain = str(cam.email).partition("@")
        user = db.session.get_one(User, second.id)
        user.email = f"{local.upper()}+two@{domain}".lower()
        db.session.commit()
    browser = visit(second)
    for reply in (one, two):
        refused = browser.post(f"/replies/{reply.id}/vote", {"value": "support"})
        assert refused.status_code == 403
        assert "counts once" in refused.get_data(as_text=True)
    assert browser.post(f"/replies/{elsewhere.id}/vote", {"value": "support"}).status_code == 303
    assert [make.fresh(each).support for each in (one, two, elsewhere)] == [1, 0, 1]


def test_leaving_makes_no_second_voter(asking: Flask, make: Make, visit: Any) -> None:
    reply, cam = make.proposal(make.essay()), make.user("Cam", ground="code")
    visit(cam).post(f"/replies/{reply.id}/vote", {"value": "support"})
    with asking.app_context():
        db.session.delete(db.session.get_one(User, cam.id))
        db.session.commit()
    again = visit()
    again.post("/code/send", {"email": cam.email})
    (code,) = digits(asking)
    again.post("/code", {"code": code})
    again.get("/account")
    assert again.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403


def test_addresses_are_forgotten_90_days_after_closing(
    asking: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    visit(make.user("Cam", ground="code")).post(f"/replies/{reply.id}/vote", {"value": "support"})
    with asking.app_context():
        close(db.session.get_one(Essay, essay.id), None, "Time is up.")
        db.session.commit()
        assert not forget_addresses()
        db.session.execute(update(EssayEvent).values(at=now() - timedelta(days=91)))
        db.session.commit()
        assert forget_addresses()
    assert number_of(asking, CountedAddress) == 0
    assert make.fresh(reply).support == 1


def test_twenty_wrong_codes_a_day_close_that_way_in(asking: Flask, make: Make, visit: Any) -> None:
    zed = visit()
    zed.post("/code/send", {"email": "zed@example.org"})
    (code,) = digits(asking)
    with asking.app_context():
        row = db.session.scalars(select(AddressCode)).one()
        db.session.add(AddressCode(address=row.address, browser_hash="x", made_at=now(), tries=20))
        db.session.commit()
    answer = zed.post("/code", {"code": code})
    assert answer.status_code == 422
    assert "Too many wrong codes" in answer.get_data(as_text=True)
    assert not zed.is_in


def test_a_change_of_mode_is_logged(app: Flask) -> None:
    with app.app_context():
        assert not keep_mode()
        for asks in (True, False):
            app.config["CONFIRM"] = asks
            assert keep_mode()
            assert not keep_mode()
        rows = db.session.scalars(select(ConfirmationMode).order_by(ConfirmationMode.id))
        assert [row.asks for row in rows] == [True, False]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("setting", "server", "asks"),
    [
        ("", "", False),
        ("", "smtp://mail.example.org", True),
        ("on", "", True),
        ("off", "smtp://mail.example.org", False),
    ],
)
def test_it_is_on_where_a_mail_server_is_set(
    tmp_path: Any, setting: str, server: str, asks: bool
) -> None:
    environ = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_CONFIRM": setting}
    assert config.load({**environ, "FORUM_MAIL_URL": server})["CONFIRM"] is asks


@pytest.mark.any_database
def test_a_wrong_word_stops_the_start(tmp_path: Any) -> None:
    environ = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_CONFIRM": "perhaps"}
    with pytest.raises(config.BadSetting, match="FORUM_CONFIRM must be"):
        config.load(environ)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Cam@Example.org", "cam@example.org"),
        ("cam+one+two@example.org", "cam@example.org"),
        ("+cam@example.org", "+cam@example.org"),
        ("c.a.m+x@GoogleMail.com", "cam@gmail.com"),
        ("c.am@example.org", "c.am@example.org"),
        ("cam@exämple.ca", "cam@xn--exmple-cua.ca"),
        ("cam@XN--EXMPLE-CUA.ca.", "cam@xn--exmple-cua.ca"),
        ("ame\u0301lie@exa\u0308mple.ca", "amélie@xn--exmple-cua.ca"),
    ],
)
def test_an_address_is_folded(typed: str, plain: str) -> None:
    assert plain_address(typed) == plain
