"""Second factors: an app and recovery codes at sign-in, asked of staff where the site says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pyotp import HOTP
from sqlalchemy import select

from forum.accounts.models import HAS_ROLE, User
from forum.accounts.second_factors import (
    STEP,
    RecoveryCode,
    SecondFactor,
    key_of,
    recovery_codes_left,
    staff,
)
from forum.accounts.second_steps import SecondStep
from forum.admin.models import SecurityEvent
from forum.bodies.models import add_body, appoint
from forum.db import db, now
from forum.privacy.aftermath import forget_all
from forum.web.dates import today
from tests import letterbox
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.plans import plan
from tests.test_codes import digits

OWN = "/account/second-factor"
STEP_PAGE = "/sign-in/second-step"
PROOF = {"password": Make.PASSWORD}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """A clock that stands, so that digits change when a test says so."""
    with standing_clock():
        yield


def app_of(app: Flask, user: Any, later: int = 0) -> str:
    """Return what a person's app shows so many half minutes from now."""
    with app.app_context():
        held = db.session.get_one(User, user.id)
        assert held.second_factor is not None
        key = key_of(held, held.second_factor.salt)
        return HOTP(key).at(int(now().timestamp()) // STEP + later)


def pass_time(**time: float) -> None:
    Clock.moment += timedelta(**time)


@pytest.fixture
def cam(make: Make) -> User:
    """Cam, with a second factor, half a minute later."""
    user = make.secured(make.user("Cam", ground="code"))
    pass_time(seconds=STEP)
    return user


def first_step(visit: Any, user: User, **more: str) -> Any:
    """Return a browser in which a person's password was given."""
    browser = visit()
    words = {"email": user.email, "password": Make.PASSWORD, **more}
    assert browser.post("/sign-in", words).headers["Location"] == STEP_PAGE
    return browser


def set_up(app: Flask, browser: Any) -> list[str]:
    """Set a second factor up as a person does who reads the key; return the recovery codes."""
    page = browser.get(OWN).get_data(as_text=True)
    key = re.search(r'class="second-key">([^<]+)<', page)
    assert key is not None
    assert "<svg" in page
    digits = HOTP(key[1].replace("-", "")).at(int(now().timestamp()) // STEP)
    shown = browser.post(OWN, {"code": digits, "password": Make.PASSWORD})
    assert shown.status_code == 200
    return re.findall(r"<code>([\w-]{19})</code>", shown.get_data(as_text=True))


def test_it_is_set_up_with_the_key_of_the_page_and_shows_ten_recovery_codes_once(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam", ground="code")
    browser = visit(user)
    codes = set_up(app, browser)
    assert len(set(codes)) == 10
    page = browser.get(OWN).get_data(as_text=True)
    assert "10 recovery codes left" in page
    assert not [code for code in codes if code in page]
    letterbox.sent(app)
    assert [str(each["Subject"]) for each in letterbox.kept(app)] == ["A second factor was set up"]
    with app.app_context():
        kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(codes)


def test_a_browser_that_came_in_without_it_is_signed_out(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam", ground="code")
    earlier, browser = visit(user), visit(user)
    set_up(app, browser)
    assert browser.is_in
    assert not earlier.is_in


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong wrong"}, {"code": "000000"}, {"code": ""}], ids=str
)
@pytest.mark.one_database
def test_it_is_not_set_up_without_a_code_of_the_app_and_the_password(
    app: Flask, make: Make, visit: Any, wrong: dict[str, str]
) -> None:
    browser = visit(make.user("Cam", ground="code"))
    page = browser.get(OWN).get_data(as_text=True)
    key = page.split('class="second-key">')[1].split("<")[0].replace("-", "")
    right = {"code": HOTP(key).at(int(now().timestamp()) // STEP), "password": Make.PASSWORD}
    assert browser.post(OWN, {**right, **wrong}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(SecondFactor)).all() == []
    assert browser.post(OWN, right).status_code == 200, "the key of the page stayed the same"


def test_a_password_alone_signs_nobody_in_who_has_one(app: Flask, cam: User, visit: Any) -> None:
    browser = first_step(visit, cam, next="/proposals")
    assert not browser.is_in
    answer = browser.post(STEP_PAGE, {"code": app_of(app, cam)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/proposals")
    assert browser.is_in


def test_a_code_by_email_alone_does_not_either(app: Flask, cam: User, visit: Any) -> None:
    browser = visit()
    browser.post("/code/send", {"email": cam.email})
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    digits = re.search(r"^\d{6}$", letterbox.text(letter), re.MULTILINE)
    assert digits is not None
    assert browser.post("/code", {"code": digits[0]}).headers["Location"] == STEP_PAGE
    assert not browser.is_in
    browser.post(STEP_PAGE, {"code": app_of(app, cam)})
    assert browser.is_in


def test_a_new_password_takes_it_from_nobody(app: Flask, cam: User, visit: Any) -> None:
    visit().post("/reset", {"email": cam.email})
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    browser = visit()
    new = "marble kite 77"
    assert browser.post(letterbox.link(letter), {"password": new}).status_code == 303
    browser.post("/sign-in", {"email": cam.email, "password": new})
    assert not browser.is_in


def test_a_vote_that_waited_is_counted_after_the_second_step(
    app: Flask, make: Make, cam: User, visit: Any
) -> None:
    proposal = make.proposal(make.essay())
    browser = visit()
    app.config["CONFIRM"] = True
    browser.post(f"/replies/{proposal.id}/vote", {"value": "support"})
    words = {"email": cam.email, "password": Make.PASSWORD}
    browser.post("/sign-in", words)
    assert make.fresh(proposal).support == 0
    browser.post(STEP_PAGE, {"code": app_of(app, cam)})
    app.config["CONFIRM"] = False
    assert make.fresh(proposal).support == 1


def test_a_code_counts_once_and_from_half_a_minute_around_now(
    app: Flask, cam: User, visit: Any
) -> None:
    pass_time(minutes=2)
    for later in (-2, 2):
        browser = first_step(visit, cam)
        assert browser.post(STEP_PAGE, {"code": app_of(app, cam, later)}).status_code == 422
    for later in (-1, 0, 1):
        browser = first_step(visit, cam)
        assert browser.post(STEP_PAGE, {"code": app_of(app, cam, later)}).status_code == 303
    for later in (1, 0, -1):
        browser = first_step(visit, cam)
        assert browser.post(STEP_PAGE, {"code": app_of(app, cam, later)}).status_code == 422


def test_a_recovery_code_stands_in_once_and_the_address_is_told(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam", ground="code")
    code, *_rest = set_up(app, visit(user))
    letterbox.sent(app)
    letterbox.kept(app)
    typed = f" {code.upper().replace('-', ' ')} "
    browser = first_step(visit, user)
    assert browser.post(STEP_PAGE, {"code": typed}).status_code == 303
    assert browser.is_in
    assert first_step(visit, user).post(STEP_PAGE, {"code": code}).status_code == 422
    letterbox.sent(app)
    assert [str(each["Subject"]) for each in letterbox.kept(app)] == ["A recovery code was used"]
    with app.app_context():
        assert recovery_codes_left(db.session.get_one(User, user.id)) == 9


def test_an_expired_page_of_the_step_sends_its_code_again_and_keeps_it_in_no_sign_in(
    app: Flask, cam: User, visit: Any
) -> None:
    browser, code = first_step(visit, cam), app_of(app, cam)
    page = browser.post(STEP_PAGE, {"code": code, "csrf_token": "stale"})
    assert page.status_code == 400
    words = page.get_data(as_text=True)
    assert f'action="{STEP_PAGE}"' in words
    assert 'name="kept"' not in words


def test_a_step_may_be_wrong_five_times_and_stands_in_ones_own_log(
    app: Flask, cam: User, visit: Any
) -> None:
    browser = first_step(visit, cam)
    for left in ("4 more times", "3 more times", "2 more times", "1 more time", "Sign in once"):
        answer = browser.post(STEP_PAGE, {"code": "000000"})
        assert answer.status_code == 422
        assert left in answer.get_data(as_text=True)
    assert browser.post(STEP_PAGE, {"code": app_of(app, cam)}).status_code == 422
    assert not browser.is_in
    page = visit(cam).get("/account/sign-ins").get_data(as_text=True)
    assert page.count("wrong code of the second factor: refused") == 5


def test_after_twenty_wrong_codes_none_is_taken_that_day(app: Flask, cam: User, visit: Any) -> None:
    for _round in range(4):
        browser = first_step(visit, cam)
        for _try in range(5):
            browser.post(STEP_PAGE, {"code": "000000"})
    answer = first_step(visit, cam).post(STEP_PAGE, {"code": app_of(app, cam)})
    assert "Too many wrong codes" in answer.get_data(as_text=True)
    pass_time(days=1, seconds=1)
    assert first_step(visit, cam).post(STEP_PAGE, {"code": app_of(app, cam)}).status_code == 303


def test_a_step_works_for_ten_minutes_in_its_browser_and_is_forgotten_in_a_day(
    app: Flask, cam: User, visit: Any
) -> None:
    browser = first_step(visit, cam)
    assert visit().post(STEP_PAGE, {"code": app_of(app, cam)}).status_code == 422
    pass_time(minutes=10)
    assert browser.post(STEP_PAGE, {"code": app_of(app, cam)}).status_code == 422
    pass_time(days=1)
    with app.app_context():
        assert forget_all()
        assert db.session.scalars(select(SecondStep)).all() == []


@pytest.mark.parametrize("without", ["password", "second_code"])
@pytest.mark.parametrize("deed", ["end", "codes"])
def test_password_and_code_change_it_and_neither_alone(
    app: Flask, cam: User, visit: Any, deed: str, without: str
) -> None:
    browser = visit(cam)
    given = {"password": Make.PASSWORD, "second_code": app_of(app, cam)}
    assert browser.post(f"{OWN}/{deed}", {**given, without: ""}).status_code == 422
    assert browser.post(f"{OWN}/{deed}", {**given, without: "000000"}).status_code == 422
    assert browser.post(f"{OWN}/{deed}", given).status_code == (303 if deed == "end" else 200)
    letterbox.sent(app)
    subjects = [str(each["Subject"]) for each in letterbox.kept(app)]
    ended = "Your second factor was taken away"
    assert subjects == [ended if deed == "end" else "You have new recovery codes"]


@pytest.mark.one_database
def test_no_page_shows_again_what_was_typed_to_take_it_away(cam: User, visit: Any) -> None:
    typed = {"password": Make.PASSWORD, "second_code": "739184", "csrf_token": "stale"}
    answer = visit(cam).post(f"{OWN}/end", typed)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert Make.PASSWORD not in page
    assert "739184" not in page


def test_new_recovery_codes_take_the_place_of_those_before(
    app: Flask, make: Make, visit: Any
) -> None:
    user = make.user("Cam", ground="code")
    browser = visit(user)
    before = set_up(app, browser)
    pass_time(seconds=STEP)
    given = {"password": Make.PASSWORD, "second_code": app_of(app, user)}
    page = browser.post(f"{OWN}/codes", given).get_data(as_text=True)
    after = re.findall(r"<code>([\w-]{19})</code>", page)
    assert len(after) == 10
    assert first_step(visit, user).post(STEP_PAGE, {"code": before[0]}).status_code == 422
    assert first_step(visit, user).post(STEP_PAGE, {"code": after[0]}).status_code == 303


def test_none_is_set_up_where_nobody_showed_that_they_read_the_mail(
    app: Flask, make: Make, visit: Any
) -> None:
    squatter = make.user("Cam")
    browser = visit(squatter)
    page = browser.get(OWN).get_data(as_text=True)
    assert "Confirm your email address first" in page
    assert "second-key" not in page
    given = {"code": "000000", "password": Make.PASSWORD}
    assert browser.post(OWN, given).headers["Location"] == OWN
    words = {"password": Make.PASSWORD, "new_password": "marble kite 77"}
    assert browser.post("/account/password", words).status_code == 303
    assert "Confirm your" in browser.get(OWN).get_data(as_text=True), "a password shows no address"
    with app.app_context():
        assert db.session.scalars(select(SecondFactor)).all() == []


def test_whoever_first_reads_the_mail_finds_no_second_factor_of_another(
    app: Flask, make: Make, visit: Any
) -> None:
    for who, come_in in (("Cam", by_code), ("Dee", by_reset)):
        squatter = make.secured(make.user(who))
        owner = visit()
        come_in(app, owner, squatter.email or "")
        assert owner.is_in, who


def by_code(app: Flask, browser: Any, address: str) -> None:
    """Come in with the code that is sent to an address."""
    browser.post("/code/send", {"email": address})
    browser.post("/code", {"code": digits(app)[-1]})


def by_reset(app: Flask, browser: Any, address: str) -> None:
    """Come in with a new password, chosen by the link that is sent to an address."""
    browser.post("/reset", {"email": address})
    letterbox.sent(app)
    browser.post(letterbox.link(letterbox.kept(app)[-1]), {"password": "marble kite 77"})
    browser.post("/sign-in", {"email": address, "password": "marble kite 77"})


def test_an_administrator_takes_it_from_somebody_who_lost_everything(
    app: Flask, make: Make, cam: User, visit: Any
) -> None:
    ada, theirs = visit(make.user("Ada", role="admin")), visit(cam)
    assert (
        ada.post("/admin/second-factors", {"email": "no@example.org", **PROOF}).status_code == 422
    )
    unproved = {"email": cam.email, "password": "wrong"}
    assert ada.post("/admin/second-factors", unproved).status_code == 422
    assert ada.post("/admin/second-factors", {"email": cam.email, **PROOF}).status_code == 303
    assert not theirs.is_in
    assert "Ada took the second factor of Cam away" in ada.get("/admin/log").get_data(as_text=True)
    letterbox.sent(app)
    (letter,) = letterbox.kept(app)
    assert (letter["To"], letter["Subject"]) == (
        cam.email,
        "An administrator took your second factor away",
    )
    assert ada.post("/admin/second-factors", {"email": cam.email, **PROOF}).status_code == 422


def test_who_waits_at_the_second_step_meanwhile_signs_in_once_more(
    make: Make, cam: User, visit: Any
) -> None:
    browser = first_step(visit, cam)
    ada = visit(make.user("Ada", role="admin"))
    assert ada.post("/admin/second-factors", {"email": cam.email, **PROOF}).status_code == 303
    answer = browser.post(STEP_PAGE, {"code": "000000"})
    assert answer.status_code == 422
    assert "Sign in once more" in answer.get_data(as_text=True)


def test_the_command_line_does_so_for_the_last_administrator(
    app: Flask, make: Make, runner: Any
) -> None:
    ada = make.secured(make.user("Ada", role="admin"))
    words = ["user", "end-second-factor", ada.email]
    assert runner.invoke(args=words).exit_code == 0
    assert runner.invoke(args=words).exit_code == 1
    with app.app_context():
        events = db.session.scalars(select(SecurityEvent.kind)).all()
    assert "second_factor" in events


def test_where_the_site_asks_it_of_staff_no_role_works_before_it_is_set_up(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator", ground="command")
    edit, draft = f"/essays/{essay.slug}/edit", f"/essays/{make.essay(state='draft').slug}"
    browser = visit(fay)
    assert browser.get(edit).status_code == 200
    monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "on")
    led = browser.get(edit)
    assert (led.status_code, led.headers["Location"]) == (302, OWN)
    assert browser.get(draft).headers["Location"] == OWN
    assert visit(make.user("Cam")).get(draft).status_code == 404
    assert browser.post(f"/essays/{essay.slug}/close").status_code == 403
    assert "your role does not work" in browser.get("/").get_data(as_text=True)
    assert "your role does not work" not in visit(make.user("Cam")).get("/").get_data(as_text=True)
    set_up(app, browser)
    assert browser.get(edit).status_code == 200
    assert "your role does not work" not in browser.get("/").get_data(as_text=True)


def test_an_administrator_asks_it_of_staff_in_the_browser(make: Make, visit: Any) -> None:
    ada = visit(make.secured(make.user("Ada", role="admin")))
    make.user("Dee", role="moderator")
    ada.get("/admin/site")
    sent = {"site_name": "Circle Back", "staff_second_factor": "on"}
    assert ada.post("/admin/site", sent).status_code == 303
    page = ada.get("/admin/second-factors").get_data(as_text=True)
    assert "neither works before it is set up" in page
    assert page.count("none yet") == 1


def test_who_holds_a_role_is_found_by_an_index(app: Flask, make: Make) -> None:
    make.user("Dee", role="moderator")
    with app.app_context():
        assert [each.name for each in staff()] == ["Dee"]
        if db.engine.dialect.name == "sqlite":
            query = select(User.id).where(HAS_ROLE)
            assert "ix_users_staff" in plan(query)


def test_who_answers_for_a_body_is_of_the_staff(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    olu, eve = make.user("Olu", ground="code"), make.user("Eve", ground="code")
    with app.app_context():
        body = add_body({"en": "Office"})
        appoint(body, db.session.get_one(User, olu.id), today())
        long_ago = today() - timedelta(days=9)
        appoint(body, db.session.get_one(User, eve.id), long_ago, long_ago)
        db.session.commit()
        assert [each.name for each in staff()] == ["Olu"]
    browser = visit(olu)
    assert browser.get("/answering").status_code == 200
    monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "on")
    led = browser.get("/answering")
    assert (led.status_code, led.headers["Location"]) == (302, OWN)
    assert "your role does not work" in browser.get("/").get_data(as_text=True)
    assert "your role does not work" not in visit(eve).get("/").get_data(as_text=True)
    set_up(app, browser)
    assert browser.get("/answering").status_code == 200


@pytest.mark.parametrize("deed", ["codes", "end"])
def test_what_asks_for_a_factor_that_is_gone_shows_how_one_is_set_up(
    make: Make, visit: Any, deed: str
) -> None:
    ada = visit(make.user("Ada", ground="code"))
    page = ada.post(f"{OWN}/{deed}", PROOF)
    assert (page.status_code, 'name="code"' in page.get_data(as_text=True)) == (200, True)
