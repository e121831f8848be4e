"""The landscape: where proposals stand in the picture, and what may never stand in it."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import Any

import pytest

from forum.reading.landscape.ground import HEIGHT, NARROW, RADIUS, WIDE, gap
from forum.reading.landscape.marks import Crowd, Dot, Judged
from forum.reading.landscape.picture import across, end_of_scale, landscape, out_of_reach, ticks
from forum.reading.landscape.placing import COLUMNS, FEW, ROWS, STEP
from tests.cast import Make


def judged(number: int, support: int, oppose: int = 0, neutral: int = 0) -> Judged:
    return Judged(number, number, f"Title {number}", "policy", "en", support, oppose, neutral)


def test_a_mark_stands_by_its_votes() -> None:
    first, second = landscape([judged(1, 90, 10), judged(2, 1, 9)]).marks.dots
    assert (first.x, first.right, first.down) == (100, 0, 0)
    assert first.y == pytest.approx(100 * (1 - 0.8396), abs=0.1), "the lower bound of 90 in 100"
    assert second.x == pytest.approx(50), "ten of a hundred is half way on a logarithmic scale"
    assert second.y > first.y, "less surely supported is lower"


def test_what_nobody_judged_has_no_place() -> None:
    picture = landscape([judged(1, 3), judged(2, 0, 0, neutral=5), judged(3, 0)])
    assert [dot.proposal.id for dot in picture.marks.dots] == [1]
    assert [proposal.id for proposal in picture.unseen] == [2, 3]
    assert [proposal.id for proposal in picture.shown] == [1, 2, 3]


def test_nothing_at_all_is_a_picture_too() -> None:
    picture = landscape([])
    assert (picture.marks.dots, picture.marks.crowds, picture.unseen, picture.is_cut) == (
        [],
        [],
        [],
        False,
    )
    assert [tick.number for tick in picture.ticks] == [1, 2, 5, 10]


def test_only_so_many_are_drawn_and_it_is_said() -> None:
    proposals = [judged(n, n, 1) for n in range(1, 12)]
    assert not landscape(proposals, most=11).is_cut
    cut = landscape(proposals, most=10)
    assert cut.is_cut
    assert [dot.proposal.id for dot in cut.marks.dots] == list(range(1, 11))


def edges(dot: Dot | Crowd, width: int) -> tuple[float, float]:
    return dot.x / 100 * width + dot.right, dot.y / 100 * HEIGHT + dot.down


@pytest.mark.parametrize("times", [2, 40, 180])
def test_marks_of_the_same_votes_stand_side_by_side_at_every_width(times: int) -> None:
    picture = landscape([judged(n, 1) for n in range(1, times + 1)])
    apart = STEP * picture.marks.scale - 1
    assert all(gap(one, other) >= apart for one, other in combinations(picture.marks.dots, 2))
    for width in (NARROW, 500, WIDE):
        places = [edges(dot, width) for dot in picture.marks.dots]
        assert all(0 <= x <= width and 0 <= y <= HEIGHT for x, y in places)
        nearest = min(
            ((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in combinations(places, 2)
        )
        assert nearest >= apart


def test_the_gap_is_that_of_the_width_at_which_two_marks_pass() -> None:
    one, other = Dot(judged(1, 1), 0, 50, 100, 0), Dot(judged(2, 1), 20, 50, 0, 8)
    assert gap(one, other) == 8, "left of it in a wide picture, right of it in a narrow one"


def crowded(number: int = 900) -> list[Judged]:
    """Return many proposals, most of them close to others, and some with much the same votes."""
    return [judged(n, 20 + n * n % 397, n % 23 if n % 9 else n % 211) for n in range(1, number + 1)]


def test_a_mark_never_strays_where_all_is_taken() -> None:
    crowd = [judged(n, 400 + n % 37, 80 + n % 23) for n in range(1, 201)]
    found = landscape(crowd).marks
    for mark in found.dots + found.crowds:
        assert abs(mark.down) <= 3 * STEP


def test_nine_hundred_share_counted_marks_that_are_few_and_cover_nothing() -> None:
    found = landscape(crowded()).marks
    assert found.crowds
    assert len(found.crowds) <= COLUMNS * ROWS
    assert len(found.dots) <= COLUMNS * ROWS * 8
    shown = [dot.proposal.id for dot in found.dots]
    shown += [each.id for crowd in found.crowds for each in crowd.proposals]
    assert sorted(shown) == list(range(1, 901)), "each stands somewhere, and once"
    room = {id(mark): (STEP * found.scale - 1) / 2 for mark in found.dots}
    room |= {id(mark): float(RADIUS) for mark in found.crowds}
    marks: list[Dot | Crowd] = [*found.dots, *found.crowds]
    for one, other in combinations(marks, 2):
        assert gap(one, other) >= room[id(one)] + room[id(other)] - 1e-6
    for crowd in found.crowds:
        for width in (NARROW, WIDE):
            x, y = edges(crowd, width)
            assert RADIUS <= x <= width - RADIUS
            assert RADIUS <= y <= HEIGHT - RADIUS


def test_a_counted_mark_stands_in_the_middle_of_what_it_counts() -> None:
    for crowd in landscape(crowded()).marks.crowds:
        assert [each.rank for each in crowd.proposals] == sorted(e.rank for e in crowd.proposals)
        assert max(abs(crowd.right), abs(crowd.down)) <= HEIGHT / ROWS / 2
        lowest, highest = crowd.low
        assert 100 * (1 - highest) - 0.01 <= crowd.y <= 100 * (1 - lowest) + 0.01
        assert highest - lowest <= 1 / ROWS + 0.01, "no higher than a square"


def test_equal_votes_beyond_all_room_are_one_counted_mark() -> None:
    found = landscape([judged(n, 1) for n in range(1, 901)]).marks
    assert ([len(crowd.proposals) for crowd in found.crowds], found.dots) == ([900], [])


@pytest.mark.parametrize("number", [1, FEW])
def test_few_proposals_have_a_mark_each_however_close(number: int) -> None:
    found = landscape([judged(n, 400 + n, 80) for n in range(1, number + 1)]).marks
    assert (len(found.dots), found.crowds, found.scale) == (number, [], 1)


def test_the_same_proposals_give_the_same_picture() -> None:
    for crowd in ([judged(n, n % 4, n % 3) for n in range(1, 100)], crowded()):
        assert landscape(crowd) == landscape(crowd)


@pytest.mark.parametrize(
    ("most", "end"), [(0, 10), (1, 10), (10, 10), (11, 20), (607, 1000), (10**12 + 1, 2 * 10**12)]
)
def test_the_scale_ends_at_a_round_number(most: int, end: int) -> None:
    assert end_of_scale(most) == end
    assert across(1, end) == 0
    assert across(end, end) == 100


@pytest.mark.parametrize("end", [10, 100, 200, 1_000, 10**6, 10**9, 10**15])
def test_the_numbers_along_the_axis_rise_and_never_touch(end: int) -> None:
    found = ticks(end)
    assert [tick.number for tick in found] == sorted({tick.number for tick in found})
    assert 2 <= len(found) <= 8
    for left, right in pairwise(found):
        assert (right.x - left.x) / 100 * NARROW > 7 * len(f"{right.number:,}") / 2


def test_nobody_stands_out_of_reach() -> None:
    points = [at.split(",") for at in out_of_reach(1000).split(" ")]
    highest = {float(x): float(y) for x, y in points[1:-1]}
    for dot in landscape([judged(n, 10**n) for n in range(4)]).marks.dots:
        near = min(highest, key=lambda x: abs(x - dot.x))
        assert dot.y == pytest.approx(highest[near], abs=2), "all support is the very edge"


def names(page: str) -> list[str]:
    return re.findall(r"<th scope=\"row\"[^>]*><a[^>]*>([^<]*)</a>", page)


def test_the_picture_shows_what_the_filter_does(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="By policy", support=3)
    make.proposal(essay, title="By <market>", support=2, oppose=1, lever="market")
    make.proposal(essay, title="Not yet judged", lever="market")
    for status in ("hidden", "waiting"):
        make.proposal(essay, title=f"Said {status}", support=4, status=status)
    zed, path = visit(), f"/essays/{essay.slug}/landscape"
    page = zed.get(path).get_data(as_text=True)
    assert names(page) == ["By policy", "By &lt;market&gt;", "Not yet judged"]
    assert "Said" not in page
    assert page.count("<use ") == 2
    assert "2. By &lt;market&gt; (Market): 2 support, 1 oppose" in page
    page = zed.get(f"{path}?lever=market&sort=newest").get_data(as_text=True)
    assert names(page) == ["Not yet judged", "By &lt;market&gt;"]
    page = zed.get(f"{path}?q=nothing+like+it").get_data(as_text=True)
    assert "No proposal matches this filter" in page
    assert "<use " not in page


def test_an_order_that_cannot_be_seen_is_handed_on(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="Not yet judged")
    zed, path = visit(), f"/essays/{essay.slug}/landscape"
    page = zed.get(f"{path}?sort=newest").get_data(as_text=True)
    assert '<input type="hidden" name="sort" value="newest">' in page
    assert '<select id="sort"' not in page
    assert 'name="sort"' not in zed.get(path).get_data(as_text=True)
    assert page.count("Not yet judged</a>") == 2, "as a card, and in the table"


def test_it_costs_the_same_queries_however_many(make: Make, visit: Any, statements: Any) -> None:
    essay = make.essay()
    make.proposal(essay, support=1)
    make.proposal(essay)
    zed, path = visit(), f"/essays/{essay.slug}/landscape"
    few = len(statements(zed, path))
    for n in range(5):
        make.proposal(essay, support=n % 3)
    assert len(statements(zed, path)) <= few <= 5


def test_a_crowd_leads_to_its_list_and_the_picture_stays_small(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.crowd(essay, [(each.support, each.oppose) for each in crowded()])
    page = visit().get(f"/essays/{essay.slug}/landscape").get_data(as_text=True)
    drawn = page.partition('<svg class="landscape-picture"')[2].partition("</figure>")[0]
    assert len(drawn) < 60_000, "a tenth of what a mark for each would take"
    assert len(page) < 150_000
    leads = re.findall(r'class="landscape-crowd" href="([^"]+)"', drawn)
    assert leads
    lists = [visit().get(lead).get_data(as_text=True) for lead in leads]
    assert drawn.count("<use ") + sum(len(names(each)) for each in lists) == 900
    assert "900 proposals</h2>" in page
    whole = visit().get(f"/essays/{essay.slug}/landscape/table").get_data(as_text=True)
    assert len(names(whole)) == 900, "the table has them all"
    strange = visit().get(f"/essays/{essay.slug}/landscape/table?mark=999").get_data(as_text=True)
    assert len(names(strange)) == 900


def test_the_lists_of_a_smaller_crowd_stand_below_its_picture(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.crowd(essay, [(400 + n % 7, n % 5) for n in range(300)])
    page = visit().get(f"/essays/{essay.slug}/landscape").get_data(as_text=True)
    drawn = page.partition('<svg class="landscape-picture"')[2].partition("</figure>")[0]
    leads = re.findall(r'class="landscape-crowd" href="#([^"]+)"', drawn)
    lists = dict(re.findall(r'<section [^>]*id="(together-\d+)"(.*?)</section>', page, re.DOTALL))
    assert sorted(lists) == sorted(leads)
    marked = drawn.count("<use ") + sum(each.count("<li>") for each in lists.values())
    assert marked == 300
    assert len(page) < 150_000


def test_a_picture_of_what_nobody_judged_stays_small(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.crowd(essay, [(0, 0)] * 900)
    page = visit().get(f"/essays/{essay.slug}/landscape").get_data(as_text=True)
    assert len(page) < 150_000
    assert "All of them as a table" in page
