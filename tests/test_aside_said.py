"""What people are told of their votes that are set aside, and what is offered to whom."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.accounts.models import User
from forum.db import db
from forum.votes.finishing_votes import finish_votes
from tests.asides import Asides
from tests.cast import Make
from tests.conftest import Browser
from tests.test_aside import Crowd
from tests.test_merging import merge
from tests.test_rooms import Workshop

COUNT = "Your votes count."
ASIDE = "Your votes here are set aside, and do not count."


@pytest.fixture
def asides(make: Make) -> Asides:
    return Asides(make)


def test_whoever_judges_is_told_on_the_way_and_at_the_end_that_it_does_not_count(
    make: Make, visit: Browser, asides: Asides
) -> None:
    essay, cam = make.essay(), make.user()
    first, second = make.proposal(essay), make.proposal(essay)
    make.vote(cam, first)
    window, path = visit(cam), f"/essays/{essay.slug}/judge?seed=a"
    assert ASIDE not in window.get(path).text
    number = asides.set_aside(essay, cam)
    on_the_way = window.get(path).text
    assert (on_the_way.count(ASIDE), f"/essays/{essay.slug}/set-aside" in on_the_way) == (1, True)
    assert "Your votes in this discussion are set aside" in voted(window, second)
    at_the_end = window.get(path).text
    assert (at_the_end.count(ASIDE), COUNT in at_the_end) == (1, False)
    asides.undo(number)
    again = window.get(path).text
    assert (ASIDE in again, again.count(COUNT)) == (False, 1)


def voted(window: Any, reply: Any) -> str:
    """Let somebody vote as the script does; return the answer."""
    headers = {"Prefer": "return=representation"}
    data = {"value": "support", "csrf_token": window.token}
    return str(window.client.post(f"/replies/{reply.id}/vote", data=data, headers=headers).text)


def test_in_a_room_the_band_and_the_end_of_judging_say_what_counts(
    make: Make, visit: Browser, asides: Asides
) -> None:
    workshop = Workshop(make, make.essay())
    reply = make.proposal(workshop.essay)
    one, other = workshop.crowd(2, reply)
    path = f"/essays/{workshop.essay.slug}/judge?seed=a"
    waits = "They count once the facilitator has recorded how many people are present."
    assert visit(one).get(path).text.count(waits) == 2
    workshop.present(2)
    assert visit(one).get(path).text.count("as everybody’s in this room") == 2
    asides.set_aside(workshop.essay, one)
    page = visit(one).get(path).text
    assert (page.count(ASIDE), "as everybody’s in this room" in page) == (2, False)
    assert visit(other).get(path).text.count("as everybody’s in this room") == 2


def test_their_own_page_and_a_merged_proposal_say_it_too(
    make: Make, visit: Browser, asides: Asides
) -> None:
    essay, cam, dee = make.essay(), make.user(), visit(make.user("Dee", role="moderator"))
    source, target = make.proposal(essay, support=1), make.proposal(essay, support=1)
    make.vote(cam, source)
    assert merge(dee, source, target).status_code == 303
    window = visit(cam)
    assert "Your vote was carried over." in window.get(f"/replies/{source.id}").text
    assert "set aside" not in window.get("/yours").text
    asides.set_aside(essay, cam)
    page = window.get(f"/replies/{source.id}").text
    assert "Your vote there is set aside, and does not count." in page
    assert "Your vote was carried over." not in page
    assert f'/essays/{essay.slug}/set-aside">set aside' in window.get("/yours").text
    assert "Those that are set aside stay so." in window.get("/account/leave").text
    assert "Those that are set aside" not in dee.get("/account/leave").text


def test_votes_pressed_before_signing_in_are_kept_and_said_not_to_count(
    app: Flask, make: Make, asides: Asides
) -> None:
    essay, other, cam = make.essay(), make.essay(), make.user()
    first, second, elsewhere = make.proposal(essay), make.proposal(essay), make.proposal(other)
    make.vote(cam, first)
    asides.set_aside(essay, cam)
    with app.test_request_context():
        user = db.session.get_one(User, cam.id)
        said = finish_votes(user, {second.id: "support", elsewhere.id: "support"}).said
        db.session.commit()
    assert said == (
        "The vote you pressed is counted. "
        "One vote is kept, but does not count: your votes there are set aside."
    )
    assert (make.fresh(second).support, make.fresh(elsewhere).support) == (0, 1)


def test_doing_it_again_is_offered_to_nobody_since_it_takes_two(
    app: Flask, make: Make, visit: Browser
) -> None:
    crowd = Crowd(app, make, visit)
    number = crowd.agreed()
    path, desk = f"/moderation/aside/{number}", f"/moderation/essays/{crowd.essay.slug}"
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    assert undo in crowd.dee.get(path).text
    with app.app_context():
        db.session.get_one(User, crowd.people[0].id).role = "moderator"
        db.session.commit()
    concerned = visit(crowd.people[0])
    assert undo not in concerned.get(path).text
    assert concerned.post(undo, {"reason": "mistake"}).status_code == 409
    assert crowd.dee.post(undo, {"reason": "mistake"}).status_code == 303
    for page in (path, desk, "/moderation"):
        text = crowd.dee.get(page).text
        assert "Do it again" not in text, page
        assert f"/moderation/actions/{crowd.last_action()}/undo" not in text, page


def test_pages_tell_at_once_of_a_later_vote_that_is_set_aside(
    make: Make, visit: Browser, asides: Asides
) -> None:
    essay = make.essay()
    one, other = make.proposal(essay), make.proposal(essay)
    cam, readers = make.user("Cam"), [visit(), visit(make.user("Dee")), visit(make.user("Fay"))]
    window = visit(cam)
    window.post(f"/replies/{one.id}/vote", {"value": "support"})
    asides.set_aside(essay, cam)
    path = f"/essays/{essay.slug}"
    for reader in readers:
        assert "1 vote of 1 person" in reader.get(path).text
    window.post(f"/replies/{other.id}/vote", {"value": "oppose"})
    for reader in readers:
        assert "2 votes of 1 person" in reader.get(path).text
    window.post(f"/replies/{other.id}/vote", {"value": "none"})
    for reader in readers:
        assert "1 vote of 1 person" in reader.get(path).text
