"""The moderators' desk by its keys alone, and without any script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Make

Window = Callable[..., Page]


def reason(page: Page, words: str) -> None:
    """Choose a reason in the list that has the focus by typing how it begins."""
    expect(page.locator("select:focus")).to_have_count(1)
    page.keyboard.type(words)


def shows(page: Page, number: int) -> None:
    """Wait until the queue is this long, and its keys are there to be pressed."""
    expect(page.locator("[data-review]")).to_have_count(number)
    page.wait_for_load_state()


def test_dee_clears_the_queue_by_keys(make: Make, window: Window) -> None:
    essay, ben = make.essay(), make.user("Ben")
    replies = [make.proposal(essay, title=f"Number {n}") for n in range(5)]
    for reply in replies:
        make.report(reply, ben, "spam")
    page = window(make.user("Dee", role="moderator"))
    page.goto("/moderation")
    page.keyboard.press("h")
    shows(page, 4)
    assert make.fresh(replies[0]).status == "hidden"
    page.keyboard.press("z")
    shows(page, 5)
    assert make.fresh(replies[0]).status == "visible"
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+H")
    reason(page, "Adv")
    page.keyboard.press("Escape")
    expect(page.locator("select:focus")).to_have_count(0)
    page.keyboard.press("Shift+H")
    expect(page.get_by_role("status").filter(has_text="2 of 2 done.")).to_be_visible()
    assert [make.fresh(each).status for each in replies].count("hidden") == 2
    page.goto("/moderation")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/moderation/\d+$"))
    page.wait_for_load_state()
    page.keyboard.press("t")
    expect(page.locator("details[open] [name=lever]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.locator("details[open] [name=reason]").last).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_desk_works_on_a_phone_with_and_without_scripts(
    make: Make, window: Window, scripts: bool
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    replies = [make.proposal(essay, title=f"Number {n}") for n in range(3)]
    for reply in replies:
        make.report(reply, ben, "spam")
    dee = make.user("Dee", role="moderator")
    size = {"width": 360, "height": 740}
    page = window(dee, java_script_enabled=scripts, viewport=size)
    page.goto("/moderation")
    for box in page.locator("[name=item]").all()[:2]:
        box.check()
    page.locator("#bulk [name=reason]").select_option("spam")
    page.get_by_role("button", name="Hide all").click()
    expect(page.get_by_text("2 of 2 done.")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").first.click()
    assert [make.fresh(each).status for each in replies].count("hidden") == 1
    page.goto(f"/moderation/{replies[2].id}")
    page.locator("summary", has_text="Change the tags").click()
    form = page.locator("details[open] form")
    form.locator("[name=lever]").select_option("market")
    form.locator("[name=reason]").select_option("misplaced")
    form.get_by_role("button", name="Change the tags").click()
    expect(page).to_have_url(re.compile(r"/moderation$"))
    assert make.fresh(replies[2]).lever == "market"
