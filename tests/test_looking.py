"""Long lists under a filter: a page looks among so many and says so, and the next goes on."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from forum.db import db
from forum.essays.models import Essay
from forum.reading.models import judged
from forum.reading.pages import page_of
from forum.replies.choosing import TagChoice
from forum.replies.cursors import Cursor
from forum.replies.filters import Filter, Sort
from forum.replies.looking import is_read_off
from forum.replies.models import Reply
from forum.replies.orders import ORDERS
from tests.cast import Make

MODULES = ("filters", "looking", "page_before")


MUNICIPAL = TagChoice(((), ("municipal",), ()))
MARKET, MARKET_REPLACES = (
    TagChoice((("market",), (), ())),
    TagChoice((("market",), (), ("replaces",))),
)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a page look among ten proposals."""
    for name in MODULES:
        monkeypatch.setattr(f"forum.replies.{name}.LOOKED", 10)
    monkeypatch.setattr("forum.replies.looking.NEAR", 4)
    return 10


def long_list(make: Make) -> Essay:
    """Make an essay with 60 proposals, every twelfth municipal and about permits."""
    essay = make.essay()
    make.crowd(essay, [(60 - n, 0) for n in range(60)])
    with make.app.app_context():
        db.session.execute(update(Reply).values(top=Reply.support, draw=Reply.id, search="queues"))
        rare = update(Reply).where(Reply.support % 12 == 0)
        db.session.execute(rare.values(jurisdiction="municipal", search="permits"))
        db.session.commit()
    return essay


@pytest.mark.parametrize("sort", [Sort.TOP, Sort.NEWEST, Sort.EYES, Sort.CONTESTED])
@pytest.mark.parametrize(("chosen", "rest"), [(Filter(q="queues"), 1), (Filter(MUNICIPAL), 0)])
def test_every_proposal_that_fits_is_reached_a_few_looked_at_a_page(
    app: Flask, make: Make, little: int, sort: Sort, chosen: Filter, rest: int
) -> None:
    essay = long_list(make)
    asked = Filter(chosen.tags, chosen.q, sort)
    found: list[int] = []
    after, pages = None, 0
    with app.app_context():
        while True:
            page = page_of(asked, essay.id, after, mixed=False)
            found += [place.card.support for place in page.places]
            pages += 1
            if not page.following:
                break
            assert page.stopped
            after = Cursor.read(page.following)
    assert sorted(found) == [n for n in range(1, 61) if bool(n % 12) == bool(rest)]
    assert pages >= 60 // little


@pytest.mark.parametrize("sort", [Sort.TOP, Sort.NEWEST, Sort.EYES, Sort.CONTESTED])
def test_words_that_few_hold_are_found_at_once_however_long_the_list(
    app: Flask, make: Make, little: int, sort: Sort
) -> None:
    essay = long_list(make)
    asked = Filter(q="permits", sort=sort)
    with app.app_context():
        page = page_of(asked, essay.id, None, mixed=False)
        found = [place.card.support for place in page.places]
        assert sorted(found) == [12, 24, 36, 48, 60]
        if sort is Sort.TOP:
            assert found == [60, 48, 36, 24, 12]
        assert not page.stopped
        assert not page.following
        assert (page.total, page.is_cut) == (5, False)


def test_leafing_back_counts_no_draft_among_equals(app: Flask, make: Make) -> None:
    make.crowd(make.essay(), [(2, 0)] * 10 + [(1, 0)] * 35)
    make.crowd(make.essay(state="draft"), [(1, 0)] * 5)
    with app.app_context():
        db.session.execute(update(Reply).values(top=Reply.support))
        db.session.commit()
        first = page_of(Filter(sort=Sort.TOP), None, None, mixed=False)
        second = page_of(Filter(sort=Sort.TOP), None, Cursor.read(first.following), mixed=False)
        third = page_of(Filter(sort=Sort.TOP), None, Cursor.read(second.following), mixed=False)
    assert third.previous == first.following


def test_a_page_says_where_it_stopped_and_leads_on(make: Make, visit: Any, little: int) -> None:
    essay, zed = long_list(make), visit()
    page = zed.get(f"/essays/{essay.slug}?q=queues&sort=top").get_data(as_text=True)
    assert "At least 10 of 60 proposals" in page
    assert "Up to 10,000 were looked at here" in page
    onward = re.findall(r'rel="next" href="([^"#]+)[^>]*>Look further', page)
    assert onward
    second = zed.get(html.unescape(onward[0])).get_data(as_text=True)
    assert "No proposal matches" not in second
    path = f"/essays/{essay.slug}?q=queues&lever=market&sort=top"
    none = zed.get(path).get_data(as_text=True)
    assert "No proposal matches" not in none, "nobody knows before the end"
    assert "Look further" in none


def test_a_word_that_nobody_wrote_is_known_to_be_nowhere(
    make: Make, visit: Any, little: int
) -> None:
    essay = long_list(make)
    page = visit().get(f"/essays/{essay.slug}?q=nothing&sort=top").get_data(as_text=True)
    assert "0 of 60 proposals" in page
    assert "No proposal matches" in page
    assert "Look further" not in page


def test_an_order_alone_and_one_lever_in_top_are_read_off_an_index() -> None:
    assert is_read_off(Filter(), Sort.NEWEST)
    assert is_read_off(Filter(MARKET), Sort.TOP)
    assert not is_read_off(Filter(MARKET), Sort.NEWEST)
    assert not is_read_off(Filter(MARKET_REPLACES), Sort.TOP)
    assert not is_read_off(Filter(q="word"), Sort.TOP)
    assert not is_read_off(Filter(unjudged=True), Sort.TOP)


def test_a_short_list_is_looked_through_to_its_end(app: Flask, make: Make) -> None:
    essay = long_list(make)
    with app.app_context():
        page = page_of(Filter(q="permits", sort=Sort.TOP), essay.id, None, mixed=False)
        assert (len(page.places), page.stopped, page.total, page.counts.is_cut) == (
            5,
            False,
            5,
            False,
        )


def test_the_landscape_looks_among_as_many(app: Flask, make: Make, little: int) -> None:
    essay = long_list(make)
    with app.app_context():
        first = judged(Filter(q="queues"), essay.id, 100)
        assert [each.support for each in first] == [59, 58, 57, 56, 55, 54, 53, 52, 51]
        few = judged(Filter(q="permits"), essay.id, 100)
        assert [each.support for each in few] == [60, 48, 36, 24, 12]


@pytest.mark.parametrize("sort", [Sort.TOP, Sort.NEWEST, Sort.EYES, Sort.CONTESTED])
@pytest.mark.parametrize("chosen", [Filter(q="queues"), Filter(MUNICIPAL), Filter()])
def test_equals_are_each_reached_once_wherever_a_page_ends(
    app: Flask, make: Make, little: int, sort: Sort, chosen: Filter
) -> None:
    """Pages begin and stop looking amid equals, and between unequal ones."""
    essay = long_list(make)
    asked = Filter(chosen.tags, chosen.q, sort)
    with app.app_context():
        score = {"top": Reply.support / 25, "eyes": Reply.support / 25, "contested": 0}
        db.session.execute(update(Reply).values(**score, created_at=essay.created_at))
        db.session.commit()
        found, ranks, after = [], [], ""
        while True:
            page = page_of(asked, essay.id, Cursor.read(after) if after else None, mixed=False)
            found += [place.card for place in page.places]
            ranks += [place.rank for place in page.places]
            if not (after := page.following):
                break
    scores = [getattr(card, ORDERS[sort][0].key) for card in found]
    assert ranks == [1 + scores.index(score) for score in scores]
    order = [(getattr(c, ORDERS[sort][0].key), getattr(c, ORDERS[sort][1].key)) for c in found]
    assert order == sorted(order, reverse=True)
    wanted = {n for n in range(1, 61) if chosen.is_empty or bool(n % 12) == bool(chosen.q)}
    assert sorted(card.support for card in found) == sorted(wanted)


def test_leafing_back_amid_more_equals_than_are_looked_at_needs_no_count(
    app: Flask, make: Make, little: int
) -> None:
    essay = make.essay()
    make.crowd(essay, [(1, 0)] * 70)
    with app.app_context():
        db.session.execute(update(Reply).values(top=Reply.support))
        db.session.commit()
        pages = [page_of(Filter(sort=Sort.TOP), essay.id, None, mixed=False)]
        while pages[-1].following:
            after = Cursor.read(pages[-1].following)
            pages.append(page_of(Filter(sort=Sort.TOP), essay.id, after, mixed=False))
    assert len(pages) == 4
    assert pages[-1].previous == pages[1].following
    assert {place.rank for page in pages for place in page.places} == {1}
