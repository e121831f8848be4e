"""Writing in a real browser: words survive, pages never overwrite each other, help is at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete, func, select

from forum.accounts.models import SignIn, User
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.browser.conftest import until_helped
from tests.cast import Make

Window = Callable[..., Page]

FEE = "Refund half the permit fee whenever the city misses its own date"


@pytest.fixture
def place(make: Make) -> str:
    """The address of the form that answers an essay."""
    essay = make.essay()
    make.proposal(essay, title=FEE)
    return f"/essays/{essay.slug}/reply"


def saved(page: Page) -> None:
    expect(page.locator("[data-draft=said]")).to_contain_text("Draft saved at")


def other_tab(page: Page, place: str) -> Page:
    tab = page.context.new_page()
    tab.goto(place)
    return tab


def sign_in(page: Page, user: User) -> None:
    page.goto("/sign-in")
    page.fill("[name=email]", str(user.email))
    page.fill("[name=password]", Make.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


def test_a_closed_tab_loses_nothing(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    page.check("input[value=market]")
    page.fill("[name=title]", "Pay on results")
    page.fill("[name=body]", "Half a thought")
    saved(page)
    tab = other_tab(page, place)
    page.close()
    expect(tab.get_by_text("is restored")).to_be_visible()
    expect(tab.locator("[name=title]")).to_have_value("Pay on results")
    expect(tab.locator("input[value=market]")).to_be_checked()
    tab.get_by_role("button", name="Discard the draft").click()
    expect(tab.get_by_text("The draft has been discarded.")).to_be_visible()
    expect(tab.locator("[name=title]")).to_have_value("")


def test_no_lever_is_chosen_for_anyone(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    expect(page.locator("[name=lever]:checked")).to_have_count(0)
    page.fill("[name=title]", "Pay on results")
    page.fill("[name=body]", "A whole thought.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(":focus")).to_contain_text("Choose a lever")
    assert page.url.endswith(place)
    page.locator(".errors a").click()
    assert page.evaluate("document.activeElement.name") == "lever"


def test_a_double_click_publishes_once(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    page.check("input[value=market]")
    page.fill("[name=title]", "Pay on results")
    page.fill("[name=body]", "A whole thought.")
    page.get_by_role("button", name="Publish").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay on results")
    page.goto(place)
    expect(page.locator("[name=title]")).to_have_value("")
    page.goto(place.removesuffix("/reply"))
    expect(page.get_by_role("link", name="Pay on results", exact=True)).to_have_count(1)


def test_two_tabs_never_overwrite_each_other(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    tab = other_tab(page, place)
    page.fill("[name=body]", "From the first")
    saved(page)
    tab.fill("[name=body]", "From the second")
    clash = tab.locator("[data-draft=clash]")
    expect(clash).to_contain_text("Both are kept here.")
    body = tab.locator("[name=body]")
    tab.get_by_role("button", name="Show the other text").click()
    expect(body).to_have_value("From the first")
    tab.get_by_role("button", name="Show the other text").click()
    expect(body).to_have_value("From the second")
    tab.get_by_role("button", name="Keep the text shown").click()
    saved(tab)
    expect(clash).to_be_hidden()
    page.reload()
    expect(page.locator("[name=body]")).to_have_value("From the second")


def test_a_session_that_ends_stops_no_one(make: Make, window: Window, place: str) -> None:
    ben = make.user("Ben")
    page = window(ben)
    page.goto(place)
    tab = other_tab(page, "/")
    tab.locator(".masthead-menu summary").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("link", name="Sign in").first).to_be_visible()
    page.fill("[name=body]", "Half a thought")
    expect(page.locator("[data-draft=said]")).to_contain_text("signed out")
    sign_in(tab, ben)
    page.fill("[name=body]", "Half a thought, and more")
    saved(page)
    tab.goto(place)
    expect(tab.locator("[name=body]")).to_have_value("Half a thought, and more")


def test_a_comment_is_kept_quoted_and_previewed(make: Make, window: Window, place: str) -> None:
    reply = make.proposal(make.essay())
    make.comment(reply, make.user("Cam"), body="Too slow.")
    page = window(make.user("Ben"))
    page.goto(f"/replies/{reply.id}")
    page.get_by_role("link", name="Quote").click()
    expect(page.locator("[name=body]")).to_have_value("> Cam wrote:\n>\n> Too slow.\n\n")
    until_helped(page)
    page.get_by_role("button", name="Preview").click()
    shown = page.locator("[data-preview]")
    expect(shown).to_be_focused()
    page.locator("[name=body]").press_sequentially("It is **not**.")
    expect(shown.locator("blockquote")).to_contain_text("Too slow.")
    expect(shown.locator("strong")).to_have_text("not")
    saved(page)


ENTER = {
    "a proposal": ("/essays/{slug}/reply", "title"),
    "an edit": ("/replies/{mine}/edit", "note"),
    "a lever": ("/essays/{slug}/reply", "lever"),
    "a comment": ("/replies/{theirs}/comment", "stance"),
    "a new essay": ("/essays/new", "title"),
    "an essay": ("/essays/{slug}/edit", "byline"),
}


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_enter_in_a_line_shows_and_never_publishes(
    app: Flask, make: Make, window: Window, scripts: bool
) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    mine, theirs = make.proposal(essay, fay), make.proposal(essay)
    page = window(fay, java_script_enabled=scripts)
    for place, name in ENTER.values():
        path = place.format(slug=essay.slug, mine=mine.id, theirs=theirs.id)
        page.goto(path)
        if name not in {"lever", "stance"}:
            page.locator(f"[name={name}]").fill("Pay on results")
        page.locator("textarea[name=body]").fill("A whole thought.")
        if page.locator("input[name=lever]").count():
            page.check("input[name=lever][value=market]")
        page.locator(f"[name={name}]").first.press("Enter")
        expect(page.locator("[data-preview]")).to_contain_text("A whole thought.")
        assert page.url.endswith(path)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reply)) == 2
        assert db.session.scalar(select(func.count()).select_from(Essay)) == 1


def test_a_preview_follows_what_is_typed_and_drafts_go_on(
    make: Make, window: Window, place: str
) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    page.check("input[value=market]")
    page.fill("[name=title]", "Pay on results")
    page.press("[name=title]", "Enter")
    shown = page.locator("[data-preview]")
    expect(shown.locator(".reply-title")).to_have_text("Pay on results")
    expect(shown).to_contain_text("There is no text to show yet.")
    assert page.evaluate("document.activeElement.name") == "title"
    page.fill("[name=body]", "Because **it works**.")
    expect(shown.locator("strong")).to_have_text("it works")
    saved(page)


def test_a_preview_without_connection_is_a_page_of_its_own(
    make: Make, window: Window, place: str
) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    page.fill("[name=body]", "A whole thought.")
    page.route("**/reply", lambda route: route.abort() if is_part(route) else route.continue_())
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview]")).to_contain_text("A whole thought.")


def is_part(route: Any) -> bool:
    """Whether a script asks, rather than the browser itself."""
    return bool(route.request.header_value("prefer"))


def test_similar_proposals_show_while_typing(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    page.locator("[name=title]").press_sequentially("Refund the permit fee")
    like = page.get_by_role("link", name=FEE)
    expect(like).to_be_visible()
    expect(page.get_by_text("Shares the words: Refund, permit, fee.")).to_be_visible()
    page.get_by_role("button", name="do not show these").click()
    expect(like).to_be_hidden()
    page.locator("[name=title]").press_sequentially(" at once")
    page.wait_for_timeout(600)
    expect(like).to_be_hidden()


@pytest.mark.parametrize(
    ("words", "pasted", "becomes"),
    [
        (
            "rules",
            "https://example.org/a_(b)",
            "See the [rules](https://example.org/a_%28b%29) here",
        ),
        ("", "https://example.org/", "See the rules here"),
        ("rules", "not an address", "See the rules here"),
    ],
)
def test_an_address_pasted_over_words_makes_a_link(
    make: Make, window: Window, place: str, words: str, pasted: str, becomes: str
) -> None:
    page = window(make.user("Ben"))
    page.goto(place, wait_until="networkidle")
    body = page.locator("[name=body]")
    body.fill("See the rules here")
    taken = body.evaluate(
        """(field, [words, pasted]) => {
            field.focus();
            field.setSelectionRange(8, 8 + words.length);
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", pasted);
            const paste = new ClipboardEvent("paste", { clipboardData, cancelable: true });
            return !field.dispatchEvent(paste);
        }""",
        [words, pasted],
    )
    assert taken == (becomes != "See the rules here")
    expect(body).to_have_value(becomes)


def test_the_counter_counts_as_the_server_does(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    count = page.locator("[data-count=title]")
    expect(count).to_be_hidden()
    page.fill("[name=title]", "🙂" * 110)
    expect(count).to_have_text("Characters left: 10")
    page.fill("[name=title]", "x" * 125)
    expect(count).to_have_text("Characters left: -5")


def test_without_scripts_drafts_are_a_button_away(make: Make, window: Window, place: str) -> None:
    page = window(make.user("Ben"), java_script_enabled=False)
    page.goto(place)
    tab = other_tab(page, place)
    page.fill("[name=title]", "Pay on results")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Pay on results")
    tab.fill("[name=title]", "Pay in advance")
    tab.get_by_role("button", name="Save as a draft").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Two drafts")
    tab.get_by_role("button", name="Continue with this one").click()
    expect(tab.locator("[name=title]")).to_have_value("Pay in advance")
    tab.check("input[value=market]")
    tab.fill("[name=body]", "Because.")
    tab.get_by_role("button", name="Publish").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Pay in advance")


def test_data_for_programs_breaks_no_policy(make: Make, window: Window) -> None:
    essay = make.essay("Who </script><b>waits</b>?")
    reply = make.proposal(essay, title="<!-- <script> -->")
    page = window()
    page.add_init_script(
        "window.broken = [];"
        "addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective));"
    )
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}"):
        page.goto(path)
        data = page.locator('script[type="application/ld+json"]')
        assert json.loads(data.inner_text())["@type"] == "DiscussionForumPosting"
        assert page.evaluate("broken") == []
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_no_sign_in_page_among_similar_proposals(
    make: Make, window: Window, app: Flask, place: str
) -> None:
    page = window(make.user("Ben"))
    page.goto(place)
    with app.app_context():
        db.session.execute(delete(SignIn))
        db.session.commit()
    with page.expect_request(lambda asked: "/similar?" in asked.url):
        page.fill("[name=title]", "Refund the permit fee")
    page.wait_for_timeout(500)
    expect(page.locator("[name=password]")).to_have_count(0)


def test_a_name_is_offered_and_taken_by_keyboard(make: Make, window: Window) -> None:
    reply = make.proposal(make.essay(), make.user("Ben Osei"))
    make.comment(reply, make.user("Béatrice Roy"))
    page = window(make.user("Zed"))
    page.goto(f"/replies/{reply.id}/comment")
    field = page.locator("textarea[name=body]")
    field.press_sequentially("I agree with @B")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Béatrice Roy", "Ben Osei"])
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.press("Enter")
    expect(field).to_have_value("I agree with @Ben Osei ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press_sequentially("and @b")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press("Enter")
    expect(field).to_have_value("I agree with @Ben Osei and @b\n")
