"""What files say of votes that are set aside: numbers, scores and ranks without them and with."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask

from forum.exports.fields import OF_ASIDE
from forum.exports.formats import FORMATS
from tests.cast import Make
from tests.conftest import Browser
from tests.test_aside import Crowd
from tests.test_exports_answers import file_of_before

RANKS = ("rank", "rank_in_discussion", "rank_with_aside")


@pytest.fixture
def crowd(app: Flask, make: Make, visit: Browser) -> Crowd:
    return Crowd(app, make, visit)


def rows_of(crowd: Crowd, path: str) -> dict[int, dict[str, Any]]:
    """Return the rows of a list as JSON, by proposal."""
    data = crowd.fay.get(path).json
    assert data is not None
    return {each["id"]: each for each in data["proposals"]}


def ranks(crowd: Crowd, path: str) -> dict[int, tuple[int, ...]]:
    return {n: tuple(each[name] for name in RANKS) for n, each in rows_of(crowd, path).items()}


def test_ranks_are_those_of_the_whole_discussion_whatever_the_list_and_its_order(
    crowd: Crowd, make: Make
) -> None:
    lone = make.proposal(crowd.essay, lever="market", title="Sell the offices", oppose=9)
    other = make.proposal(make.essay("Elsewhere", open_data=True), support=30)
    own = f"/essays/{crowd.essay.slug}/proposals.json"
    before = ranks(crowd, own)
    assert {each[1:] for each in before.values()} == {(0, 0)}, "nothing is set aside"
    crowd.agreed()
    assert ranks(crowd, own) == {
        crowd.first.id: (1, 1, 3),
        crowd.second.id: (2, 2, 2),
        crowd.third.id: (3, 3, 1),
        lone.id: (4, 4, 4),
    }
    assert ranks(crowd, f"{own}?lever=market") == {lone.id: (1, 4, 4)}
    newest = ranks(crowd, f"{own}?sort=newest")
    assert {number: each[1:] for number, each in newest.items()} == {
        number: each[1:] for number, each in ranks(crowd, own).items()
    }
    everywhere = ranks(crowd, "/proposals.json")
    assert everywhere[other.id][1:] == (0, 0)
    assert everywhere[crowd.third.id][1:] == (3, 1)


def test_the_page_and_every_format_say_the_same_ranks(crowd: Crowd, visit: Browser) -> None:
    crowd.agreed()
    slug = crowd.essay.slug
    own = rows_of(crowd, f"/essays/{slug}/proposals.json")
    file = visit().get(f"/essays/{slug}/proposals.csv").get_data()
    records = csv.DictReader(io.StringIO(file.decode("utf-8-sig")))
    for record in records:
        assert all(int(record[name]) == own[int(record["id"])][name] for name in RANKS)
    page = visit().get(f"/essays/{slug}/set-aside").text
    for each in own.values():
        said = f'{each["rank_in_discussion"]}</td><td class="number">{each["rank_with_aside"]}</td>'
        moved = each["rank_in_discussion"] != each["rank_with_aside"]
        assert (f'/replies/{each["id"]}"' in page) == moved
        assert not moved or said in page
    document = visit().get(f"/essays/{slug}/proposals.md").text
    assert "with all that is set aside, rank 1 in its discussion, not 3" in document
    for extension, form in FORMATS.items():
        made = visit().get(f"/essays/{slug}/proposals.{extension}").get_data()
        assert form.check(io.BytesIO(made)).rows == 3


def test_a_brief_says_the_ranks_of_the_discussion(crowd: Crowd, make: Make, visit: Browser) -> None:
    crowd.agreed()
    fay = make.user(role="facilitator")
    brief = make.brief(fay, make.shortlist(fay, crowd.third, essay=crowd.essay))
    [held] = brief.rows
    assert tuple(held[name] for name in RANKS) == (3, 3, 1)
    said = visit().get(f"/briefs/{brief.reference}.md").text
    assert "rank 1 in its discussion, not 3" in said


def test_where_nothing_is_set_aside_no_proposal_is_read_for_it(
    crowd: Crowd, make: Make, statements: Any
) -> None:
    zed, path = crowd.visit(), f"/essays/{crowd.essay.slug}/proposals.json"
    few = statements(zed, path)
    assert sum("DISTINCT votes_aside.essay_id" in each for each in few) == 1
    assert not any("votes_aside" in each and "replies.top" in each for each in few)
    for _ in range(20):
        make.proposal(crowd.essay, support=2)
    assert len(statements(zed, path)) == len(few)


@pytest.mark.any_database
@pytest.mark.parametrize("extension", ["csv", "json", "xlsx"])
def test_a_file_of_before_votes_could_be_set_aside_is_verified(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    with shared_app.test_request_context():
        with monkeypatch.context() as then:
            file = file_of_before(OF_ASIDE, extension, then)
        assert b"aside" not in file
        assert FORMATS[extension].check(io.BytesIO(file)).rows == 2
