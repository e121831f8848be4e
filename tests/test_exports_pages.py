"""Choosing what to take out, what is refused, and the record of who took what."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.datastructures import MultiDict

from forum.exports.facets import facets
from forum.exports.formats import FORMATS
from forum.exports.models import Export
from forum.exports.rows import Listing, read_rows
from forum.exports.rules import Rules
from forum.exports.snapshot import open_snapshot
from forum.replies.filters import Filter
from forum.replies.tags import TAGS
from forum.votes.judging import judge
from tests.cast import Make
from tests.rows import rows_of
from tests.test_exports import discussed, proposals
from tests.typeface import cannot_print


def test_the_page_offers_the_list_in_every_format(make: Make, fay: Any) -> None:
    essay = discussed(make)
    page = fay.get(f"/essays/{essay.slug}?lever=policy&sort=top").get_data(as_text=True)
    assert "Export this one" in page
    for extension in FORMATS:
        assert f"/essays/{essay.slug}/proposals.{extension}?lever=policy&amp;sort=top" in page


def test_readers_are_offered_no_export(make: Make, visit: Any) -> None:
    essay = discussed(make)
    page = visit(make.user("Zed")).get(f"/essays/{essay.slug}").get_data(as_text=True)
    assert "proposals.csv" not in page
    assert "/export" not in page


def test_open_data_is_for_everyone_to_take(app: Flask, make: Make, visit: Any, fay: Any) -> None:
    essay = discussed(make)
    zed, path = visit(), f"/essays/{essay.slug}"
    assert zed.get(f"{path}/proposals.csv").status_code in {302, 401}
    rules = {
        "premoderation": "open",
        "replies_from": "everyone",
        "report_threshold": "",
        "reason": "other",
        "note": "So that others can count for themselves.",
    }
    fay.post(f"{path}/policy", {**rules, "open_data": "True"})
    page = zed.get(f"{path}?lever=policy&sort=top").get_data(as_text=True)
    assert f"{path}/proposals.csv?lever=policy&amp;sort=top" in page
    rows = proposals(zed.get(f"{path}/proposals.json"))
    assert {row["title"] for row in rows} == {
        "Publish waiting times",
        "Pay by the visit",
        "Set a limit",
    }
    choose = zed.get(f"{path}/export").get_data(as_text=True)
    assert "/exports" not in choose
    assert [(e.by_id, e.format) for e in rows_of(app, Export)] == [(None, "json")]
    assert zed.get("/proposals.csv").status_code in {302, 401}
    assert "proposals.csv" not in zed.get("/proposals").get_data(as_text=True)
    assert "someone without an account" in fay.get("/exports").get_data(as_text=True)
    fay.post(f"{path}/policy", {**rules, "open_data": "False"})
    assert zed.get(f"{path}/proposals.csv").status_code in {302, 401}


def test_every_choice_says_how_many_it_leaves(make: Make, fay: Any) -> None:
    essay = make.essay()
    for lever, place, support in [
        ("policy", "any", 1),
        ("policy", "municipal", 6),
        ("market", "municipal", 5),
    ]:
        make.proposal(essay, lever=lever, jurisdiction=place, support=support)
    page = fay.get(f"/essays/{essay.slug}/export?jurisdiction=municipal")
    text = " ".join(page.get_data(as_text=True).split())
    for said in (
        'Policy <span class="chip-count">1</span>',
        'Market <span class="chip-count">1</span>',
        'Municipal <span class="chip-count">2</span>',
        '<option value="5">5 people (2)</option>',
        'Any government <span class="chip-count">1</span>',
        '<option value="10">10 people (0)',
        "2 proposals",
    ):
        assert said in text, said
    assert f"/essays/{essay.slug}/proposals.pdf?jurisdiction=municipal" in text


@pytest.mark.parametrize("most", [0, 5_000])
@pytest.mark.parametrize("on_one", [True, False])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "lever=policy",
        "lever=market&jurisdiction=municipal",
        "q=queue",
        "q=queue&lever=policy&min_voters=2",
        "min_voters=5",
        "min_voters=3&open=1",
        "judged=no",
        "judged=no&q=queue&jurisdiction=municipal&min_voters=1",
        "open=1",
        "open=1&lever=regulatory",
    ],
)
def test_each_number_is_what_the_list_holds_once_that_is_chosen(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch, query: str, on_one: bool, most: int
) -> None:
    monkeypatch.setattr("forum.exports.facets.COUNTED_MOST", most)
    fay, essay, closed = make.user(role="facilitator"), make.essay(), make.essay(state="closed")
    for n in range(12):
        reply = make.proposal(
            closed if n % 4 == 3 else essay,
            title=f"{'A queue' if n % 3 else 'A form'} of {n}",
            lever=("policy", "market", "regulatory")[n % 3],
            jurisdiction="municipal" if n % 2 else "any",
            support=n % 7,
        )
        if n % 5 == 0:
            make.vote(fay, reply, "oppose")

    def held(**changes: str) -> int:
        asked = MultiDict({**dict(parse_qsl(query)), **changes})
        listing = listing_asked(asked)
        with open_snapshot() as snapshot:
            return sum(1 for _row in read_rows(snapshot, listing))

    def listing_asked(asked: MultiDict[str, str]) -> Listing:
        chosen = Filter.from_query(asked, judge(fay))[0]
        return Listing(chosen, Rules.from_query(asked)[0], essay.id if on_one else None)

    with app.test_request_context():
        with open_snapshot() as snapshot:
            found = facets(snapshot, listing_asked(MultiDict(parse_qsl(query))))
        assert found.tags.total == held()
        assert found.tags.unjudged == held(judged="no")
        assert found.open == held(open="1")
        for tag in TAGS[:2]:
            for value, number in found.tags.by(tag).items():
                assert number == held(**{tag.name: value}), (tag.name, value)
        for least, counted in found.voters.items():
            assert counted in {None, held(min_voters=str(least))}
        is_long = most == 0 and query in {"", "lever=policy", "lever=market&jurisdiction=municipal"}
        assert all(number is None for number in found.voters.values()) == is_long


def test_the_table_equals_the_file(make: Make, fay: Any) -> None:
    essay = discussed(make)
    query = "per_lever=1&min_voters=1&sort=top"
    page = fay.get(f"/essays/{essay.slug}/export?{query}").get_data(as_text=True)
    rows = proposals(fay.get(f"/essays/{essay.slug}/proposals.json?{query}"))
    titles = [row["title"] for row in rows]
    assert titles == ["Publish waiting times", "Set a limit"]
    assert titles == sorted(titles, key=page.index)
    assert "Pay by the visit" not in page
    assert "At least one voter; the first of each lever" in page


def test_nothing_is_likely_where_nobody_took_a_side(make: Make, fay: Any) -> None:
    essay = make.essay()
    make.proposal(essay, neutral=2)
    page = fay.get(f"/essays/{essay.slug}/export").get_data(as_text=True)
    assert ">–</td>" in page
    assert "100%" not in page


def test_what_is_not_understood_is_said(make: Make, fay: Any) -> None:
    essay = discussed(make)
    page = fay.get(f"/essays/{essay.slug}/export?limit=many&lever=magic").get_data(as_text=True)
    assert "“many” is not a whole number and was ignored." in page
    assert "“magic” is not a known filter" in page


@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_too_many_for_a_document_are_refused_with_other_ways(
    app: Flask, make: Make, fay: Any, extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    format = FORMATS[extension]
    monkeypatch.setitem(FORMATS, extension, type(format)(**{**vars(format), "most": 2}))
    answer = fay.get(f"/essays/{essay.slug}/proposals.{extension}?sort=top")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"{format.name} holds at most 2 proposals, and this list has 3." in page
    assert f"/essays/{essay.slug}/proposals.csv?sort=top" in page
    assert rows_of(app, Export) == []
    assert fay.get(f"/essays/{essay.slug}/proposals.{extension}?limit=2").status_code == 200


def test_the_shell_refuses_too_many_as_well(
    make: Make, runner: FlaskCliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    format = FORMATS["pdf"]
    monkeypatch.setitem(FORMATS, "pdf", type(format)(**{**vars(format), "most": 2}))
    file = tmp_path / "a.pdf"
    refused = runner.invoke(args=["export", essay.slug, "--format", "pdf", "--output", str(file)])
    assert refused.exit_code == 1
    assert "PDF holds at most 2 proposals, and this list has 3. Take fewer" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_every_export_is_recorded(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    essay = discussed(make)
    fay.get(f"/essays/{essay.slug}/proposals.csv?lever=market&limit=3")
    fay.get("/proposals.json")
    fay.client.head("/proposals.json", buffered=True)
    output = str(tmp_path / "a.md")
    runner.invoke(args=["export", essay.slug, "--format", "md", "--output", output])
    first, second, third = rows_of(app, Export)
    assert (first.essay_id, first.format, first.rows) == (essay.id, "csv", 1)
    assert (first.query, first.filter) == ("lever=market&sort=top&limit=3", "Market; the first 3")
    assert first.by_id == second.by_id is not None
    assert (second.essay_id, second.format, second.rows) == (None, "json", 3)
    assert (third.by_id, third.essay_id, third.format) == (None, essay.id, "md")
    page = fay.get("/exports").get_data(as_text=True)
    assert page.count("<tr role") == 3
    assert "Market; the first 3" in page
    assert "Fay" in page


def test_the_record_says_a_filter_in_the_language_of_whoever_reads_it(make: Make, fay: Any) -> None:
    make.proposal(make.essay(), title="Publish the queue")
    fay.get("/proposals.csv?lever=policy&q=queue&min_voters=1&lang=en")
    assert "Policy; containing “queue”; at least one voter" in fay.get("/exports").text
    page = fay.get("/exports?lang=fr").text
    assert "Politique publique\u202f; contenant «\u00a0queue\u00a0»\u202f; " in page
    assert "Policy" not in page


def test_the_file_shows_one_moment(app: Flask, make: Make, fay: Any) -> None:
    essay = make.essay()
    for n in range(4):
        make.proposal(essay, title=f"Before {n}")
    answer = fay.client.get(f"/essays/{essay.slug}/proposals.csv", buffered=False)
    stream = answer.iter_encoded()
    begun = next(stream)
    make.proposal(essay, title="Afterwards", support=1)
    whole = begun + b"".join(stream)
    answer.close()
    assert b"Afterwards" not in whole
    assert FORMATS["csv"].check(io.BytesIO(whole)).rows == 4


def test_an_export_reads_in_chunks(
    app: Flask, make: Make, fay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.exports.rows.CHUNK", 2)
    essay = make.essay()
    for n in range(5):
        make.proposal(essay, support=n // 2)
    rows = proposals(fay.get(f"/essays/{essay.slug}/proposals.json"))
    assert [row["rank"] for row in rows] == [1, 2, 2, 4, 4]
    assert len({row["id"] for row in rows}) == 5


def test_an_export_costs_the_same_queries_however_many_rows(
    make: Make, fay: Any, statements: Any
) -> None:
    essay = discussed(make)
    path = f"/essays/{essay.slug}/proposals.json"
    few = len(statements(fay, path))
    for _ in range(9):
        make.comment(make.proposal(essay))
    assert len(statements(fay, path)) <= few + 1


WAITING = "公开等待时间"

no_typeface = pytest.fixture(cannot_print)


@pytest.mark.usefixtures("no_typeface")
def test_facilitators_are_told_before_they_take_a_file(make: Make, visit: Any, app: Flask) -> None:
    fay, ben = make.user("Fay", role="facilitator"), make.user("Ben")
    essay = make.essay()
    make.proposal(essay, ben, title=WAITING, body=WAITING)
    page = visit(fay).get(f"/essays/{essay.slug}/export").get_data(as_text=True)
    assert f"{2 * len(WAITING)} characters cannot be printed here and become □" in page
    assert "fonts-noto-cjk" in page
    assert "the folder fonts of the instance" in page
    other = make.essay("Plain words")
    make.proposal(other, ben, title="Plain words")
    assert "cannot be printed" not in visit(fay).get(f"/essays/{other.slug}/export").get_data(
        as_text=True
    )


@pytest.mark.usefixtures("no_typeface")
def test_the_command_says_what_it_could_not_print_and_does_not_end_well(
    make: Make, app: Flask, tmp_path: Path
) -> None:
    essay = make.essay()
    make.proposal(essay, make.user("Ben"), title=WAITING)
    run = app.test_cli_runner().invoke
    for extension, code in (("pdf", 3), ("csv", 0)):
        path = tmp_path / f"queue.{extension}"
        done = run(args=["export", essay.slug, "--format", extension, "--output", str(path)])
        assert done.exit_code == code, done.output
        assert ("Warning:" in done.stderr) is bool(code)
        assert ("fonts-noto-cjk" in done.stderr) is bool(code)
        checked = run(args=["export", "--verify", str(path)])
        assert checked.exit_code == 0
