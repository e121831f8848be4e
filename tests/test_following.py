"""Following without having taken part, and no longer; and how people choose to be told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.events.models import Follow
from forum.events.preferences import rhythms_of
from forum.events.topics import TOPICS
from tests.cast import Make


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Follow)) or 0


def test_a_voter_follows_and_can_stop(app: Flask, make: Make, visit: Any) -> None:
    cam, reply = make.user("Cam"), make.proposal(make.essay())
    browser, path = visit(cam), f"/replies/{reply.id}"
    assert "Follow this" in browser.get(path).get_data(as_text=True)
    make.vote(cam, reply)
    assert "You follow this because you took part." in browser.get(path).get_data(as_text=True)
    assert rows(app) == 0
    assert browser.post(f"{path}/follow", {"value": "off"}).status_code == 303
    assert "You have chosen not to follow this." in browser.get(path).get_data(as_text=True)
    for _twice in range(2):
        browser.post(f"{path}/follow", {"value": "on"})
    assert rows(app) == 1
    assert browser.post(f"{path}/follow", {"value": "maybe"}).status_code == 422


def test_a_comment_is_followed_with_what_it_stands_under(
    app: Flask, make: Make, visit: Any
) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply)
    visit(make.user("Cam")).post(f"/replies/{comment.id}/follow", {"value": "on"})
    with app.app_context():
        assert db.session.scalar(select(Follow.subject_id)) == reply.id


def test_a_discussion_is_followed_whole_or_by_lever(app: Flask, make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    browser, path = visit(cam), f"/essays/{essay.slug}/follow"
    assert browser.post(path, {"value": "on", "lever": "policy"}).status_code == 303
    assert browser.post(f"{path}?lever=market", {"value": "on"}).status_code == 303
    assert browser.post(path, {"value": "on", "lever": "magic"}).status_code == 422
    with app.app_context():
        assert set(db.session.scalars(select(Follow.lever))) == {"policy", "market"}
    page = browser.get("/account/letters").get_data(as_text=True)
    assert page.count(f'href="/essays/{essay.slug}"') == 2


@pytest.mark.parametrize("path", ["/replies/{shown}", "/essays/{slug}"])
def test_strangers_see_no_button(make: Make, visit: Any, path: str) -> None:
    reply = make.proposal(make.essay())
    page = visit().get(path.format(shown=reply.id, slug=reply.essay.slug)).get_data(as_text=True)
    assert "/follow" not in page


def test_people_choose_when_and_in_which_language(app: Flask, make: Make, visit: Any) -> None:
    cam = make.user("Cam")
    browser = visit(cam)
    with app.app_context():
        usual = rhythms_of(cam)
    assert {name for name, rhythm in usual.items() if rhythm == "at_once"} == {
        "comments",
        "replies",
        "answers",
        "moderation",
        "desk",
        "seat",
    }
    assert set(usual.values()) == {"at_once", "weekly"}
    chosen = {topic.name: "daily" for topic in TOPICS} | {"texts": "never", "language": "fr"}
    assert browser.post("/account/letters", chosen).status_code == 303
    with app.app_context():
        assert rhythms_of(cam) == {**dict.fromkeys(usual, "daily"), "texts": "never"}
    assert browser.post("/account/letters", {**chosen, "moderation": "never"}).status_code == 422
