"""Every page in both themes and both languages, examined by axe, and narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.cast import Make

Window = Callable[..., Page]

PARTS = "Words.[^1]\n\n" + "## A part\n\nWords.\n\n" * 4 + "[^1]: A note."


@pytest.fixture
def addresses(make: Make) -> dict[str, list[str]]:
    """The address of every page, by who looks at it."""
    essay, ben, dee = make.essay(body=PARTS), make.user("Ben"), make.user("Dee", role="moderator")
    make.essay("Closed for now", state="closed")
    reply = make.proposal(essay, ben, support=3, oppose=1, lever="market", trade_off="a against b",
                          evidence=["https://example.org/a"])  # fmt: skip
    for n in range(22):
        make.proposal(essay, lever=("policy", "regulatory", "market")[n % 3], support=n % 3)
    for stance in ("support", "challenge", "refine", "evidence", "question"):
        make.comment(reply, stance=stance)
    make.comment(essay, ben)
    hidden = make.proposal(essay, ben)
    make.report(reply)
    make.decide("hide", hidden, dee)
    fay = make.user("Fay", role="facilitator")
    shortlist = make.shortlist(fay, reply, essay=essay)
    brief, draft = make.brief(fay, shortlist, introduction="Read this."), make.draft(fay, shortlist)
    newer = make.brief(fay, essay, supersedes=brief)
    one = f"/essays/{essay.slug}"
    return {
        "stranger": ["/", one, f"{one}?lever=market&q=none", f"{one}/history", f"{one}/landscape",
                     f"{one}/landscape?q=none", "/proposals",
                     f"/replies/{reply.id}", f"/replies/{reply.id}/history", f"/people/{ben.id}",
                     "/sign-in", "/sign-up", "/moderation/log", "/no-such-page", "/briefs",
                     "/accessibility", "/style",
                     f"/briefs/{brief.reference}",
                     f"/briefs/{brief.reference}/compare/{newer.reference}"],
        "reader": [f"{one}/reply", f"/replies/{reply.id}", f"/replies/{reply.id}/report",
                   "/account", one],
        "moderator": ["/moderation", f"/replies/{hidden.id}"],
        "facilitator": [one, f"{one}/edit", "/essays/new", "/", "/shortlists",
                        f"/shortlists/{shortlist.id}",
                        f"/briefs/new?essay={essay.slug}", f"/briefs/drafts/{draft.id}",
                        f"/briefs/drafts/{draft.id}/preview", f"/replies/{reply.id}"],
    }  # fmt: skip


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with the page."""
    found: Any = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ["stranger", "reader", "moderator", "facilitator"])
def test_axe_finds_nothing(
    make: Make,
    window: Window,
    addresses: dict[str, list[str]],
    role: str,
    language: str,
    theme: str,
) -> None:
    user = None if role == "stranger" else make.user(role.title(), role=role)
    page = window(user, color_scheme=theme, locale=language, reduced_motion="reduce")
    wrong = {}
    for path in addresses[role]:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        if found := complaints(page):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("role", ["stranger", "reader", "moderator", "facilitator"])
def test_nothing_sticks_out(
    make: Make, window: Window, addresses: dict[str, list[str]], role: str, width: int
) -> None:
    user = None if role == "stranger" else make.user(role.title(), role=role)
    page = window(user, viewport={"width": width, "height": 800}, locale="fr")
    for path in addresses[role]:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=fr")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} pixels wide"
