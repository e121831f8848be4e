"""Every page in both themes and both languages, examined by axe, and narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from forum.accounts.agreements import agree, signs_of
from forum.accounts.models import User
from forum.accounts.resetting import token_for
from forum.answers.content import AnswerContent
from forum.answers.drafts import save_draft
from forum.answers.models import Promise
from forum.answers.statuses import AnswerStatus
from forum.db import db
from forum.essays.models import Essay, essay_for_update
from forum.events.unsubscribing import token_of
from forum.exports.formats import FORMATS
from forum.exports.jobs import ask_for
from forum.rehearsals import rehearsing
from forum.rehearsals.links import token_of as token_of_link
from forum.replies.cursors import Cursor
from forum.replies.models import Reply
from forum.settings.own_texts import standing_texts
from forum.settings.setting_changes import change_setting
from tests.asides import Asides
from tests.cast import Make
from tests.circle import Circle

Window = Callable[..., Page]
ROLES = ["stranger", "reader", "author", "moderator", "facilitator", "admin"]

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


def set_aside(make: Make, essay: Essay, reply: Reply, by: User) -> tuple[int, int]:
    """Set votes aside, one against an appeal, and propose it of another; return both decisions."""
    asides, voters = Asides(make), [make.user() for _ in range(3)]
    for voter in voters:
        make.vote(voter, reply)
    agreed = asides.set_aside(essay, *voters[:2])
    asides.appeal(essay, voters[0])
    return agreed, asides.propose(essay, by, voters[2:])


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
    room = make.room(essay, fay)
    make.guest(room)
    question = make.comment(twins[0], stance="question")
    tried, link = rehearsed(make, fay)
    agreed, aside = set_aside(make, essay, twins[1], dee)
    answer, promise, written = circle_of(make, ben, twins)
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
        letters_token = token_of(db.session.get_one(User, ben.id), "comments")
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
            f"{one}/judge?seed=a",
            f"{one}/judge?seed=a&skipped={reply.id}&at={reply.id}",
            f"{one}/landscape/table",
            f"{one}/deal",
            f"{one}/set-aside",
            f"/unsubscribe/{letters_token}",
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
            "/voters",
            "/stored",
            "/style",
            "/reset",
            "/reset/asked",
            f"/reset/{token}",
            "/reset/used-up",
            "/style/letters/reset.html",
            "/style/letters/password_changed.html",
            f"/briefs/{brief.reference}",
            f"/briefs/{brief.reference}/compare/{newer.reference}",
            "/ledger",
            "/ledger?status=overdue",
            "/bodies",
            "/bodies/council",
            f"/answers/{answer}",
            f"/replies/{twins[0].id}",
            "/essays/over",
            f"{one}/rooms",
            "/room",
            f"/room/{room.code}",
            link,
            "/rehearsals/used-up",
        ],
        "reader": [
            f"{one}/reply",
            f"{one}/judge?seed=a",
            "/essays/closed-for-now/judge?seed=a",
            f"/replies/{reply.id}",
            f"/replies/{reply.id}/report",
            f"/replies/{reply.id}/comment?quote=1",
            "/account",
            one,
            "/shortlists",
            "/drafts",
            "/code",
            "/account/sign-ins",
            "/account/second-factor",
            "/invitations/used-up",
            "/sign-in/second-step",
            "/account/password",
            "/account/leave",
            "/account/everything",
            "/account/address",
            "/account/letters",
        ],
        "author": [
            f"/replies/{reply.id}/edit",
            "/notices",
            "/yours",
            "/yours/proposals",
            "/yours/votes",
            f"/answering?reply={twins[1].id}",
            f"/answering/council/replies/{twins[1].id}",
            f"/answering/council/briefs/{brief.reference}",
            f"/answering/drafts/{written}",
            f"/answering/council/many?reply={twins[1].id}.1.0",
            "/answering/council/list",
            f"/answers/{answer}",
            f"/promises/{promise}",
        ],
        "moderator": [
            "/moderation",
            f"/moderation?item={reply.id}",
            f"/moderation?item={hidden.id}&q=nothing-like-it",
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
            f"{one}/unusual",
            f"{one}/set-aside/new",
            "/moderation/aside",
            f"/moderation/aside/{aside}",
            f"/moderation/aside/{agreed}",
            f"{one}/policy",
            tried,
            f"{tried}/rehearsal",
            "/essays/ended/rehearsal",
            f"{one}/invitations",
            f"{one}/deal/edit",
            f"{one}/rooms",
            f"/rooms/{room.id}",
            f"/rooms/{room.id}/wall",
            f"{one}/pause",
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
            "/bodies/new",
            "/bodies/council",
            f"/replies/{reply.id}/said-aloud",
            f"/replies/{question.id}/raise",
        ],
        "admin": [
            f"/exports/{job}",
            f"/briefs/{cut.reference}",
            "/admin/mail",
            "/admin",
            "/admin/health",
            "/admin/log",
            "/admin/site",
            "/admin/jurisdictions",
            "/admin/people",
            "/admin/people/1",
            "/admin/people/1/erase",
            "/admin/levers",
            "/admin/limits",
            "/admin/figures",
            "/admin/figures?period=years",
            "/admin/changes",
            f"/admin/erase/{reply.id}",
            "/admin/second-factors",
            "/admin/invitations",
            "/terms",
        ],
    }


def rehearsed(make: Make, fay: User) -> tuple[str, str]:
    """Let people try a draft, and no longer try another; return where one is and its link."""
    tried, ended = (make.essay(title, state="draft") for title in ("Tried", "Ended"))
    with make.app.app_context():
        link = f"/rehearsals/{token_of_link(rehearsing.begin(held_essay(tried), fay))}"
        rehearsing.begin(held_essay(ended), fay)
        rehearsing.end(held_essay(ended))
        db.session.commit()
    return f"/essays/{tried.slug}", link


def held_essay(essay: Essay) -> Essay:
    """Return an essay with its row held."""
    return essay_for_update(essay.id) or essay


def circle_of(make: Make, ben: User, twins: list[Reply]) -> tuple[int, int, int]:
    """Give Ben a seat, let his body answer one proposal and draft another answer; and let a
    discussion be over of which something came. Return the answer, its promise and the draft."""
    circle, over = Circle(make), make.essay("Over")
    body = circle.body("Council", french="Conseil")
    circle.seat(body, ben, last=90)
    ended = [make.proposal(over, support=3) for _ in range(3)]
    for days, reply in zip((-3, 20, 40, -2, 9), (*ended, *twins), strict=True):
        circle.due(reply, body, days)
    circle.answer(ended[1], body, ben, "done", promises=(("Open it", -1),))
    answer = circle.answer(twins[0], body, ben, promises=(("A by-law", 9),))
    with make.app.app_context():
        db.session.get_one(Essay, over.id).stored_state = "closed"
        content = AnswerContent(AnswerStatus.DONE, {"en": {"sentence": "Done."}})
        held = db.session.get_one(Reply, twins[1].id)
        draft = save_draft(body, held, content, ben, 0)
        promise = db.session.scalars(select(Promise.id).order_by(Promise.id.desc())).first()
        change_setting("terms_en", "Be kind.", ben)
        db.session.commit()
    return answer.id, promise or 0, draft.id


SPARED = {
    "color-contrast-enhanced": "Level AAA; AA is promised, and measured of every pair of colours",
    "identical-links-same-purpose": "Level AAA, and only ever a question: axe cannot tell",
    "meta-refresh-no-exceptions": "Level AAA; an export that is being made looks again by itself",
    "duplicate-id": "Retired: what it asked is asked of every page by every test (conftest)",
    "duplicate-id-active": "Retired, likewise",
    "p-as-heading": "Experimental: takes any short line in bold for a heading that is not marked",
}
"""The rules that are not run, each with the reason; all others are, those still being tried too."""

OPEN = "for (const fold of document.querySelectorAll('details')) fold.open = true"

RULES = """axe.run(document, {resultTypes: ["violations"],
    rules: Object.fromEntries(axe.getRules().map(({ruleId, tags}) =>
        [ruleId, {enabled: !spared.includes(ruleId) && !tags.includes("experimental")}]))})"""
"""Every rule that axe itself calls sound; what it calls experimental is a guess."""

COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that a change of theme can change."""


def visitor(make: Make, role: str) -> User | None:
    """Return who looks at the pages of a role: nobody, Ben who wrote what is there, or somebody."""
    if role == "stranger":
        return None
    if role != "author":
        return make.user(role.title(), role=role)
    with make.app.app_context():
        return db.session.scalars(select(User).where(User.name == "Ben")).one()


ON_THE_STYLE_PAGE = {
    "landmark-unique": "It shows parts beside each other of which a real page has one",
    "valid-lang": "Its samples of forms belong to no reply, so they have no language",
}


def spared_on(page: Page) -> list[str]:
    """Return the rules that are not run on this page."""
    return [*SPARED, *(ON_THE_STYLE_PAGE if "/style" in page.url else ())]


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, every fold of it open, by every rule in the light
    theme, and by those on colours in the dark one."""
    page.emulate_media(color_scheme="light")
    page.evaluate(OPEN)
    page.evaluate(Axe().axe_script)
    found: Any = page.evaluate(f"(spared) => {RULES}", spared_on(page))["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("(options) => axe.run(document, options)", COLOURS)["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"][:3]
    ]


NO_PAGES = {
    "static",
    "agreeing.agreeing",  # leads on where nothing is asked: examined below
    "assets.style",
    "health.healthz",
    "health.readyz",
    "admin.metrics",
    "answering_many.take",
    "briefs.file",
    "ledger.as_days",
    "ledger.as_program_reads",
    "ledger.as_table",
    "export_jobs.fetch",
    "exports.of_site",
    "figures.as_csv",
    "replies.people",
    "moderation.decisions",
    "moderation.log_json",
    "pictures.proposal",
    "provider.connection",  # only where the site trusts a provider
    "provider.back",  # its one button stands where the site trusts a provider
    "replies.likeness",
    "settings.colours",
    "settings.logo",
}
"""Addresses that answer with a file, with data or with a part of a page; feeds are no pages."""


def test_every_page_is_examined(shared_app: Flask, addresses: dict[str, list[str]]) -> None:
    router = shared_app.url_map.bind("forum.example")
    paths = [path.partition("?")[0] for each in addresses.values() for path in each]
    seen = {router.match(path)[0] for path in paths if path != "/no-such-page"}
    rules = [rule for rule in shared_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = {rule.endpoint for rule in rules if not rule.endpoint.startswith("feeds.")}
    assert pages - seen == NO_PAGES


BY_TURNS = ("en", "fr")
"""Each page in one language, every part of a page in both: they stand on many."""


@pytest.mark.long
@pytest.mark.parametrize(
    "languages",
    [BY_TURNS, *(pytest.param((each,), marks=pytest.mark.exhaustive) for each in BY_TURNS)],
    ids=" and ".join,
)
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(
    make: Make, window: Window, addresses: Addresses, role: str, languages: tuple[str, ...]
) -> None:
    user = visitor(make, role)
    page = window(user, reduced_motion="reduce")
    wrong = {}
    for path, language in zip(addresses[role], cycle(languages), strict=False):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        if found := complaints(page):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("language", BY_TURNS)
def test_axe_finds_nothing_where_somebody_is_asked_to_agree(
    make: Make, window: Window, language: str
) -> None:
    ben = make.user("Ben")
    with make.app.test_request_context():
        change_setting("terms_en", "Be kind.", None)
        change_setting("agreement", "again", None)
        db.session.commit()
        agree(ben.id, signs_of(standing_texts()))
        change_setting("terms_en", "Be *fair*.", None)
        change_setting("privacy_en", "## We keep little\n\nAnd not for long.", None)
        db.session.commit()
    page = window(ben, reduced_motion="reduce")
    for path in ("/agree", "/"):
        page.goto(f"{path}?lang={language}")
        assert complaints(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_nothing_sticks_out(make: Make, window: Window, addresses: Addresses, role: str) -> None:
    user = visitor(make, role)
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
