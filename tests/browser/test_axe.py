"""Every page in both themes and both languages, examined by axe, and narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from forum.accounts.models import User
from forum.accounts.resetting import token_for
from forum.db import db
from forum.exports.formats import FORMATS
from forum.exports.jobs import ask_for
from forum.replies.listing import Cursor
from tests.cast import Make

Window = Callable[..., Page]
ROLES = ["stranger", "reader", "moderator", "facilitator", "admin"]

PARTS = "Words.[^1]\n\n" + "## A part\n\nWords.\n\n" * 4 + "[^1]: A note."


Addresses = dict[str, list[str]]


@pytest.fixture(scope="module")
def built(shared_app: Flask, once: Any) -> Callable[[], Addresses]:
    """Something on every page, made once: how to bring it back."""
    return once(lambda: build(Make(shared_app, first=1000)))


@pytest.fixture
def addresses(
    app: Flask, built: Callable[[], Addresses], monkeypatch: pytest.MonkeyPatch
) -> Addresses:
    """The address of every page, by who looks at it."""
    # So that there is too much for it, and for those who look again at once nothing changes.
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], most=20))
    monkeypatch.setattr("forum.exports.job_views.LOOK_AGAIN", 600)
    return built()


def build(make: Make) -> Addresses:
    """Make something for every page, and return their addresses."""
    essay, ben, dee = make.essay(body=PARTS), make.user("Ben"), make.user("Dee", role="moderator")
    make.essay("Closed for now", state="closed")
    reply = make.proposal(
        essay,
        ben,
        support=3,
        oppose=1,
        lever="market",
        trade_off="a against b",
        evidence=["https://example.org/a"],
    )
    for n in range(22):
        make.proposal(essay, lever=("policy", "regulatory", "market")[n % 3], support=n % 3)
    for stance in ("support", "challenge", "refine", "evidence", "question"):
        make.comment(reply, stance=stance)
    make.comment(essay, ben)
    hidden = make.proposal(essay, ben)
    make.report(reply)
    make.report(hidden, reporter := make.user("Cam"))
    make.decide("hide", hidden, dee)
    waiting = make.proposal(essay, ben, status="waiting")
    make.report(waiting, reporter, "abuse")
    twins = [make.proposal(essay, title="Publish waiting times of offices") for _ in range(2)]
    make.decide("feature", twins[0], dee, "good")
    fay = make.user("Fay", role="facilitator")
    shortlist = make.shortlist(fay, reply, essay=essay)
    brief, draft = make.brief(fay, shortlist, introduction="Read this."), make.draft(fay, shortlist)
    newer = make.brief(fay, essay, supersedes=brief)
    cut = make.brief(fay, shortlist, finished=False)
    one = f"/essays/{essay.slug}"
    with make.app.app_context():
        asked = {
            "essay_id": essay.id,
            "name": f"{essay.slug}-proposals",
            "query": "sort=top",
            "filter": "All proposals",
            "language": "en",
            "rows": 23,
        }
        job = ask_for(**asked, by_id=fay.id, format="csv")
        token = token_for(db.session.get_one(User, ben.id))
        db.session.commit()
    return {
        "stranger": [
            "/",
            one,
            f"{one}?after={Cursor(1.0, 0, 14)}",
            f"{one}?lever=market&q=none",
            f"{one}/history",
            f"{one}/landscape",
            f"{one}/landscape?q=none",
            "/proposals",
            f"/replies/{reply.id}",
            f"/replies/{reply.id}/history",
            f"/replies/{hidden.id}",
            f"/people/{ben.id}",
            "/sign-in",
            "/sign-up",
            "/moderation/log",
            "/no-such-page",
            "/briefs",
            f"/search?q=publish+thought&essay={essay.slug}",
            "/search?q=nothing-like-it",
            "/accessibility",
            "/levers",
            "/style",
            "/reset",
            "/reset/asked",
            f"/reset/{token}",
            "/reset/used-up",
            "/style/letters/reset.html",
            "/style/letters/password_changed.html",
            f"/briefs/{brief.reference}",
            f"/briefs/{brief.reference}/compare/{newer.reference}",
        ],
        "reader": [
            f"{one}/reply",
            f"/replies/{reply.id}",
            f"/replies/{reply.id}/report",
            "/account",
            one,
            "/shortlists",
        ],
        "moderator": [
            "/moderation",
            f"/replies/{hidden.id}",
            f"/moderation/{reply.id}",
            f"/moderation/{waiting.id}",
            f"/moderation/{hidden.id}",
            "/moderation?reason=spam&why=appeal",
            "/moderation/duplicates",
            f"/moderation/{twins[0].id}/merge",
            f"/moderation/{twins[0].id}/merge?into={twins[1].id}",
            "/moderation/overview",
            f"/moderation/people/{ben.id}",
            f"/moderation/essays/{essay.slug}",
            "/moderation/log",
            "/notices",
        ],
        "facilitator": [
            one,
            f"{one}/policy",
            f"{one}/edit",
            "/essays/new",
            "/",
            "/shortlists",
            f"/shortlists/{shortlist.id}",
            f"/shortlists/{shortlist.id}/items/1/comments",
            f"/shortlists?essay={essay.slug}",
            f"/briefs/new?essay={essay.slug}",
            f"/briefs/drafts/{draft.id}",
            f"/briefs/drafts/{draft.id}/preview",
            f"/replies/{reply.id}",
            f"{one}/export?per_lever=2&min_voters=1",
            "/export",
            "/exports",
            f"{one}/proposals.pdf",
            f"{one}/policy",
        ],
        "admin": [f"/exports/{job}", f"/briefs/{cut.reference}"],
    }


COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that a change of theme can change."""


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with the page in the light theme, and in the dark one."""
    page.emulate_media(color_scheme="light")
    found: Any = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("(options) => axe.run(document, options)", COLOURS)["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(
    make: Make, window: Window, addresses: Addresses, role: str, language: str
) -> None:
    user = None if role == "stranger" else make.user(role.title(), role=role)
    page = window(user, locale=language, reduced_motion="reduce")
    wrong = {}
    for path in addresses[role]:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        if found := complaints(page):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_nothing_sticks_out(make: Make, window: Window, addresses: Addresses, role: str) -> None:
    user = None if role == "stranger" else make.user(role.title(), role=role)
    page = window(user, locale="fr")
    for path in addresses[role]:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=fr")
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} pixels wide in a window of {width}"


@pytest.mark.parametrize("width", [960, 1280])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_masthead_of_a_reader_is_one_row(
    make: Make, window: Window, language: str, width: int
) -> None:
    page = window(make.user("Ben Osei-Tremblay the Younger"), locale=language)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    assert page.evaluate("document.querySelector('.masthead').offsetHeight") < 60
