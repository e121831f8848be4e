"""The names that people go by: which are refused, and what becomes of those they leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Moderator, User
from forum.accounts.names import NameChange, NameRefused, check_name, is_given
from forum.bodies.models import add_body, appoint
from forum.db import db, now
from forum.moderation.log import LogFilter, csv_pieces
from forum.moderation.models import Action
from forum.web.dates import today
from tests.cast import Make
from tests.test_briefs import text_of


def refusal(app: Flask, name: str, **more: Any) -> str:
    """Return why somebody cannot have a name, or nothing."""
    with app.test_request_context():
        try:
            check_name(name, **more)
        except NameRefused as error:
            return str(error)
        return ""


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Admin",
            "Site Administrator",
            "Аdмin",
            "M0DERATOR",
            "Mod-erator",
            "Moderator2",
            "A.d.m.i.n",
        ),
        *("Modératrice en chef", "Le Maire de Dol", "Ministère de la Santé", "Minister of Health"),
        *("Circle Back", "C1rcle Back team", "CircleBack", "Support", "Former member", "équipe"),
        *(
            "Ci.rcle Back team",
            "circlebackteam",
            "C i r c l e B a c k team",
            "xX_admin_Xx",
            "a d m i n",
        ),
        *(
            "@dm1n",
            "Adm!n Ben",
            "M0d3r4t0r",
            "St4ff",
            "🅰dmin",
            "adm🇮🇳",
            "ᴀᴅᴍɪɴ",
            "Moderɐtor",
            "ɑdɱɩŋ",
        ),
        *("аԁміп", "Moderators", "Adminnn", "TheAdminTeam", "st-aff", "4dmin5", "s.t.a.f.f"),
        *(
            "Support team",
            "Service client",
            "Animatrice",
            "The mayor",
            "Maire de Lyon",
            "Senator Smith",
        ),
        *("Madame la ministre", "Le Maire", "Member of Parliament", "Sous-ministre", "City Hall"),
    ],
)
def test_a_name_that_reads_like_the_site_a_role_or_an_office_is_refused(
    app: Flask, name: str
) -> None:
    assert "reads like" in refusal(app, name)


@pytest.mark.parametrize(
    "name",
    [
        *("Ada Lovelace", "Máire de Búrca", "Bruno Le Maire", "Badminton Ben", "Mo Derator-Smith"),
        *("Support Cycling", "Ms Forum-Baker", "Cam Officer", "Paul Ministrel", "Иван Петров"),
        *(
            "Padmini Rao",
            "Lemaire",
            "Beth Mayor",
            "Wagstaff",
            "Luka Modrić",
            "Ben 4",
            "Zoë 🇮🇪",
            "Máire",
        ),
    ],
)
def test_a_name_that_only_holds_such_letters_is_taken(app: Flask, name: str) -> None:
    assert refusal(app, name) == ""


def test_nobody_has_the_name_of_a_body_that_answers(app: Flask, make: Make) -> None:
    assert refusal(app, "Harbour Board") == ""
    make.body("Harbour Board")
    assert "reads like" in refusal(app, "The Harb0ur Board’s team")
    assert refusal(app, "Harbour Ben") == ""


@pytest.mark.parametrize("name", ["Member 7", "Mémber 48213", "Membre.48213", "МемЬег 48213"])
def test_no_name_looks_like_one_that_the_forum_gives(app: Flask, name: str) -> None:
    assert "given by the forum" in refusal(app, name)
    assert refusal(app, "Remember 12") == ""


def test_a_site_says_which_words_no_name_may_hold(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(app, "Harbour Board") == ""
    monkeypatch.setitem(app.config, "RESERVED_NAMES", ("harbour board",))
    assert "reads like" in refusal(app, "The Harb0ur Board")


@pytest.mark.parametrize("speaks", ["role", "discussion", "seat"])
def test_nobody_takes_the_name_of_one_who_speaks_for_the_site_or_a_body(
    app: Flask, make: Make, speaks: str
) -> None:
    dee = make.user("Dee Dunn", role="facilitator" if speaks == "role" else "reader")
    assert bool(refusal(app, "DEE DUNN")) == (speaks == "role")
    with app.app_context():
        if speaks == "discussion":
            essay = make.essay()
            db.session.add(Moderator(essay_id=essay.id, user_id=dee.id))
        if speaks == "seat":
            appoint(add_body({"en": "Office"}), db.session.get_one(User, dee.id), today())
        db.session.commit()
    for alike in ("Dée Dunn", "D33 Dunn", "Dee Duɲn", "dee_dunn 👑"):
        assert "too similar" in refusal(app, alike)


def test_a_role_may_stand_in_the_name_of_whoever_has_it(app: Flask) -> None:
    assert refusal(app, "Moderator Dee", role="moderator") == ""


def test_a_name_is_changed_once_a_week_and_kept_with_its_day(
    app: Flask, make: Make, visit: Any
) -> None:
    ben = make.user("Ben")
    assert visit(ben).post("/account", {"name": "Benedict", "keys": "on"}).status_code == 303
    again = visit(ben).post("/account", {"name": "Benny", "keys": "on"})
    assert again.status_code == 422
    assert "less than a week ago" in again.get_data(as_text=True)
    assert visit(ben).post("/account", {"name": "Benedict", "keys": "off"}).status_code == 303
    with app.app_context():
        left = db.session.scalars(select(NameChange)).one()
        assert (left.user_id, left.name) == (ben.id, "Ben")
        left.at = now() - timedelta(days=7)
        db.session.commit()
    assert visit(ben).post("/account", {"name": "Benny", "keys": "on"}).status_code == 303


def test_leaving_a_name_that_the_forum_gave_begins_no_week(
    app: Flask, make: Make, visit: Any
) -> None:
    ben = make.user("Member 48213")
    for name in ("Ben", "Benedict"):
        assert visit(ben).post("/account", {"name": name, "keys": "on"}).status_code == 303
    with app.app_context():
        assert is_given("Membre 48213")
    assert "given by the forum" in refusal(app, "Member 48214")


def test_a_name_left_is_nobody_elses_for_a_year(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    visit(ben).post("/account", {"name": "Benedict", "keys": "on"})
    assert "gave this name up" in refusal(app, "BEN")
    with app.app_context():
        assert refusal(app, "Ben", person=db.session.get_one(User, ben.id)) == ""
        db.session.scalars(select(NameChange)).one().at = now() - timedelta(days=366)
        db.session.commit()
    assert refusal(app, "Ben") == ""


def test_the_suspended_keep_their_names(app: Flask, make: Make, visit: Any) -> None:
    zed = make.user("Zed", suspended_until=now() + timedelta(days=1))
    page = visit(zed).post("/account", {"name": "Zedekiah", "keys": "on"})
    assert page.status_code == 422
    assert "While you are suspended" in page.get_data(as_text=True)
    assert visit(zed).post("/account", {"name": "Zed", "keys": "off"}).status_code == 303


def test_moderators_set_a_name_back_and_the_log_holds_no_name(
    app: Flask, make: Make, visit: Any
) -> None:
    zed, dee = make.user("Zed"), visit(make.user("Dee", role="moderator"))
    visit(zed).post("/account", {"name": "Rude Words", "keys": "on"})
    assert "<bdi>Zed</bdi>, until" in text_of(dee, f"/moderation/people/{zed.id}")
    path = f"/moderation/people/{zed.id}/name"
    assert dee.post(path, {"reason": "abuse"}).status_code == 303
    with app.test_request_context():
        assert db.session.get_one(User, zed.id).name == "Zed"
        file = "".join(csv_pieces(LogFilter()))
        assert ",name," in file
        assert "Rude" not in file
        action = db.session.scalars(select(Action)).one()
    assert "Rude" not in text_of(visit(), "/moderation/log")
    assert "Name set back" in text_of(visit(zed), "/notices")
    assert dee.post(f"/moderation/actions/{action.id}/undo", {"reason": "other"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(User, zed.id).name == "Rude Words"


def test_the_command_line_says_why_a_name_is_refused(runner: Any) -> None:
    done = runner.invoke(
        args=["user", "add", "zed@example.org", "--name", "Admin", "--password-stdin"],
        input="tulip orbit 42\n",
    )
    assert done.exit_code == 1
    assert "reads like this site" in done.output
