"""Agreeing to the site's texts: on joining, and again when one of them changes."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.agreements import Agreement
from forum.accounts.grounds import VoterGround
from forum.accounts.models import User
from forum.db import db
from forum.invitations.inviting import invite, token_of
from forum.invitations.models import Invitation
from forum.privacy.leaving import take_leave
from forum.settings.models import SettingChange
from tests.cast import Make, say
from tests.conftest import Visitor
from tests.hearing import heard
from tests.test_codes import digits
from tests.test_page_cache import no_frames
from tests.test_provider import leave, provider, served

__all__ = ["provider", "served"]

PASSWORD = "marble kite 77"
FIRST = "Write as you would speak.\n\nBe kind to each other."
SECOND = "Write as you would speak.\n\nBe fair to each other."


@pytest.fixture
def asks(app: Flask) -> Flask:
    """The forum, which has terms in both languages and asks everyone to agree to them."""
    say(app, terms_en=FIRST, terms_fr="Soyez aimables.", agreement="again")
    return app


def signs(answer: Any) -> str:
    """Return what a page's form sends along of the texts that it showed."""
    found = re.search(r'name="agreed" value="([^"]*)"', answer.get_data(as_text=True))
    return found[1] if found else ""


def agreed(visitor: Visitor, **more: str) -> Any:
    """Read what is asked, and agree to it."""
    return visitor.post("/agree", {"agreed": signs(visitor.get("/agree")), "next": "/", **more})


def agreements(app: Flask, name: str) -> list[tuple[str, str]]:
    """Return the texts to which a person agreed, with their languages."""
    with app.app_context():
        rows = select(Agreement).join(User).where(User.name == name).order_by(Agreement.at)
        return [(row.text, row.language) for row in db.session.scalars(rows)]


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def test_whoever_signs_in_after_a_change_sees_it_agrees_and_goes_on(
    asks: Flask, make: Make, visit: Any
) -> None:
    ben = make.user("Ben")
    browser = visit(ben)
    assert agreed(browser).status_code == 303
    say(asks, terms_en=SECOND)
    again = visit()
    form = {"email": ben.email, "password": make.PASSWORD, "next": "/proposals"}
    answer = again.post("/sign-in", form)
    assert answer.headers["Location"] == "/agree?next=/proposals"
    page = again.get(answer.headers["Location"])
    assert "As of" in text(page)
    assert "You agreed to it as it was before, on" in text(page)
    assert "Be <del>kind</del><ins>fair</ins> to each other." in text(page)
    assert 'href="/terms"' in text(page)
    answer = again.post("/agree", {"agreed": signs(page), "next": "/proposals"})
    assert answer.headers["Location"] == "/proposals"
    assert agreements(asks, "Ben") == [("terms", "en")] * 2
    assert "This site asks you to agree" not in text(browser.get("/")), "everywhere at once"
    assert again.get("/agree?next=/levers").headers["Location"] == "/levers"
    assert again.get("/agree?next=https://evil.example").headers["Location"] == "/"


def test_until_then_one_reads_and_leaves_and_neither_writes_nor_votes(
    asks: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    proposal, ben = make.proposal(essay), visit(make.user("Ben"))
    for path in ("/", f"/essays/{essay.slug}", f"/replies/{proposal.id}", "/terms", "/proposals"):
        page = ben.get(path)
        assert page.status_code == 200
        assert "This site asks you to agree to its texts" in text(page)
    assert 'name="value" value="support"' not in text(ben.get(f"/replies/{proposal.id}"))
    assert 'value="support"' not in text(ben.get(f"/essays/{essay.slug}"))
    answer = ben.get(f"/essays/{essay.slug}/reply?x=1")
    assert answer.headers["Location"] == f"/agree?next=/essays/{essay.slug}/reply?x%3D1"
    refused = ben.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "A thought of mine."})
    assert refused.status_code == 403
    assert "A thought of mine." in text(refused)
    assert "first read what this site asks of everyone" in text(refused)
    as_json = {"Accept": "application/json"}
    for path, data in (
        (f"/replies/{proposal.id}/vote", {"value": "support"}),
        (f"/replies/{proposal.id}/comment", {"body": "No.", "stance": "oppose"}),
        (f"/replies/{proposal.id}/report", {"reason": "spam"}),
    ):
        answer = ben.post(path, data, headers=as_json)
        assert answer.status_code == 403, path
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["agree"] == "/agree"
    assert ben.post("/account/everything", {"password": make.PASSWORD}).status_code == 200
    assert ben.get("/account/leave").status_code == 200
    assert make.fresh(proposal).support == 0
    assert ben.post("/sign-out").status_code == 303


def test_what_was_typed_comes_back_once_one_has_agreed(asks: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    path = f"/essays/{essay.slug}/reply"
    refused = ben.post(path, {"lever": "", "body": "A thought of mine."})
    page = text(refused)
    kept = re.search(r'name="kept" value="([^>]*)"> <input', page)
    assert kept is not None
    sent = {"agreed": signs(refused), "next": path, "kept": kept[1]}
    answer = ben.post("/agree", sent)
    assert "Thank you: you can take part now" in text(answer)
    assert "A thought of mine." in text(answer)
    assert f'action="{path}"' in text(answer)
    stranger = visit()
    cam = make.user("Cam")
    form = {"email": cam.email, "password": make.PASSWORD, "next": path, "kept": kept[1]}
    page = text(stranger.post("/sign-in", form))
    assert "Before you take part" in page
    assert "A thought of mine." in page


def test_a_vote_pressed_without_scripts_is_kept_and_counted_afterwards(
    asks: Flask, make: Make, visit: Any
) -> None:
    one, two = (make.proposal(make.essay(f"Essay {n}")) for n in range(2))
    ben = visit(make.user("Ben"))
    answer = ben.post(f"/replies/{one.id}/vote", {"value": "support", "next": "/proposals"})
    assert answer.headers["Location"] == "/agree?next=/proposals"
    script = {"Accept": "text/html, application/problem+json", "Prefer": "return=representation"}
    answer = ben.post(f"/replies/{two.id}/vote", {"value": "oppose"}, headers=script)
    assert answer.status_code == 403
    assert answer.get_json()["detail"].endswith("Your vote is kept until you have agreed.")
    assert "Your vote is kept until you have agreed." in text(ben.get("/agree?next=/proposals"))
    assert make.fresh(one).support == 0
    assert agreed(ben, next="/proposals").headers["Location"] == "/proposals"
    assert "The 2 votes you pressed are counted." in text(ben.get("/proposals"))
    assert (make.fresh(one).support, make.fresh(two).oppose) == (1, 1)
    agreed(ben)
    assert make.fresh(one).support == 1


def test_votes_of_a_stranger_wait_until_they_have_come_in_and_agreed(
    asks: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asks.config, "CONFIRM", True)
    cam = make.user("Cam", ground=VoterGround.CODE)
    proposal, browser = make.proposal(make.essay()), visit()
    browser.post(f"/replies/{proposal.id}/vote", {"value": "support", "next": "/"})
    form = {"email": cam.email, "password": make.PASSWORD, "next": "/"}
    assert browser.post("/sign-in", form).headers["Location"] == "/agree?next=/"
    assert make.fresh(proposal).support == 0
    agreed(browser)
    assert make.fresh(proposal).support == 1


def test_an_account_agrees_as_it_is_made_by_a_form_and_by_a_code(
    asks: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"name": "Zed", "email": "zed@example.org", "password": PASSWORD}
    one = visit()
    page = one.get("/sign-up")
    assert 'With this you agree to: <a href="/terms"' in text(page)
    one.post("/sign-up", {**form, "agreed": signs(page)})
    assert agreements(asks, "Zed") == [("terms", "en")]
    assert one.get("/agree").status_code == 302
    two = visit()
    two.post("/sign-up", {**form, "name": "Yan", "email": "yan@example.org"})
    assert agreements(asks, "Yan") == [], "a program that sends no sign is asked afterwards"
    assert two.get("/agree").status_code == 200
    monkeypatch.setitem(asks.config, "CONFIRM", True)
    three = visit()
    three.post("/code/send", {"email": "wim@example.org"})
    page = three.get("/code")
    assert "If you have no account yet, this makes one, and you agree to:" in text(page)
    code = digits(asks)[-1]
    answer = three.post("/code", {"code": code, "agreed": signs(page)})
    assert answer.headers["Location"] == "/"
    with asks.app_context():
        assert db.session.query(Agreement).count() == 2


def test_an_account_agrees_as_it_is_made_by_a_provider(
    asks: Flask, provider: Any, visit: Any
) -> None:
    browser = visit()
    path = provider.visited(leave(browser))
    page = browser.get(path)
    given = dict(
        re.findall(r'<input type="hidden" name="(state|code|iss|error)" value="([^"]*)"', page.text)
    )
    browser.post("/sign-in/provider/return", {**given, "agreed": signs(page)})
    assert agreements(asks, "Ben Ouellet") == [("terms", "en")]


def test_an_account_agrees_as_it_is_made_by_an_invitation_and_in_a_room(
    asks: Flask, make: Make, visit: Any
) -> None:
    fay = make.user("Fay", role="facilitator")
    essay = make.essay()
    with asks.test_request_context():
        invite(["wim@example.org"], essay, db.session.get_one(User, fay.id))
        db.session.commit()
        token = token_of(db.session.scalars(select(Invitation)).one())
    wim = visit()
    page = wim.get(f"/invitations/{token}")
    answer = wim.post(f"/invitations/{token}", {"agreed": signs(page)})
    assert answer.headers["Location"] == f"/essays/{essay.slug}"
    room, guest, other = make.room(essay, fay), visit(), visit()
    page = guest.get(f"/room/{room.code}")
    guest.post(f"/room/{room.code}", {"name": "Pat", "agreed": signs(page)})
    assert agreements(asks, "Pat") == [("terms", "en")]
    other.post(f"/room/{room.code}", {"name": "Lou"})
    proposal = make.proposal(essay)
    assert "This site asks you to agree" in text(other.get(f"/essays/{essay.slug}"))
    assert other.post(f"/replies/{proposal.id}/vote", {"value": "support"}).status_code == 303
    assert "close your account" in text(other.get("/agree"))
    assert agreed(other).status_code == 303
    assert agreements(asks, "Lou") == [("terms", "en")]
    with asks.app_context():
        assert db.session.query(Agreement).count() == 3


def test_a_vote_that_waited_in_a_room_holds_the_room_before_its_proposal(
    asks: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    proposal, guest = make.proposal(essay), visit()
    room = make.room(essay, make.user("Fay", role="facilitator"))
    guest.post(f"/room/{room.code}", {"name": "Lou"})
    guest.get(f"/essays/{essay.slug}")
    guest.post(f"/replies/{proposal.id}/vote", {"value": "support"})
    sent = {"agreed": signs(guest.get("/agree")), "next": "/"}
    said: list[str] = []
    with asks.app_context():
        engine = db.engine
    with heard(engine, lambda statement, _given: said.append(statement)):
        assert guest.post("/agree", sent).status_code == 303
    rooms = next(n for n, each in enumerate(said) if "JOIN rooms" in each and "room_places" in each)
    assert rooms < next(n for n, each in enumerate(said) if "INTO room_votes" in each)
    held = next(n for n, each in enumerate(said) if each.startswith("SELECT replies.id, replies."))
    assert rooms < held


def test_only_whoever_joins_is_asked_where_the_site_says_so(
    app: Flask, make: Make, visit: Any
) -> None:
    say(app, terms_en=FIRST)
    old = visit(make.user("Ben"))
    say(app, agreement="joining")
    new = visit(make.user("Cam"))
    assert old.get("/agree").status_code == 302
    assert new.get("/agree").status_code == 200
    agreed(new)
    say(app, terms_en=SECOND)
    assert new.get("/agree").status_code == 302, "once is enough"
    say(app, agreement="again")
    assert old.get("/agree").status_code == 200
    assert new.get("/agree").status_code == 200
    say(app, agreement="")
    assert old.get("/agree").status_code == 302


def test_without_a_text_nobody_is_asked(app: Flask, make: Make, visit: Any) -> None:
    say(app, agreement="again")
    ben = visit(make.user("Ben"))
    assert ben.get("/agree").status_code == 302
    assert "agree" not in visit().get("/sign-up").text.partition("<main")[2].partition("</main")[0]


def test_a_change_that_is_undone_asks_nobody_who_agreed_before(
    asks: Flask, make: Make, visit: Any
) -> None:
    ada, ben = make.user("Ada", role="admin"), visit(make.user("Ben"))
    agreed(ben)
    say(asks, terms_en=SECOND)
    assert ben.get("/agree").status_code == 200
    desk = visit(ada)
    assert desk.get("/admin/site").status_code == 200, "an administrator is not locked out"
    with asks.app_context():
        last = db.session.scalars(select(SettingChange).order_by(SettingChange.id.desc())).first()
        assert last is not None
        number = last.id
    assert desk.post(f"/admin/changes/{number}/undo").status_code == 303
    assert ben.get("/agree").status_code == 302
    proposal = make.proposal(make.essay())
    assert (
        desk.post(f"/replies/{proposal.id}/vote", {"value": "support"})
        .headers["Location"]
        .startswith("/agree")
    ), "and takes part like everyone"


def test_moderators_agree_before_their_role_works(asks: Flask, make: Make, visit: Any) -> None:
    dee = visit(make.user("Dee", role="moderator"))
    assert dee.get("/moderation").headers["Location"] == "/agree?next=/moderation"
    agreed(dee)
    assert dee.get("/moderation").status_code == 200


def test_one_agrees_in_one_language_and_is_asked_when_that_text_changes(
    asks: Flask, make: Make, visit: Any
) -> None:
    ben = visit(make.user("Ben"))
    french = {"headers": {"Accept-Language": "fr"}}
    page = ben.get("/agree", **french)
    assert 'href="/terms"' in text(page)
    assert signs(page).startswith("terms_fr:")
    ben.post("/agree", {"agreed": signs(page)}, **french)
    assert agreements(asks, "Ben") == [("terms", "fr")]
    say(asks, terms_en=SECOND)
    assert ben.get("/agree").status_code == 302
    say(asks, terms_fr="Soyez justes.")
    page = ben.get("/agree")
    assert signs(page).startswith("terms_en:")
    assert "What it said before is not kept in this language." in text(page)


def test_what_was_changed_meanwhile_is_read_again(asks: Flask, make: Make, visit: Any) -> None:
    ben = visit(make.user("Ben"))
    old = signs(ben.get("/agree"))
    say(asks, terms_en=SECOND)
    answer = ben.post("/agree", {"agreed": old})
    assert answer.status_code == 409
    assert "A text was changed meanwhile." in text(answer)
    assert agreements(asks, "Ben") == []
    for wrong in ("", "terms_en:" + "0" * 32, "x" * 10_000, "logo:1 terms_en"):
        assert ben.post("/agree", {"agreed": wrong}).status_code == 409
    assert ben.post("/agree", {"agreed": signs(answer)}).status_code == 303
    assert ben.post("/agree", {"agreed": signs(answer)}).status_code == 303, "twice is once"
    assert len(agreements(asks, "Ben")) == 1


def test_a_program_reads_what_is_asked_and_agrees(asks: Flask, make: Make, visit: Any) -> None:
    ben, as_json = visit(make.user("Ben")), {"Accept": "application/json"}
    (asked,) = ben.get("/agree", headers=as_json).get_json()["to_agree"]
    assert (asked["text"], asked["language"], asked["markdown"]) == ("terms", "en", FIRST)
    answer = ben.post("/agree", {"agreed": asked["sign"]}, headers=as_json)
    assert (answer.status_code, answer.get_json()) == (200, {"to_agree": []})
    assert ben.get("/agree", headers=as_json).get_json() == {"to_agree": []}
    assert visit().get("/agree", headers=as_json).status_code == 401


def test_each_agreement_is_in_everything_about_oneself_and_goes_with_the_account(
    asks: Flask, make: Make, visit: Any
) -> None:
    ben = make.user("Ben")
    browser = visit(ben)
    agreed(browser)
    file = browser.post("/account/everything", {"password": Make.PASSWORD})
    data = json.loads(file.data)["data"]
    (rows,) = [each["tables"]["agreements"] for each in data if "agreements" in each["tables"]]
    (row,) = rows
    assert (row["text"], row["language"]) == ("terms", "en")
    assert row["since"] < row["at"]
    assert "What you agreed to: which text of the site" in text(visit().get("/stored"))
    with asks.test_request_context():
        take_leave(db.session.get_one(User, ben.id), texts=False)
        db.session.commit()
        assert db.session.query(Agreement).count() == 0


def test_frames_are_for_those_who_have_nothing_to_agree_to(
    asks: Flask, make: Make, visit: Any, statements: Any
) -> None:
    essay, ben, cam = make.essay(), visit(make.user("Ben")), visit(make.user("Cam"))
    make.proposal(essay)
    agreed(cam)
    path = f"/essays/{essay.slug}"
    for _n in range(2):
        assert "This site asks you to agree" in text(ben.get(path))
        assert "This site asks you to agree" not in text(cam.get(path))
    assert 'value="support"' in text(cam.get(path))
    with no_frames(asks):
        whole = text(cam.get(path))
    assert re.sub(r'value="\S{40,}"', "", text(cam.get(path))) == re.sub(
        r'value="\S{40,}"', "", whole
    )
    asked = [each for each in statements(cam, path) if "agreements" in each]
    assert len(asked) == 1
    say(asks, agreement="")
    cam.get(path)
    assert not [each for each in statements(cam, path) if "agreements" in each]
