"""Cards are dense: on the demo, every one of every list, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.accounts.models import user_by_email
from forum.db import db
from forum.demo.loading import load
from forum.essays.models import Essay
from tests.cast import HASH, Make

Window = Callable[..., Page]
HEIGHTS = "all => all.map((each) => Math.ceil(each.getBoundingClientRect().height))"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_card_of_the_demo_is_low(app: Flask, window: Window, size: dict[str, Any]) -> None:
    with app.app_context():
        load()
        people = [user_by_email(f"{name}@demo.example") for name in ("ben", "fay")]
        ben, fay = (user for user in people if user is not None)
        ben.password_hash = fay.password_hash = HASH
        db.session.commit()
        lists = ["/proposals", "/search?q=permit&kind=proposal", f"/people/{ben.id}"]
        slugs = list(db.session.scalars(select(Essay.slug)))
        lists += [f"/essays/{slug}" for slug in slugs]
        lists += [f"/essays/{slug}/landscape" for slug in slugs]
        db.session.refresh(ben)
        db.session.refresh(fay)
    most, high = 220 if size is WIDE else 300, {}
    for who in (None, ben, fay):
        for language in ("en", "fr"):
            page = window(who, locale=language, **size)
            for path in lists:
                page.goto(path)
                heights = page.locator(".card").evaluate_all(HEIGHTS)
                assert heights or "landscape" in path, path
                if heights and max(heights) > most:
                    high[who and who.name, language, path] = heights
    assert high == {}


def test_a_card_stands_in_two_columns_where_there_is_room(make: Make, window: Window) -> None:
    essay = make.essay()
    reply = make.proposal(essay, support=3, oppose=1)
    for size, beside in ((WIDE, True), (PHONE, False)):
        page = window(**size)
        page.goto(f"/essays/{essay.slug}")
        card = page.locator(f"#reply-{reply.id}")
        title, bar = (
            card.locator(part).bounding_box() for part in (".card-title", ".support-bar-picture")
        )
        assert title is not None
        assert bar is not None
        assert (bar["x"] >= title["x"] + title["width"]) is beside
        assert (bar["y"] > title["y"] + title["height"]) is not beside


def test_why_this_rank_opens_over_the_whole_card(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, support=3, oppose=1)
    page = window(**WIDE)
    page.goto(f"/essays/{essay.slug}")
    card, summary = page.locator(".card"), page.get_by_text("Why this rank?")
    place = "each => each.offsetTop - each.closest('.card').offsetTop"
    before = summary.evaluate(place)
    summary.click()
    words = page.locator(".why-words")
    expect(words).to_be_visible()
    assert summary.evaluate(place) == before, "what opens it stays under the pointer"
    assert words.evaluate("each => each.offsetWidth") > 0.7 * card.evaluate(
        "each => each.offsetWidth"
    )


def test_a_statement_is_not_printed_twice(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, title="Close at four", body="Close at **four**.")
    make.proposal(essay, title="Close at five", body="Close at five. Open at nine.")
    page = window(**WIDE)
    page.goto(f"/essays/{essay.slug}")
    expect(page.locator(".card-excerpt")).to_have_text(["Close at five. Open at nine."])
