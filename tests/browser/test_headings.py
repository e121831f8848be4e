"""Headings that people type stand in order on every page that shows them whole."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.test_axe import complaints
from tests.cast import Make

Window = Callable[..., Page]

DEEP = "### Three\n\nWords.\n\n##### Five\n\nWords.\n\n## Two\n\nWords."


def test_a_text_that_begins_far_below_the_first_level_is_in_order_everywhere(
    make: Make, window: Window
) -> None:
    essay = make.essay(body=DEEP)
    reply = make.proposal(essay, body=DEEP)
    make.comment(reply, body=DEEP)
    page = window(make.user("Fay", role="facilitator"), reduced_motion="reduce")
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}", f"/essays/{essay.slug}/judge"):
        page.goto(path)
        assert complaints(page) == [], path
    page.goto(f"/essays/{essay.slug}/edit")
    page.locator("button[name=preview]").click()
    page.locator(".preview .words").wait_for()
    assert complaints(page) == [], "the preview"
