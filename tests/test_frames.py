"""Frames: what many readers see alike is made once, and nobody's own stands in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_login import AnonymousUserMixin
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import escape
from sqlalchemy import delete, select, update

from forum.accounts.models import Moderator, User
from forum.accounts.reader_kinds import AnyReader
from forum.bodies.models import Body, Seat, appoint
from forum.db import db, now
from forum.essays.models import Essay
from forum.reading.site_parts import kept_site_part
from forum.web import dates
from forum.web.frames import FrameCache, KeptFrame, NotForFramesError
from forum.web.gaps import SealedError, own
from forum.web.page_versions import PageScope, read_first
from forum.web.pieces import kept_as, parts_of
from forum.web.visitor import be_visited_by
from tests.cast import Make
from tests.clock import standing_clock
from tests.test_page_cache import no_frames, own_page


def frames(app: Flask) -> FrameCache:
    """Return the frames of the application."""
    cache: FrameCache = app.extensions["frames"]
    return cache


def only_frame(app: Flask) -> KeptFrame:
    """Return the one frame that is kept."""
    (frame,) = frames(app).store.pages.values()
    assert isinstance(frame, KeptFrame)
    return frame


PAGES = ("/", "/proposals", "/essays/{slug}", "/essays/{slug}?lever=policy", "/replies/1")


@pytest.fixture
def scene(make: Make) -> Any:
    """Ben and Cam, who have written and voted in one discussion, where something waits."""
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    proposals = [make.proposal(essay, who, lever="policy") for who in (ben, cam, ben)]
    make.vote(cam, proposals[0])
    make.vote(ben, proposals[1], value="oppose")
    make.comment(essay, ben)
    make.report(proposals[2])
    make.body()
    make.shortlist(cam, proposals[0], essay=essay)
    return essay, ben, cam


def change(app: Flask, user: User, **values: Any) -> None:
    """Change what is known of a person, with no word to their browser."""
    with app.app_context():
        db.session.execute(update(User).where(User.id == user.id).values(**values))
        db.session.commit()


def moderate(make: Make, user: User, essay: Essay, does: bool) -> None:
    """Make a person a moderator of a discussion, or no longer."""
    with make.app.app_context():
        if does:
            db.session.add(Moderator(essay_id=essay.id, user_id=user.id))
        else:
            db.session.execute(delete(Moderator).where(Moderator.user_id == user.id))
        db.session.commit()


def seat(make: Make, user: User, _essay: Essay, does: bool) -> None:
    """Give a person a seat in the body that there is, or let it end yesterday."""
    with make.app.app_context():
        if does:
            appoint(db.session.scalars(select(Body)).one(), user, date(2000, 1, 1))
        else:
            ended = dates.today() - timedelta(days=1)
            db.session.execute(update(Seat).where(Seat.user_id == user.id).values(to_day=ended))
        db.session.commit()


Gives = Callable[[Make, User, Essay, bool], None]
"""What gives a person something in a discussion, and takes it away."""


def role(name: str) -> Gives:
    """Return what gives somebody a role."""

    def give(make: Make, user: User, _essay: Essay, does: bool) -> None:
        change(make.app, user, role=name if does else "reader")

    return give


HOLDS: dict[str, tuple[Gives, str]] = {
    "a role: facilitator": (role("facilitator"), "For facilitators"),
    "a role: moderator": (role("moderator"), "For moderators: this discussion"),
    "a role: admin": (role("admin"), "Administration"),
    "one discussion to moderate": (moderate, "For moderators: this discussion"),
    "a seat": (seat, "To answer"),
}
"""What a person can hold: what gives it, and what they then see on the page of an essay."""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("holds", ["nothing", *HOLDS])
def test_two_readers_of_a_kind_share_a_frame_to_the_byte(
    app: Flask, make: Make, visit: Any, scene: Any, path: str, holds: str
) -> None:
    essay, *people = scene
    for person in people if holds in HOLDS else ():
        HOLDS[holds][0](make, person, essay, True)
    made = []
    with standing_clock():
        for visitor in map(visit, people):
            frames(app).store.clear()
            page = own_page(visitor, path.format(slug=essay.slug))
            made.append(only_frame(app).parts)
            with no_frames(app):
                assert page == own_page(visitor, path.format(slug=essay.slug))
    assert made[0] == made[1]
    decides = holds in {"a role: moderator", "a role: admin", "one discussion to moderate"}
    assert (made[0] is None) == (decides and path.startswith("/replies/")), "its tools are for each"


@pytest.mark.parametrize("holds", HOLDS)
def test_what_somebody_is_given_they_see_at_once_and_what_is_taken_no_longer(
    app: Flask, make: Make, visit: Any, scene: Any, holds: str
) -> None:
    give, says = HOLDS[holds]
    essay, person, _cam = scene
    visitor, path = visit(person), f"/essays/{essay.slug}"

    def sees() -> bool:
        page = own_page(visitor, path)
        with no_frames(app):
            assert page == own_page(visitor, path)
        return says in page[1]

    with standing_clock():
        assert not sees()
        give(make, person, essay, True)
        assert sees()
        change(app, person, suspended_until=now() + timedelta(days=1))
        assert sees() == (holds == "a seat")
        change(app, person, suspended_until=None)
        assert sees()
        give(make, person, essay, False)
        assert not sees()


def test_the_words_that_a_reader_kept_stand_in_the_form_and_nobody_elses(
    app: Flask, visit: Any, scene: Any
) -> None:
    _essay, *people = scene
    ben, cam = map(visit, people)
    path = "/replies/1"
    assert (
        ben.post(f"/drafts{path}/comment", {"draft": "0.page", "body": "My half"}).status_code < 400
    )
    assert "My half" in ben.get(path).text
    assert "My half" not in cam.get(path).text
    assert "My half" in ben.get(path).text


def test_a_moderator_sees_at_once_that_something_waits(
    app: Flask, make: Make, visit: Any, scene: Any
) -> None:
    dee = visit(make.user("Dee", role="moderator"))
    essay = scene[0]
    path, waits = f"/essays/{essay.slug}", 'class="visually-hidden"> waiting</span>'
    before = dee.get(path).text
    assert f"1<span {waits}" in before
    make.report(make.proposal(essay, lever="market"))
    assert f"2<span {waits}" in dee.get(path).text


def test_whoever_must_set_a_second_factor_up_first_sees_no_tools(
    app: Flask, make: Make, visit: Any, scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, safe = make.user("Fay", role="facilitator"), make.user("Flo", role="facilitator")
    make.secured(safe)
    path = f"/essays/{scene[0].slug}"
    browsers = [visit(person) for person in (safe, bare)]
    monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "on")
    pages = [browser.get(path).text for browser in browsers]
    assert ["For facilitators" in page for page in pages] == [True, False]
    assert ["your role does not work" in page for page in pages] == [False, True]


def test_a_frame_costs_one_reader_a_few_short_statements(
    app: Flask, scene: Any, visit: Any, statements: Any
) -> None:
    essay, ben, cam = scene
    path = f"/essays/{essay.slug}"
    statements(visit(cam), path)
    asked = statements(visit(ben), path)
    tables = ("users", "follows", "replies", "votes")
    assert len(asked) == len(tables), asked
    assert all(f"FROM {table}" in each for each, table in zip(asked, tables, strict=True)), asked


def test_a_page_that_is_each_readers_own_is_made_once_a_visit(
    app: Flask, make: Make, visit: Any, statements: Any
) -> None:
    cam, path = visit(make.user("Cam")), f"/essays/{make.essay(open_to='invited').slug}"
    statements(cam, path)
    asked = statements(cam, path)
    with no_frames(app):
        whole = statements(cam, path)
    assert len(asked) <= len(whole) + 1, "it is asked whether the reader is of a kind"


def test_a_frame_that_asks_who_reads_it_fails_at_once(app: Flask) -> None:
    with app.test_request_context():
        be_visited_by(AnyReader(is_vouched_for=True))
        for asks in ("current_user.name", "current_user.id", "current_user.contact.unread"):
            with pytest.raises(NotForFramesError, match="use own"):
                render_template_string(f"{{{{ {asks} }}}}")


def have_part(app: Flask, words: str) -> str:
    """Let the application have one part more, and return its place among the templates."""
    parts = DictLoader({"parts/web/greeting.html": f"{{% macro {words} %}}"})
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([parts, app.jinja_env.loader])
    return "web/greeting"


def test_what_is_a_visitors_own_in_a_kept_piece_is_theirs_and_never_kept(
    app: Flask, make: Make
) -> None:
    greeting = have_part(app, "greeting() %}Dear {{ own('name') }}, good day.{% endmacro")
    for name in ("Ben", "Cam", "<b>Zed</b>"):
        with app.test_request_context():
            be_visited_by(make.user(name))
            said = kept_as((), greeting)
            assert said == f"Dear {escape(name)}, good day."
    assert len(app.extensions["pieces"].pieces) == 1
    assert not any("Ben" in str(each) for each in app.extensions["pieces"].pieces.values())


def test_a_piece_that_is_divided_has_no_gaps(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(SealedError):
        parts_of(("divided",), lambda: own("name"), "|")


def test_a_piece_of_the_site_is_kept_for_strangers_and_frames_alone(app: Flask, make: Make) -> None:
    made: list[str] = []
    app.jinja_env.globals["made"] = made.append
    greeting = have_part(app, "greeting(word) %}{{ made(word) }}{{ word }}{% endmacro")
    ben, asked, _essay = make.user("Ben"), AnonymousUserMixin(), make.essay()
    with app.test_request_context():
        kept_site_part(asked, ("a",), greeting, "nothing is known of what changed")
        read_first(PageScope.SITE, {})
        for visitor in (asked, asked, AnyReader(True), AnyReader(True), AnyReader(False), ben, ben):
            kept_site_part(visitor, ("a",), greeting, str(len(made)))
        assert made == ["nothing is known of what changed", "1", "2", "3", "4", "5"]
    make.essay()
    with app.test_request_context():
        read_first(PageScope.SITE, {})
        kept_site_part(asked, ("a",), greeting, "an essay is new")
    assert made[-1] == "an essay is new"


def test_what_the_forum_has_to_say_is_said(app: Flask, scene: Any, visit: Any) -> None:
    essay, ben, _cam = scene
    visitor = visit(ben)
    visitor.get(f"/essays/{essay.slug}")
    with visitor.client.session_transaction() as held:
        held["_flashes"] = [("notice", "The words of the day.")]
    assert "The words of the day." in visitor.get(f"/essays/{essay.slug}").text
    assert "The words of the day." not in visitor.get(f"/essays/{essay.slug}").text


def test_a_page_that_changes_nothing_sets_no_cookie(scene: Any, visit: Any) -> None:
    essay, ben, _cam = scene
    visitor = visit(ben)
    visitor.get(f"/essays/{essay.slug}")
    for path in ("/", f"/essays/{essay.slug}", "/account"):
        assert "Set-Cookie" not in visitor.get(path).headers, path
