"""Every task, done in a real browser: with scripts, without them, and by keyboard alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from forum.accounts.models import SignIn
from forum.db import db
from tests.browser.conftest import eventually
from tests.cast import Make

Window = Callable[..., Page]

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@SCRIPTS
def test_zed_joins_and_proposes(make: Make, window: Window, scripts: bool) -> None:
    essay = make.essay()
    page = window(java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}/reply")
    page.get_by_role("link", name="Create one").click()
    page.fill("[name=name]", "Zed Ali")
    page.fill("[name=email]", "zed@example.org")
    page.fill("[name=password]", "tulip orbit 42")
    page.get_by_role("button", name="Create the account").click()
    expect(page).to_have_url(f"{page.url.split('/essays')[0]}/essays/{essay.slug}/reply")
    page.check("input[name=lever][value=regulatory]")
    page.fill("[name=title]", "Every form states how long it takes")
    page.fill("[name=body]", "A form says **how many minutes** it takes.")
    page.select_option("[name=jurisdiction]", "municipal")
    page.check("input[name=ambition][value=replaces]")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("strong", has_text="how many minutes").first).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Every form states how long it takes")
    page.goto(f"/essays/{essay.slug}")
    expect(
        page.get_by_role("link", name="Every form states how long it takes", exact=True)
    ).to_be_visible()


@SCRIPTS
def test_cam_votes_and_keeps_her_place(make: Make, window: Window, scripts: bool) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    page = window(make.user("Cam"), java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}")
    card = page.locator(f"#reply-{reply.id}")
    button = card.locator("button[data-value=support]")
    button.click()
    expect(card.locator("button[aria-pressed=true]")).to_have_count(1)
    expect(button if scripts else card).to_be_in_viewport()
    eventually(lambda: make.fresh(reply).support, 1)
    card.locator("button[aria-pressed=true]").click()
    expect(card.locator("button[aria-pressed=true]")).to_have_count(0)
    eventually(lambda: make.fresh(reply).support, 0)


def test_a_vote_is_announced_and_the_focus_stays(make: Make, window: Window) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    page = window(make.user("Cam"))
    page.goto(f"/essays/{essay.slug}")
    button = page.locator(f"#reply-{reply.id} button[data-value=oppose]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your vote is counted.")).to_have_count(1)
    expect(page.locator(f"#reply-{reply.id} button[data-value=oppose]")).to_be_focused()


@SCRIPTS
def test_a_filter_is_an_address(make: Make, window: Window, scripts: bool) -> None:
    essay = make.essay()
    make.proposal(essay, title="By policy")
    make.proposal(essay, title="By market", lever="market")
    page = window(java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}")
    page.locator("input[name=lever][value=market]").check(force=True)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("lever=market"))
    expect(page.get_by_role("link", name="By market", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="By policy", exact=True)).to_have_count(0)


@SCRIPTS
def test_a_comment_with_a_stance(make: Make, window: Window, scripts: bool) -> None:
    reply = make.proposal(make.essay())
    page = window(make.user("Cam"), java_script_enabled=scripts)
    page.goto(f"/replies/{reply.id}")
    page.check("input[name=stance][value=challenge]")
    page.fill("textarea[name=body]", "Who would pay for it?")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Who would pay for it?")).to_be_visible()


@SCRIPTS
def test_dee_hides_and_restores(make: Make, window: Window, scripts: bool) -> None:
    reply = make.proposal(make.essay(), body="Best tea in town.")
    page = window(make.user("Dee", role="moderator"), java_script_enabled=scripts)
    for button in ("Hide", "Show it again"):
        page.goto(f"/replies/{reply.id}")
        act = page.locator("form.decision")
        if not act.is_visible():
            page.locator("details:has(form.decision) > summary").click()
        act.locator("[name=reason]").select_option("spam")
        with page.expect_navigation():
            act.get_by_role("button", name=button, exact=True).click()
    assert make.fresh(reply).status == "visible"
    page.goto("/moderation/log")
    expect(page.get_by_role("main")).to_contain_text("Hidden")


def press_to(page: Page, selector: str, most: int = 120) -> None:
    """Go to an element with the Tab key alone, as a person without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key.")


def test_proposing_by_keyboard_alone(make: Make, window: Window) -> None:
    essay = make.essay()
    page = window(make.user("Ben"))
    page.goto(f"/essays/{essay.slug}/reply")
    press_to(page, "input[name=lever]")
    page.keyboard.press("ArrowRight")
    press_to(page, "[name=title]")
    page.keyboard.type("Typed without a mouse")
    press_to(page, "[name=body]")
    page.keyboard.type("Every word of it.")
    press_to(page, "button:not([name=preview])[type=submit], button:not([name]):not([type])")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Typed without a mouse")


def test_voting_by_keyboard_alone(make: Make, window: Window) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    page = window(make.user("Cam"))
    page.goto(f"/essays/{essay.slug}")
    press_to(page, f"#reply-{reply.id} button[data-value=support]")
    page.keyboard.press("Enter")
    expect(page.locator(f"#reply-{reply.id} button[aria-pressed=true]")).to_have_count(1)
    eventually(lambda: make.fresh(reply).support, 1)


def test_joining_and_commenting_by_keyboard_alone(make: Make, window: Window) -> None:
    reply = make.proposal(make.essay())
    page = window()
    page.goto(f"/sign-up?next=/replies/{reply.id}")
    for name, typed in (
        ("name", "Zed Ali"),
        ("email", "zed@example.org"),
        ("password", "tulip 42x"),
    ):
        press_to(page, f"main [name={name}]")
        page.keyboard.type(typed)
    with page.expect_navigation(url=re.compile(rf"\d/replies/{reply.id}$")):
        page.keyboard.press("Enter")
    press_to(page, "input[name=stance]")
    page.keyboard.press("ArrowRight")
    press_to(page, ".comment-form textarea")
    page.keyboard.type("Not a mouse was used.")
    press_to(page, ".comment-form button:not([name])")
    page.keyboard.press("Enter")
    expect(page.locator(".comment", has_text="Not a mouse was used.")).to_contain_text("Challenges")


def test_exporting_by_keyboard_alone(make: Make, window: Window) -> None:
    essay = make.essay()
    for lever, support in [("policy", 1), ("market", 3), ("policy", 2), ("market", 4)]:
        make.proposal(essay, title=f"{lever} {support}, “=1+1”", lever=lever, support=support)
    page = window(make.user("Fay", role="facilitator"))
    page.goto(f"/essays/{essay.slug}?sort=top")
    press_to(page, "input[name=lever][value=market]")
    page.keyboard.press("Space")
    press_to(page, ".filter-form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**lever=market**")
    expect(page.locator(".export-summary")).to_have_text("Export these 2")
    press_to(page, ".export-summary")
    page.keyboard.press("Enter")
    press_to(page, "a[href*='proposals.csv']")
    with page.expect_download() as begun:
        page.keyboard.press("Enter")
    shown = page.locator(".proposals .card-title").all_inner_texts()
    with open(begun.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == shown == ["market 4, “=1+1”", "market 3, “=1+1”"]
    ranks = page.locator(".proposals .card-rank").all_inner_texts()
    assert [row["rank"] for row in rows] == [text.split()[-1] for text in ranks]
    assert rows[0]["export_rows"] == "2"


def test_the_language_is_changed_on_the_same_page(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, lever="market")
    page = window(locale="en-CA")
    page.goto(f"/essays/{essay.slug}?lever=market")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert "lever=market" in page.url
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "fr"


def cookies_go(page: Page, app: Flask) -> None:
    """Let the browser forget who it is, once nothing is on its way that would remind it."""
    expect(page.locator("[data-draft=said]")).to_contain_text("Draft saved at")
    page.context.clear_cookies()


def sign_ins_end(page: Page, app: Flask) -> None:
    """End every sign-in on the server, as signing out elsewhere does."""
    with app.app_context():
        db.session.execute(delete(SignIn))
        db.session.commit()


@pytest.mark.parametrize("end", [cookies_go, sign_ins_end])
def test_words_survive_a_session_that_ended(
    make: Make, window: Window, app: Flask, end: Callable[[Page, Flask], None]
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    page = window(ben)
    page.goto(f"/essays/{essay.slug}/reply")
    page.check("input[value=policy]")
    page.fill("[name=title]", "Kept through it all")
    page.fill("[name=body]", "Not a word is lost.")
    end(page, app)
    page.get_by_role("button", name="Publish").click()
    page.fill("[name=email]", str(ben.email))
    page.fill("[name=password]", make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Not a word is lost.").first).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept through it all")
