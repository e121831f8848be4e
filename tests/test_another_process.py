"""What one process knows, another has just changed: whatever is kept, it is never of before.

Two applications on one database stand for two processes, or two nodes. The second has read all
there is before the first writes, and is asked again at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from sqlalchemy import delete, update

from forum import config, create_app
from forum.accounts.models import SignIn, User
from forum.accounts.reserved_names import reads_like_office
from forum.db import db, happening_at, now
from forum.settings.jurisdiction_changes import choose_set
from forum.web.limits import limiter
from forum.web.shared_pages import site_of
from tests.asides import Asides
from tests.cast import Make, say
from tests.clock import standing_clock
from tests.conftest import Visitor, forget_pages
from tests.test_page_cache import assert_all_as_fresh, framed_pages, no_frames, own_page
from tests.test_site_settings import picture, send

HERE = "https://forum.example.org"
Elsewhere = Callable[[Any], Visitor]
"""The browser of somebody whom the other process answers; of a stranger where there is nobody."""


@pytest.fixture(scope="module")
def twin(shared_app: Flask) -> Flask:
    """Another application on the same database."""
    names = ("TESTING", "PROPAGATE_EXCEPTIONS", "SECRET_KEY", "MAIL_URL", "SQLALCHEMY_DATABASE_URI")
    return create_app({name: shared_app.config[name] for name in names})


@pytest.fixture
def other(app: Flask, twin: Flask) -> Iterator[Flask]:
    """The same, which knows nothing of the test before."""
    limiter.enabled = False
    forget_pages(twin)
    yield twin
    with twin.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def elsewhere(other: Flask, visit: Any) -> Elsewhere:
    """Return what opens a browser at the other process, of somebody who came in at the first."""

    def arrive(user: Any = None) -> Visitor:
        here = visit(user)
        there = Visitor(other.test_client())
        if cookie := here.client.get_cookie("session"):
            there.client.set_cookie("session", cookie.value)
        there.token = here.token
        return there

    return arrive


SAID = {
    "site_name": ("/", "County of Clare"),
    "introduction_en": ("/", "What should the county change?"),
    "accent": ("/", "/static/colours."),
    "accent_dark": ("/", "/static/colours."),
    "contact": ("/accessibility", "mailto:hello@clare.example"),
    "terms_en": ("/terms", "Be fair to each other."),
    "lever_policy_meaning_en": ("/levers", "What an office promises by itself"),
}
"""Settings, the page that says them, and what it says."""
VALUES = {"accent": "#005385", "accent_dark": "#eba9c9"}


@pytest.mark.parametrize("name", SAID)
def test_a_setting_is_said_at_once_to_strangers_and_to_those_signed_in(
    app: Flask, make: Make, elsewhere: Elsewhere, name: str
) -> None:
    path, words = SAID[name]
    visitors = [elsewhere(None), elsewhere(make.user("Cam")), elsewhere(make.user("Dee", "admin"))]
    for visitor in visitors:
        assert words not in visitor.get(path).text
    say(app, **{name: VALUES.get(name, words)})
    for visitor in visitors:
        assert words in visitor.get(path).text
    say(app, **{name: ""})
    for visitor in visitors:
        assert words not in visitor.get(path).text


def test_the_logo_is_seen_at_once(ada: Visitor, elsewhere: Elsewhere) -> None:
    zed = elsewhere(None)
    assert "/static/logo." not in zed.get("/").text
    assert send(ada, logo=(BytesIO(picture()), "logo.png")).status_code == 303
    assert "/static/logo." in zed.get("/").text


def test_the_zone_of_days_holds_at_once(app: Flask, make: Make, elsewhere: Elsewhere) -> None:
    visitors = elsewhere(None), elsewhere(make.user("Cam"))
    with happening_at(datetime(2025, 6, 30, 23, 30, tzinfo=UTC)):
        say(app, terms_en="Be kind.")
    for visitor in visitors:
        for zone, day in (("UTC", "June 30, 2025"), ("Europe/Dublin", "July 1, 2025")):
            say(app, time_zone=zone)
            assert day in visitor.get("/terms").text.replace("\xa0", " ")


def test_jurisdictions_are_offered_and_named_at_once(
    app: Flask, make: Make, elsewhere: Elsewhere
) -> None:
    essay = make.essay()
    make.proposal(essay, jurisdiction="municipal")
    path = f"/essays/{essay.slug}"
    cam, zed = elsewhere(make.user("Cam")), elsewhere(None)
    for visitor in (cam, zed):
        assert "County or city council" not in visitor.get(path).text
    assert "County or city council" not in cam.get(f"{path}/reply").text
    with app.app_context():
        choose_set("ireland")
        db.session.commit()
    for visitor in (cam, zed):
        assert "County or city council" in visitor.get(path).text
    assert "County or city council" in cam.get(f"{path}/reply").text


def test_a_limit_holds_from_the_moment_at_which_it_is_set(
    app: Flask, make: Make, elsewhere: Elsewhere
) -> None:
    essay = make.essay()
    path = f"/replies/{make.proposal(essay).id}/vote"
    cam, fay = elsewhere(make.user("Cam")), elsewhere(make.user("Fay", role="facilitator"))
    limiter.enabled = True
    limiter.reset()
    try:
        for visitor in (cam, fay):
            assert visitor.post(path, {"value": "support"}).status_code == 303
        say(app, limit_votes="1 per hour")
        for visitor in (cam, fay):
            assert visitor.post(path, {"value": "oppose"}).status_code == 429
        say(app, limit_votes="20 per hour")
        for visitor in (cam, fay):
            assert visitor.post(path, {"value": "oppose"}).status_code == 303
    finally:
        limiter.reset()
        limiter.enabled = False


def test_whoever_has_to_agree_has_to_at_once(app: Flask, make: Make, elsewhere: Elsewhere) -> None:
    path = f"/replies/{make.proposal(make.essay()).id}"
    cam = elsewhere(make.user("Cam"))
    say(app, terms_en="Be kind.")
    answer = cam.post(f"{path}/vote", {"value": "support"})
    assert answer.location.startswith(path)
    say(app, agreement="again")
    assert "/agree" in cam.post(f"{path}/vote", {"value": "oppose"}).location
    say(app, agreement="off")
    assert "/agree" not in cam.post(f"{path}/vote", {"value": "oppose"}).location


def test_a_second_factor_is_asked_of_staff_at_once(
    app: Flask, make: Make, elsewhere: Elsewhere
) -> None:
    dee = elsewhere(make.user("Dee", role="moderator"))
    assert dee.get("/moderation").status_code == 200
    say(app, staff_second_factor="on")
    assert dee.get("/moderation").status_code != 200


def test_a_role_is_held_and_lost_at_once(app: Flask, make: Make, elsewhere: Elsewhere) -> None:
    person = make.user("Cam")
    cam, path = elsewhere(person), f"/essays/{make.essay().slug}"
    for role, is_offered in (("reader", False), ("moderator", True), ("reader", False)):
        with app.app_context():
            db.session.execute(update(User).where(User.id == person.id).values(role=role))
            db.session.commit()
        assert ('href="/moderation"' in cam.get(path).text) is is_offered
        assert (cam.get("/moderation").status_code == 200) is is_offered


def test_whoever_is_suspended_or_signed_out_is_so_at_once(
    app: Flask, make: Make, elsewhere: Elsewhere
) -> None:
    person, path = make.user("Cam"), f"/replies/{make.proposal(make.essay()).id}/vote"
    cam = elsewhere(person)
    assert cam.post(path, {"value": "support"}).status_code == 303
    with app.app_context():
        until = now() + timedelta(days=1)
        db.session.execute(update(User).where(User.id == person.id).values(suspended_until=until))
        db.session.commit()
    assert cam.post(path, {"value": "oppose"}).status_code == 403
    with app.app_context():
        db.session.execute(delete(SignIn).where(SignIn.user_id == person.id))
        db.session.commit()
    assert not cam.is_in


def test_nobody_joins_with_the_name_of_a_body_that_was_just_made(
    app: Flask, make: Make, other: Flask
) -> None:
    for is_made in (False, True):
        if is_made:
            make.body("Harrow Inlet Council")
        with other.test_request_context():
            assert reads_like_office("Harrow Inlet Council") is is_made


def test_figures_are_of_now(make: Make, elsewhere: Elsewhere) -> None:
    ada = elsewhere(make.user("Ada", role="admin"))

    def votes() -> str:
        return str(ada.get("/admin/figures.csv").text.splitlines()[-1])

    reply = make.proposal(make.essay())
    before = votes()
    make.vote(make.user(), reply)
    assert votes() != before


def stories(make: Make) -> Iterator[str]:
    """Do, in the first process, one thing after another that pages show; say what it was."""
    fay, dee = make.user("Fay", role="facilitator"), make.user("Dee", role="moderator")
    essay, voter, body = make.essay(), make.user(), make.body("Harrow Inlet Council")
    yield "a discussion"
    proposal = make.proposal(essay)
    yield "a proposal"
    make.vote(voter, proposal)
    yield "a vote"
    Asides(make).set_aside(essay, voter)
    yield "votes set aside"
    comment = make.comment(proposal)
    yield "a comment"
    make.edit(proposal, title="Said in other words")
    yield "an edit"
    make.deal(essay, body, in_brief=True)
    yield "a deal"
    make.vote(make.user(), proposal, "oppose")
    yield "a vote against"
    make.brief(fay, make.shortlist(fay, proposal, essay=essay))
    yield "a brief"
    make.decide("hide", comment, dee)
    yield "a comment hidden"
    say(make.app, site_name="County of Clare", lever_policy_meaning_en="What an office promises")
    yield "settings"
    with make.app.app_context():
        choose_set("ireland")
        db.session.execute(update(User).where(User.id == dee.id).values(name="Deirdre"))
        db.session.commit()
    yield "jurisdictions and a name"


def test_every_page_is_as_one_made_now_whatever_the_first_process_wrote(
    make: Make, other: Flask, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other.extensions["page_cache"], "stale", 0.0)
    cam = elsewhere(make.user("Cam"))
    with standing_clock():
        for deed in stories(make):
            assert_all_as_fresh(other, deed)
            for path in framed_pages(other):
                page = own_page(cam, path)
                with no_frames(other):
                    assert page == own_page(cam, path), f"{path} is another one, after {deed}"


@pytest.mark.any_database
def test_pages_in_redis_are_those_of_one_build_one_place_and_one_set_of_settings(
    tmp_path: Path,
) -> None:
    def site(name: str = "", says: str = "", node: int = 1) -> str:
        place = {"FORUM_INSTANCE_PATH": str(tmp_path / str(node)), "FORUM_SECRET_KEY": "x" * 40}
        place |= {"FORUM_DATABASE_URL": "postgresql:///forum", "FORUM_BASE_URL": HERE}
        return site_of(create_app(config.load({**place, **({name: says} if name else {})})))

    assert site() == site(node=2), "nodes share what they make"
    assert site() == site("PORT", "8001")
    told = {
        "FORUM_TIMEZONE": "UTC",  # as without it, but nobody can set another one
        "FORUM_SECURITY_CONTACT": "hello@clare.example",
        "FORUM_EXPORT_AUTHORS": "withheld",
        "FORUM_MODERATORS": "withheld",
        "FORUM_STYLE_PAGE": "on",
        "FORUM_CONFIRM": "on",
        "FORUM_BASE_URL": f"{HERE}/forum",
        "FORUM_SECRET_KEY": "y" * 40,
        "FORUM_LIMIT_VOTES": "3 per hour",
    }
    found = [site(), *(site(name, says) for name, says in told.items())]
    assert len(set(found)) == len(found)
    a_third_language(tmp_path / "2")
    assert site(node=2) not in found


def a_third_language(instance: Path) -> None:
    """Give a node a catalogue of its own."""
    folder = instance / "translations" / "ga" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, Catalog(locale="ga"))
