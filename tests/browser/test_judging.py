"""Judging one by one in a real browser: with scripts and without, by keys, far away and refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import sleep

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.cast import Make

Window = Callable[..., Page]
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LATENCY = 0.6  # seconds
PRESS = """(all, key) => {
  const before = all.querySelector("[data-judge-part=proposal]").dataset.number;
  all.querySelector(`[data-key="${key}"]`).click();
  return new Promise((done) => setTimeout(() => {
    done(all.querySelector("[data-judge-part=proposal]").dataset.number !== before);
  }));
}"""
"""Presses, and looks before any answer can have come whether another proposal stands there."""


@pytest.fixture
def essay(make: Make) -> Essay:
    """A discussion of four proposals."""
    found = make.essay()
    for _ in range(4):
        make.proposal(found, support=2, oppose=1)
    return found


def proposal(page: Page) -> Locator:
    return page.locator("[data-judge-part=proposal]")


def number(page: Page) -> int:
    return int(proposal(page).get_attribute("data-number") or 0)


def votes(make: Make, reply_id: int) -> tuple[int, int, int]:
    with make.app.app_context():
        reply = db.session.get_one(Reply, reply_id)
        return reply.support, reply.oppose, reply.neutral


def has_fetched_ahead(page: Page) -> Callable[[], None]:
    """Return what waits until the proposal after the one shown has been fetched."""
    answered: list[str] = []
    page.on("response", lambda answer: answered.append(answer.url))

    def wait() -> None:
        for _ in range(300):
            if any("but=" in url for url in answered):
                answered.clear()
                page.wait_for_timeout(50)
                return
            page.wait_for_timeout(50)
        raise AssertionError(answered)

    return wait


@SCRIPTS
def test_from_the_essay_to_the_end(make: Make, window: Window, essay: Essay, scripts: bool) -> None:
    page = window(make.user("Cam"), java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}")
    page.get_by_role("link", name="Judge them one by one").first.click()
    heading, judged = page.get_by_role("heading", level=1), []
    for n, name in enumerate(("Support", "Oppose", "Not sure")):
        expect(heading).to_have_text(f"{n} of 4 judged")
        judged.append(number(page))
        proposal(page).get_by_role("button", name=name).click()
    expect(heading).to_have_text("3 of 4 judged")
    assert [votes(make, each) for each in judged] == [(3, 1, 0), (2, 2, 0), (2, 1, 1)]
    skipped = number(page)
    proposal(page).get_by_role("link", name="Skip").click()
    expect(page.get_by_text("You skipped this one before")).to_be_visible()
    assert number(page) == skipped, "the only one left comes back"
    page.get_by_role("button", name="Undo").click()
    expect(heading).to_have_text("2 of 4 judged")
    assert number(page) == judged.pop()
    for n in (3, 4):
        proposal(page).get_by_role("button", name="Support").click()
        expect(heading).to_have_text(f"{n} of 4 judged")
    expect(page.get_by_role("heading", name="You have judged every proposal")).to_be_visible()
    expect(page.locator(".judged-item")).to_have_count(4)
    page.get_by_role("link", name="Write the proposal you did not find").click()
    expect(page.locator("[name=title]")).to_be_visible()


def test_by_keys_alone_and_only_while_the_proposal_has_the_focus(
    make: Make, window: Window, essay: Essay
) -> None:
    page = window(make.user("Cam"))
    page.goto(f"/essays/{essay.slug}/judge")
    heading = page.get_by_role("heading", level=1)
    expect(page.locator("kbd").first).to_be_visible()
    for key in "123":
        page.keyboard.press(key)
    page.locator(".masthead-name").focus()
    page.keyboard.press("1")
    expect(heading).to_have_text("0 of 4 judged")
    proposal(page).get_by_role("link").first.focus()
    for n, key in enumerate("123", 1):
        before = number(page)
        page.keyboard.press(key)
        expect(heading).to_have_text(f"{n} of 4 judged")
        expect(proposal(page)).to_be_focused()
        assert number(page) != before
        assert votes(make, before)[n - 1] == (3, 2, 1)[n - 1]
    before = number(page)
    page.keyboard.press(" ")
    expect(page).to_have_url(re.compile(rf"skipped={before}$"))


def test_keys_can_be_switched_off(make: Make, window: Window, essay: Essay) -> None:
    page = window(make.user("Cam"))
    page.goto(f"/essays/{essay.slug}/judge")
    page.get_by_role("link", name="Switch them off").click()
    page.get_by_label("Single-key shortcuts").select_option("off")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/essays/{essay.slug}/judge")
    expect(page.locator("kbd").first).to_be_hidden()
    proposal(page).get_by_role("link").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 4 judged")


def test_far_from_the_server_the_next_is_there_at_once(
    make: Make, window: Window, essay: Essay
) -> None:
    page = window(make.user("Cam"))
    ready = has_fetched_ahead(page)

    def late(route: Route) -> None:
        sleep(LATENCY)
        route.continue_()

    page.goto(f"/essays/{essay.slug}/judge")
    page.route("**/vote", late)
    seen = []
    for n in range(3):
        ready()
        seen.append(number(page))
        assert page.locator("[data-judge]").evaluate(PRESS, "1") is True, n
        assert number(page) not in seen
    expect(page.get_by_role("heading", level=1)).to_have_text("3 of 4 judged")
    expect(page.locator(".judged-item")).to_have_count(3)
    assert [votes(make, each)[0] for each in seen] == [3, 3, 3]


def test_offline_it_comes_back_with_the_reason(make: Make, window: Window, essay: Essay) -> None:
    page = window(make.user("Cam"))
    ready = has_fetched_ahead(page)
    page.goto(f"/essays/{essay.slug}/judge")
    ready()
    first = number(page)
    page.context.set_offline(True)
    proposal(page).get_by_role("button", name="Support").click()
    expect(page.locator(".judge-warning")).to_contain_text("there is no connection")
    assert number(page) == first
    expect(proposal(page)).to_be_focused()
    page.context.set_offline(False)
    proposal(page).get_by_role("button", name="Support").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 4 judged")
    assert votes(make, first)[0] == 3


def test_hidden_meanwhile_it_says_so_and_can_be_passed(
    make: Make, window: Window, essay: Essay
) -> None:
    page, dee = window(make.user("Cam")), make.user("Dee", role="moderator")
    ready = has_fetched_ahead(page)
    page.goto(f"/essays/{essay.slug}/judge")
    ready()
    gone = number(page)
    with make.app.app_context():
        held = db.session.get_one(Reply, gone)
    make.decide("hide", held, dee)
    proposal(page).get_by_role("button", name="Support").click()
    expect(page.locator(".judge-warning")).to_be_visible()
    assert number(page) == gone
    proposal(page).get_by_role("link", name="Skip").click()
    expect(page.locator(".judge-warning")).to_have_count(0)
    assert number(page) != gone


@SCRIPTS
def test_a_stranger_looks_through_and_keeps_the_first_vote(
    make: Make, window: Window, essay: Essay, scripts: bool
) -> None:
    zed = make.user("Zed")
    page = window(java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}/judge")
    first = number(page)
    proposal(page).get_by_role("link", name="Skip").click()
    expect(proposal(page)).not_to_have_attribute("data-number", str(first))
    assert page.context.cookies() == []
    second = number(page)
    proposal(page).get_by_role("button", name="Support").click()
    expect(page.get_by_text("Your vote is kept: Support")).to_be_visible()
    page.fill("[name=email]", zed.email or "")
    page.fill("[name=password]", Make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if not scripts:
        page.get_by_role("button", name="Send your vote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 4 judged")
    assert votes(make, second)[0] == 3
    assert number(page) not in (first, second), "what was skipped still comes last"


def test_on_a_phone_four_equal_buttons_are_in_reach(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, body="A long thought.\n\n" * 40)
    for language in ("en", "fr"):
        page = window(make.user(), locale=language, **PHONE)
        page.goto(f"/essays/{essay.slug}/judge")
        boxes = [each.bounding_box() for each in page.locator(".judge-button").all()]
        assert len(boxes) == 4
        assert len({(box["width"], box["y"]) for box in boxes if box}) == 1
        assert all(box and box["y"] + box["height"] <= 740 and box["height"] >= 44 for box in boxes)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_may_not_vote_is_told_and_may_look(app: Flask, make: Make, window: Window) -> None:
    essay, dee = make.essay(), make.user("Dee", role="moderator")
    make.proposal(essay)
    cam = make.user("Cam")
    with app.app_context():
        held = db.session.get_one(User, cam.id)
        held.suspended_until = held.created_at.replace(year=9000)
        db.session.commit()
    page = window(cam)
    page.goto(f"/essays/{essay.slug}/judge")
    expect(page.locator(".judge-buttons .vote-why")).to_be_visible()
    expect(page.locator(".judge-buttons button")).to_have_count(0)
    assert dee.id
