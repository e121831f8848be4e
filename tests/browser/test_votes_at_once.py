"""A vote is felt at once: far from the server, when it refuses, and with the network away."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import delete

from forum.accounts.models import SignIn
from forum.db import db, now
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.browser.conftest import eventually
from tests.cast import Make

Window = Callable[..., Page]

LATENCY = 0.6  # seconds
PRESS = """(all, value) => {
  const button = all.querySelector(`[data-value=${value}]`);
  const before = getComputedStyle(button).backgroundColor;
  button.click();
  return [button.ariaPressed, getComputedStyle(button).backgroundColor !== before];
}"""
"""Clicks and looks again without giving the browser a chance to do anything in between."""

QUICKLY = """(all, values) => {
  for (const value of values) all.querySelector(`[data-value=${value}]`).click();
}"""


@pytest.fixture
def reply(make: Make) -> Reply:
    return make.proposal(make.essay(), support=4, oppose=1)


@pytest.fixture
def page(make: Make, window: Window, reply: Reply) -> Page:
    """Cam's window, at the proposal's discussion."""
    found = window(make.user("Cam"))
    found.goto(f"/essays/{reply.essay.slug}")
    return found


def card(page: Page, reply: Reply) -> Locator:
    return page.locator(f"#reply-{reply.id}")


def far_away(page: Page) -> list[str]:
    """Let every vote take its time; return what was sent, as it is sent."""
    sent: list[str] = []

    def late(route: Route) -> None:
        sent.append((route.request.post_data or "").removeprefix("value="))
        sleep(LATENCY)
        route.continue_()

    page.route("**/vote", late)
    return sent


def numbers_of(make: Make, reply: Reply) -> tuple[int, int, int]:
    """Return how many votes of each kind are stored."""
    fresh = make.fresh(reply)
    return fresh.support, fresh.oppose, fresh.neutral


def test_the_button_fills_in_the_frame_of_the_click(make: Make, page: Page, reply: Reply) -> None:
    far_away(page)
    found, address = card(page, reply), page.url
    assert found.evaluate(PRESS, "support") == ["true", True]
    expect(found.locator(".support-bar-numbers b").first).to_have_text("5")
    expect(page.get_by_role("status").filter(has_text="Your vote is counted.")).to_have_count(1)
    assert make.fresh(reply).support == 5
    assert page.url == address
    assert found.evaluate(PRESS, "support") == ["false", True], "and empties as fast"
    expect(found.locator(".support-bar-numbers b").first).to_have_text("4")


def test_the_explanation_follows_and_stays_open(page: Page, reply: Reply) -> None:
    found = card(page, reply)
    found.get_by_text("Why this rank?").click()
    expect(found.locator(".why-words")).to_contain_text("So far 80% support it.")
    found.evaluate(PRESS, "support")
    expect(found.locator(".why-words")).to_contain_text("So far 83% support it.")
    expect(found.locator(".why-words")).to_be_visible()


def test_two_quick_clicks_end_as_the_last_one_said(make: Make, page: Page, reply: Reply) -> None:
    sent = far_away(page)
    found = card(page, reply)
    found.evaluate(QUICKLY, ["support", "neutral", "oppose"])
    pressed = found.locator("button[aria-pressed=true]")
    expect(pressed).to_have_text("Oppose")
    expect(found.locator(".support-bar-numbers")).to_have_text("Support 4 Oppose 2 Not sure 0")
    expect(pressed).to_have_text("Oppose")
    assert sent == ["support", "oppose"], "what was overtaken was never sent"
    eventually(lambda: numbers_of(make, reply), (4, 2, 0))


@pytest.mark.parametrize("way", ["", "/judge"], ids=["list", "judge"])
def test_a_click_before_the_scripts_are_there_is_answered_by_a_page(
    make: Make, window: Window, reply: Reply, way: str
) -> None:
    page = window(make.user("Cam"))
    page.route("**/*.js*", lambda route: route.abort(), times=1 if not way else 2)
    page.goto(f"/essays/{reply.essay.slug}{way}")
    with page.expect_navigation():
        page.get_by_role("button", name="Support").first.click()
    said = page.get_by_role("status").filter(has_text="Your vote is counted.")
    expect(said).to_be_focused()
    assert make.fresh(reply).support == 5


def test_who_goes_on_at_once_leaves_the_last_vote_behind(
    make: Make, page: Page, reply: Reply
) -> None:
    found = card(page, reply)
    found.evaluate(QUICKLY, ["support", "neutral"])
    page.goto("/accessibility")
    eventually(lambda: numbers_of(make, reply), (4, 1, 1))


def goes_back(page: Page, reply: Reply, why: str) -> Locator:
    """Vote, and see it go back with the reason in a line; nothing of the page is left."""
    found, address = card(page, reply), page.url
    assert found.evaluate(PRESS, "support") == ["true", True]
    line = found.locator(".vote-warning")
    expect(line).to_have_text(why)
    expect(found.locator("button[aria-pressed=true]")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text=why)).to_have_count(1)
    expect(found.locator(".support-bar-numbers")).to_have_text("Support 4 Oppose 1 Not sure 0")
    assert page.url == address
    return line


def test_with_the_network_away_it_goes_back(make: Make, page: Page, reply: Reply) -> None:
    page.context.set_offline(True)
    away = (
        "Your vote was not sent because there is no connection. Try again when you are back online."
    )
    line = goes_back(page, reply, away)
    page.context.set_offline(False)
    assert card(page, reply).evaluate(PRESS, "support") == ["true", True]
    expect(line).to_have_count(0)
    expect(card(page, reply).locator(".support-bar-numbers b").first).to_have_text("5")
    eventually(lambda: make.fresh(reply).support, 5)


def test_refused_it_goes_back(app: Flask, page: Page, reply: Reply) -> None:
    with app.app_context():
        db.session.get_one(Essay, reply.essay_id).closes_at = now()
        db.session.commit()
    goes_back(page, reply, "Voting on this proposal is closed.")


def test_signed_out_elsewhere_the_line_leads_to_sign_in(
    app: Flask, page: Page, reply: Reply
) -> None:
    with app.app_context():
        db.session.execute(delete(SignIn))
        db.session.commit()
    line = goes_back(page, reply, "Sign in to vote.")
    way = line.get_by_role("link").get_attribute("href") or ""
    assert way.startswith("/sign-in?next=/essays/")


def test_an_answer_that_is_none_goes_back(page: Page, reply: Reply) -> None:
    page.route("**/vote", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    goes_back(page, reply, "Your vote was not counted. Try again in a minute.")
