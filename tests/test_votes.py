"""Voting: one person, one vote, counted once, on the version they saw."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.cast import Make
from tests.conftest import TOKEN
from tests.hearing import heard


def test_a_vote_is_counted_and_can_be_changed_and_taken_back(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    for value, counts in (
        ("support", (1, 0, 0)),
        ("oppose", (0, 1, 0)),
        ("neutral", (0, 0, 1)),
        ("none", (0, 0, 0)),
    ):
        assert cam.post(f"/replies/{reply.id}/vote", {"value": value}).status_code == 303
        now = make.fresh(reply)
        assert (now.support, now.oppose, now.neutral) == counts


def test_nobody_votes_for_their_own(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    assert visit(ben).post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403
    assert make.fresh(reply).support == 0


def test_a_stranger_is_asked_to_sign_in(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    assert visit().post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 401
    assert make.fresh(reply).support == 0


def test_whoever_is_refused_a_vote_sees_a_page_of_their_own(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    refused = visit(ben).post(f"/replies/{reply.id}/vote", {"value": "support"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 403
    assert "You cannot vote on your own proposal." in page
    assert "Ben" in page
    assert "/sign-out" in page


def test_a_vote_takes_six_statements(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    cam, asked = visit(make.user("Cam")), list[str]()
    cam.post(f"/replies/{reply.id}/vote", {"value": "oppose"})  # notes the network

    with heard(Engine, lambda statement, _given: asked.append(statement)):
        cam.post(f"/replies/{reply.id}/vote", {"value": "support"}, headers=PREFERS)
    assert [each.split()[0] for each in asked] == [*["SELECT"] * 4, "INSERT", "UPDATE"], asked
    assert (make.fresh(reply).support, make.fresh(reply).oppose) == (1, 0)


@pytest.mark.parametrize("value", ["", "yes", "SUPPORT", "support ", "\x00"])
def test_an_unknown_value_is_refused(make: Make, visit: Any, value: str) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    assert cam.post(f"/replies/{reply.id}/vote", {"value": value}).status_code == 422
    assert make.fresh(reply).support == 0


PREFERS = {"Prefer": "return=representation", "Accept": "text/html, application/problem+json"}


def test_a_script_gets_the_new_numbers_as_the_page_shows_them(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(), support=2, oppose=1)
    cam = visit(make.user("Cam"))
    answer = cam.post(f"/replies/{reply.id}/vote", {"value": "support"}, headers=PREFERS)
    part = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Your vote is counted." in part
    page = cam.get(f"/replies/{reply.id}").get_data(as_text=True)
    for name in ("bar", "why"):
        assert counted(part, name) == counted(page, name) != ""
    assert "<html" not in part


def counted(page: str, name: str) -> str:
    """Return the part of a page that a vote brings anew, its white space aside."""
    found = re.search(rf'<(\w+)[^>]*data-counted="{name}">(.*?)</\1>', page, re.DOTALL)
    return " ".join(found[2].split()) if found else ""


def test_a_script_is_told_why_a_vote_is_refused(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    own = make.proposal(make.essay(), ben)
    over = make.proposal(make.essay(state="closed"))
    page = visit(ben)
    for reply, why in (
        (own, "You cannot vote on your own proposal."),
        (over, "Voting on this proposal is closed."),
    ):
        answer = page.post(f"/replies/{reply.id}/vote", {"value": "support"}, headers=PREFERS)
        assert (answer.status_code, answer.get_json()["detail"]) == (403, why)
    forged = page.client.post(f"/replies/{own.id}/vote", data={"value": "none"}, headers=PREFERS)
    assert forged.get_json()["detail"] == "This page has expired. Reload it and try again."


def test_the_vote_of_a_stranger_is_kept_until_they_have_signed_in(make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    reply = make.proposal(essay)
    zed = visit()
    page = zed.get(f"/essays/{essay.slug}")
    assert "Set-Cookie" not in page.headers
    assert f'formaction="/replies/{reply.id}/vote"' in page.get_data(as_text=True)
    sent = {"value": "oppose", "next": f"/essays/{essay.slug}"}
    asked = zed.client.post(f"/replies/{reply.id}/vote", data=sent)
    assert asked.status_code == 401
    assert "Sign in to vote." in asked.get_data(as_text=True)
    assert "Your vote is kept: Oppose" in asked.get_data(as_text=True)
    zed.token = TOKEN.findall(asked.get_data(as_text=True))[0]
    words = {"email": cam.email, "password": make.PASSWORD, "next": f"/replies/{reply.id}/vote"}
    kept = json.dumps(list(sent.items()))
    assert kept in html.unescape(asked.get_data(as_text=True))
    offered = zed.post("/sign-in", {**words, "kept": kept}).get_data(as_text=True)
    assert f'action="/replies/{reply.id}/vote"' in offered
    assert "Send your vote" in offered
    zed.token = TOKEN.findall(offered)[0]
    assert zed.post(f"/replies/{reply.id}/vote", sent).status_code == 303
    assert make.fresh(reply).oppose == 1


def test_a_card_says_why_there_are_no_buttons(make: Make, visit: Any) -> None:
    ben, essay = make.user("Ben"), make.essay()
    make.proposal(essay, ben)
    closed = make.essay("Over", state="closed")
    make.proposal(closed)
    assert (
        "This is your proposal. Others vote on it." in visit(ben).get(f"/essays/{essay.slug}").text
    )
    assert "Closed: these are the final votes." in visit().get(f"/essays/{closed.slug}").text
