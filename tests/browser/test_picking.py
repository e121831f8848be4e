"""Facilitators pick from a list without losing their place in it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.cast import Make

Window = Callable[..., Page]


def test_picking_does_not_reload_the_page(make: Make, window: Window) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    reply = make.proposal(essay, title="Publish waiting times")
    make.shortlist(fay, essay=essay, name="For the minister")
    page = window(fay)
    page.goto(f"/essays/{essay.slug}")
    page.evaluate("window.untouched = true")
    card = page.locator(f"#reply-{reply.id}")
    card.locator(".pick summary").click()
    card.get_by_role("button", name="Pick for “For the minister”").click()
    expect(card.get_by_role("link", name="On “For the minister”")).to_be_visible()
    expect(card.locator(".pick [role=status]")).to_have_text("Picked for “For the minister”.")
    expect(page.locator(":focus")).to_contain_text("Shortlisted once")
    assert page.evaluate("window.untouched"), "the page was not loaded again"
    page.reload()
    expect(card.locator(".pick summary")).to_contain_text("Shortlisted once")
