"""Lists of proposals: their order, their pages, their filters, and counts that agree."""

from __future__ import annotations

import base64
import html
import re
import struct
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text, update
from werkzeug.datastructures import MultiDict

from forum.db import db
from forum.essays.models import Essay
from forum.reading.models import rank_of
from forum.reading.pages import page_of, spread
from forum.replies.choosing import TagChoice
from forum.replies.cursors import Cursor
from forum.replies.filters import Filter, Sort
from forum.replies.listing import cards
from forum.replies.models import Reply
from forum.replies.ranks import Ranks
from forum.replies.shown_comments import on_essay
from forum.replies.tags import TAGS
from forum.words.keys import says_more
from tests.cast import Make
from tests.plans import plan


def titles(page: Any) -> list[str]:
    return [place.card.title for place in page.places]


def filled(make: Make) -> Essay:
    """Make an essay with a proposal of every kind and score."""
    essay = make.essay()
    make.proposal(essay, title="Loved", support=9, oppose=1)
    make.proposal(essay, title="Liked", support=3, lever="market", jurisdiction="municipal")
    make.proposal(
        essay, title="Split", support=5, oppose=5, lever="regulatory", ambition="replaces"
    )
    make.proposal(essay, title="Unseen", jurisdiction="indigenous")
    make.proposal(essay, title="Rejected", oppose=4, lever="market")
    return essay


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.TOP, ["Loved", "Liked", "Split", "Unseen", "Rejected"]),
        (Sort.EYES, ["Unseen", "Liked", "Split", "Loved", "Rejected"]),
        (Sort.CONTESTED, ["Split", "Loved", "Rejected", "Unseen", "Liked"]),
        (Sort.NEWEST, ["Rejected", "Unseen", "Split", "Liked", "Loved"]),
    ],
)
def test_each_order_is_by_its_stored_score(
    app: Flask, make: Make, sort: Sort, expected: list[str]
) -> None:
    essay = filled(make)
    with app.app_context():
        found = [card.title for card in cards(Filter(), essay.id, 20, sort)]
    assert found == expected


@pytest.mark.parametrize("sort", [Sort.TOP, Sort.EYES, Sort.CONTESTED, Sort.NEWEST])
def test_pages_show_everything_once_whatever_the_order(app: Flask, make: Make, sort: Sort) -> None:
    essay = make.essay()
    for n in range(9):
        make.proposal(essay, support=n // 3, oppose=n % 2)
    with app.app_context():
        whole = [card.id for card in cards(Filter(), essay.id, 50, sort)]
        paged: list[int] = []
        after = None
        while found := cards(Filter(), essay.id, 2, sort, after):
            paged += [card.id for card in found]
            after = Cursor.read(str(Cursor.after(found[-1], sort, len(paged))))
            assert after is not None
    assert paged == whole
    assert len(set(paged)) == 9


def test_ties_in_top_go_to_the_newer(app: Flask, make: Make) -> None:
    essay = make.essay()
    first, second = make.proposal(essay, support=2), make.proposal(essay, support=2)
    with app.app_context():
        assert [c.id for c in cards(Filter(), essay.id, 9, Sort.TOP)] == [second.id, first.id]


def test_the_reading_page_is_fourteen_top_and_six_that_need_more_eyes(
    app: Flask, make: Make
) -> None:
    essay = make.essay()
    for n in range(16):
        make.proposal(essay, support=2 + n)
    unseen = {make.proposal(essay).id for _ in range(8)}
    with app.app_context():
        page = page_of(Filter(), essay.id, None, mixed=True)
    ranked = [place.rank for place in page.places if place.rank]
    eyes = [place.card.id for place in page.places if place.rank is None]
    assert ranked == list(range(1, 15))
    assert len(eyes) == 6
    assert set(eyes) <= unseen
    assert len({place.card.id for place in page.places}) == 20
    assert page.following
    assert page.places[-1].rank is None or page.places[0].rank == 1


def test_a_short_reading_page_shows_all_of_them(app: Flask, make: Make) -> None:
    essay = make.essay()
    for _ in range(17):
        make.proposal(essay)
    with app.app_context():
        page = page_of(Filter(), essay.id, None, mixed=True)
    assert len(page.places) == 17
    assert not page.following


def test_equals_share_a_rank_across_pages(app: Flask, make: Make) -> None:
    essay = make.essay()
    for support in [9, *[2] * 20, 1, 1]:
        make.proposal(essay, support=support)
    with app.app_context():
        first = page_of(Filter(sort=Sort.TOP), essay.id, None, mixed=False)
        after = Cursor.read(first.following)
        second = page_of(Filter(sort=Sort.TOP), essay.id, after, mixed=False)
        last = db.session.get_one(Reply, second.places[0].card.id)
        assert rank_of(last) == 2
    assert [place.rank for place in first.places] == [1, *[2] * 19]
    assert [place.rank for place in second.places] == [2, 22, 22]


def test_an_address_shared_before_ranks_were_in_it_still_leads_there() -> None:
    packed = struct.pack(Cursor.FORMER, 0.5, 7, 20)
    written = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    assert Cursor.read(written) == Cursor(0.5, 7, 20, 0)
    assert Cursor.read(str(Cursor(0.5, 7, 20, 3))) == Cursor(0.5, 7, 20, 3)
    assert [Ranks.after(Cursor(0.5, 7, 20, 3)).next(score) for score in (0.5, 0.4)] == [3, 21]
    assert Ranks.after(Cursor(0.5, 7, 20)).next(0.5) == 21


def test_the_second_page_goes_on_with_the_ranks(app: Flask, make: Make) -> None:
    essay = make.essay()
    for n in range(25):
        make.proposal(essay, support=1 + n)
    with app.app_context():
        first = page_of(Filter(), essay.id, None, mixed=True)
        after = Cursor.read(first.following)
        second = page_of(Filter(), essay.id, after, mixed=True)
    assert [place.rank for place in second.places] == list(range(15, 26))


def test_the_places_for_more_eyes_are_spread() -> None:
    assert spread(list("abcdef"), [1, 2]) == ["a", "b", "c", 1, "d", "e", "f", 2]
    assert spread(["a"], []) == ["a"]
    assert spread(["a", "b"], [1, 2, 3]) == ["a", 1, "b", 2, 3]


COMBINATIONS = [
    "lever=policy",
    "lever=policy&lever=market",
    "jurisdiction=municipal&lever=market",
    "ambition=replaces",
    "q=loved",
    "q=LÔVED",
    "lever=market&q=re&sort=newest",
    "jurisdiction=any&ambition=improves&sort=contested",
]


@pytest.mark.parametrize("query", COMBINATIONS)
def test_the_counts_agree_with_the_list(app: Flask, make: Make, query: str) -> None:
    essay = filled(make)
    make.proposal(make.essay("Another essay"), title="Loved elsewhere")
    make.proposal(essay, title="Hidden and loved", status="hidden")
    from urllib.parse import parse_qsl

    with app.test_request_context():
        chosen, notices = Filter.from_query(MultiDict(parse_qsl(query)))
        assert notices == []
        assert dict(MultiDict(parse_qsl(query)).lists()) == {
            name: ["LÔVED"] if values == ["LÔVED"] else values
            for name, values in chosen.query().items()
        }
        counts = chosen.counts(essay.id)
        found = cards(chosen, essay.id, 50, chosen.order)
        assert counts.whole == len(cards(Filter(), essay.id, 50, Sort.TOP))
        assert counts.total == len(found)
        for tag, value in [(each, one.value) for each in TAGS for one in each.values]:
            groups = {other.name: chosen.tags[other.name] for other in TAGS}
            other = replace(chosen, tags=TagChoice.of(**{**groups, tag.name: [value]}))
            alone = cards(other, essay.id, 50, chosen.order)
            assert counts.by(tag)[value] == len(alone), (tag.name, value)


def test_a_filter_leaves_the_head_of_the_discussion_as_it_is(make: Make, visit: Any) -> None:
    """Who is sent a filtered address still reads at the top how many answered."""
    essay = make.essay()
    make.proposal(essay, title="Publish", lever="market")
    make.proposal(essay, title="Open")
    for query, heading in (("q=nothing", "0 of 2"), ("lever=market", "1 of 2"), ("", "2")):
        words = visit().get(f"/essays/{essay.slug}?{query}").get_data(as_text=True)
        assert '<a href="#proposals">2 proposals</a>' in words
        assert f'id="proposals-title">{heading} proposals</h2>' in words


def test_what_the_filter_does_not_know_is_left_out_with_a_notice(app: Flask) -> None:
    query = MultiDict(
        [
            ("lever", "magic"),
            ("lever", "policy"),
            ("sort", "x"),
            ("q", "a\u202eb"),
            ("ambition", ""),
        ]
    )
    with app.test_request_context():
        chosen, notices = Filter.from_query(query)
        assert chosen == Filter(TagChoice.of(lever=["policy"]))
    assert len(notices) == 3
    assert any("magic" in notice for notice in notices)


def test_a_filter_survives_the_address(app: Flask) -> None:
    with app.test_request_context():
        chosen = Filter(
            TagChoice.of(lever=["policy", "market"], jurisdiction=["any"], ambition=["replaces"]),
            "wait",
            Sort.EYES,
        )
        assert Filter.from_query(MultiDict(chosen.query())) == (chosen, [])


@pytest.mark.parametrize(
    "written", ["", "x", "AAAA", "é", "A" * 400, str(Cursor(float("nan"), 1, 1))]
)
def test_a_mangled_cursor_is_no_cursor(written: str) -> None:
    assert Cursor.read(written) is None


@pytest.mark.parametrize("score", [1e300, -1e300, 9e15, -9e15])
@pytest.mark.parametrize("sort", [Sort.TOP, Sort.NEWEST])
def test_a_forged_cursor_breaks_nothing(app: Flask, make: Make, score: float, sort: Sort) -> None:
    essay = make.essay()
    make.proposal(essay)
    with app.app_context():
        assert len(cards(Filter(), essay.id, 5, sort, Cursor(score, 2**62, 7))) <= 1


def test_the_comments_on_an_essay_are_read_off_an_index(app: Flask, make: Make) -> None:
    written = make.comment(make.essay())
    columns = [column.name for column in Reply.__table__.columns if column.name != "id"]
    row = {name: getattr(written, name) for name in columns}
    others = [make.essay(f"Essay number {n}").id for n in range(40)]
    rows = [{**row, "essay_id": others[n % 40], "fingerprint": f"{n:064}"} for n in range(4_000)]
    with app.app_context():
        db.session.execute(insert(Reply), rows)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        steps = plan(on_essay(others[0]))
        found = len(db.session.execute(on_essay(others[0])).all())
        db.session.rollback()
    assert "ix_replies_comments_essay" in steps
    assert not re.search("(?i)seq scan on replies|temp b-tree", steps)
    assert found == 100


@pytest.mark.parametrize("path", ["/essays/{slug}", "/proposals", "/", "/essays/{slug}?q=loved"])
def test_a_page_costs_the_same_queries_however_many_proposals(
    make: Make, visit: Any, statements: Any, path: str
) -> None:
    essay = filled(make)
    zed = visit(make.user("Zed"))
    few = len(statements(zed, path.format(slug=essay.slug)))
    for _ in range(12):
        make.proposal(essay, title="Loved as well")
    many = len(statements(zed, path.format(slug=essay.slug)))
    assert many <= few + 1, "the thirteen more proposals bring one more query, for more eyes"
    assert many <= (17 if "q=" in path else 13), "the index of words is asked in three"


def test_a_statement_whose_text_is_its_title_is_printed_once(make: Make, visit: Any) -> None:
    """On cards, pages and in documents; CSV and JSON keep both."""
    said = 'Publish "waiting" times, weekly'
    essay = make.essay(open_data=True)
    reply = make.proposal(essay, title=said, body=said.replace('"', '\\"') + ".")
    other = make.proposal(essay, title="Open early", body="Open early, at eight.")
    assert says_more(other.body, other.title)
    places = (
        f"/essays/{essay.slug}",
        f"/replies/{reply.id}",
        f"/people/{reply.author_id}",
        "/search?q=weekly",
        f"/essays/{essay.slug}/proposals.md",
    )
    for place in places:
        page = visit().get(place).get_data(as_text=True)
        main = html.unescape(re.sub("(?s)<head>.*</head>|</?mark>", "", page)).replace("\\", "")
        assert main.count(said) == 1, place
    assert "Open early, at eight." in visit().get(places[0]).get_data(as_text=True)
    for ending in ("csv", "json"):
        page = visit().get(f"/essays/{essay.slug}/proposals.{ending}").get_data(as_text=True)
        assert page.replace("\\", "").replace('""', '"').count(said) == 2, ending


def leafed(make: Make, essay: Essay, chosen: Filter, mixed: bool) -> tuple[list[Any], list[Any]]:
    """Return the pages of a list as they are met going on, and as they are met going back."""

    def page(after: str) -> Any:
        return page_of(chosen, essay.id, Cursor.read(after) if after else None, mixed)

    with make.app.app_context():
        there = [page("")]
        while there[-1].following:
            there.append(page(there[-1].following))
        back = [there[-1]]
        while back[-1].previous is not None:
            back.append(page(back[-1].previous))
    return there, back[::-1]


@pytest.mark.parametrize("sort", list(Sort))
def test_going_back_shows_the_pages_that_were_passed(make: Make, sort: Sort) -> None:
    essay = make.essay()
    make.crowd(essay, [(n // 9, n % 3) for n in range(65)])
    with make.app.app_context():
        db.session.execute(update(Reply).values(draw=Reply.id, top=Reply.support))
        db.session.commit()
    there, back = leafed(make, essay, Filter(sort=sort), mixed=sort is Sort.READING)
    assert len(there) == 4
    for one, other in zip(there, back, strict=True):
        assert [(p.card.id, p.rank) for p in one.places] == [
            (p.card.id, p.rank) for p in other.places
        ]
        assert (one.first, one.last, one.total) == (other.first, other.last, 65)


def test_a_page_says_which_of_how_many_it_shows(make: Make, visit: Any) -> None:
    essay = make.essay(body="The whole essay.")
    make.crowd(essay, [(n, 0) for n in range(40)])
    zed = visit()
    first = zed.get(f"/essays/{essay.slug}").get_data(as_text=True)
    assert "1–14, and 6 to discover" in first
    assert "The whole essay." in first
    assert 'rel="prev"' not in first
    onward = html.unescape(re.findall(r'rel="next" href="([^"#]+)', first)[0])
    second = zed.get(onward).get_data(as_text=True)
    assert "15–34 of 40 proposals" in second
    assert "<title>Proposals 15–34" in second
    assert "The whole essay." not in second, "a further page does not carry the essay again"
    assert essay.prompt in second
    assert "Circle back with a proposal" in second
    assert f'rel="prev" href="/essays/{essay.slug}#proposals"' in second
    third = zed.get(html.unescape(re.findall(r'rel="next" href="([^"#]+)', second)[0]))
    assert "35–40 of 40 proposals" in third.get_data(as_text=True)
    assert html.escape(onward) in third.get_data(as_text=True)
