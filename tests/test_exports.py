"""The list as a file: what Fay sees is what she carries out, in every format and from the shell."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from forum.essays.models import Essay
from forum.exports.fields import FIELDS, FROM_ROOMS, OF_ASIDE
from forum.exports.formats import FORMATS
from forum.exports.provenance import Provenance
from forum.votes.ranking import interval, top
from forum.words.csv_lines import unguarded
from tests.cast import Make
from tests.tables import HOSTILE, readable

NAMES = [field.name for field in FIELDS]


def discussed(make: Make) -> Essay:
    """Make an essay with a proposal of each lever, one hidden and one waiting."""
    essay, ben = make.essay("The queue"), make.user("Ben")
    make.proposal(
        essay,
        ben,
        title="Publish waiting times",
        support=5,
        oppose=1,
        neutral=2,
        evidence=["https://example.org/a", "https://example.org/b"],
        trade_off="Speed, or care",
    )
    make.proposal(essay, title="Pay by the visit", lever="market", jurisdiction="municipal")
    make.proposal(essay, title="Set a limit", lever="regulatory", ambition="replaces", oppose=2)
    make.proposal(essay, title="Hidden words", status="hidden", support=9)
    make.proposal(essay, title="Waiting words", status="waiting", support=9)
    return essay


def records(answer: Any) -> list[dict[str, str]]:
    """Return the records of a CSV as its documented reader has them."""
    lines = io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")
    return [
        {name: unguarded(cell) for name, cell in record.items()}
        for record in csv.DictReader(lines, strict=True)
    ]


def proposals(answer: Any) -> list[dict[str, Any]]:
    """Return the proposals of a JSON export."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(json.loads(answer.get_data())["proposals"])


def test_the_export_is_the_screen(make: Make, fay: Any) -> None:
    essay = discussed(make)
    for query in ("", "?lever=market&lever=regulatory", "?q=WAITING", "?sort=newest", "?sort=eyes"):
        page = fay.get(f"/essays/{essay.slug}{query or '?sort=top'}").get_data(as_text=True)
        rows = proposals(fay.get(f"/essays/{essay.slug}/proposals.json{query}"))
        shown = [row["title"] for row in rows]
        assert shown == sorted(shown, key=page.index), query
        assert all(row["permalink"].endswith(f"/replies/{row['id']}") for row in rows)


def test_a_row_says_everything(make: Make, fay: Any) -> None:
    essay = discussed(make)
    row = proposals(fay.get(f"/essays/{essay.slug}/proposals.json"))[0]
    low, high = interval(5, 1)
    assert list(row) == NAMES
    assert row["created"].endswith("Z")
    assert row | {"created": ""} == {
        "place": 0,
        "rank": 1,
        "ranked": 3,
        "rank_in_lever": 1,
        "rank_in_discussion": 0,
        "rank_with_aside": 0,
        "title": "Publish waiting times",
        "lever": "policy",
        "jurisdiction": "any",
        "ambition": "improves",
        "assumed": [],
        "trade_off": "Speed, or care",
        "body": row["body"],
        "evidence": ["https://example.org/a", "https://example.org/b"],
        "author": "Ben",
        "created": "",
        "edited": None,
        "support": 5,
        "oppose": 1,
        "neutral": 2,
        "earlier": 0,
        "carried": 0,
        **dict.fromkeys(FROM_ROOMS, 0),
        **dict.fromkeys(OF_ASIDE[:3], 0),
        "score": round(top(5, 1), 12),
        "score_with_aside": round(top(5, 1), 12),
        "low": round(low, 12),
        "high": round(high, 12),
        "comments": 0,
        "comments_support": 0,
        "comments_challenge": 0,
        "comments_refine": 0,
        "comments_evidence": 0,
        "comments_question": 0,
        "quoted_support": "",
        "quoted_support_author": "",
        "quoted_support_permalink": "",
        "quoted_challenge": "",
        "quoted_challenge_author": "",
        "quoted_challenge_permalink": "",
        "status": "open",
        "answer_status": "",
        "answer": "",
        "answer_body": "",
        "due_on": None,
        "due_state": "",
        "due_aside": 0,
        "note": "",
        "essay": "The queue",
        "language": "en",
        "permalink": f"http://127.0.0.1:8000/replies/{row['id']}",
        "id": row["id"],
    }


def test_every_format_holds_the_same_rows(make: Make, fay: Any) -> None:
    essay = discussed(make)
    rows = proposals(fay.get(f"/essays/{essay.slug}/proposals.json"))
    table = records(fay.get(f"/essays/{essay.slug}/proposals.csv"))
    for row, record in zip(rows, table, strict=True):
        lists = {name: "\n".join(row[name]) for name in ("evidence", "assumed")}
        said = {**row, **lists, "edited": "", "due_on": ""}
        assert {name: str(value) for name, value in said.items()} == {
            name: record[name] for name in NAMES
        }
    document = fay.get(f"/essays/{essay.slug}/proposals.md").get_data(as_text=True)
    assert re.findall(r"^## \d\. (.*)$", document, re.MULTILINE) == [r["title"] for r in rows]


@pytest.mark.parametrize("extension", FORMATS)
def test_what_is_not_shown_is_not_exported(make: Make, fay: Any, extension: str) -> None:
    essay = discussed(make)
    proposal = make.proposal(essay, title="Seen")
    make.comment(proposal, body="A hidden comment", status="hidden")
    answer = fay.get(f"/essays/{essay.slug}/proposals.{extension}")
    words = readable(extension, answer.get_data())
    assert "Set a limit" in words
    for secret in ("Hidden words", "Waiting words", "hidden comment", "@example.org", "argon"):
        assert secret not in words


def test_comments_are_counted_by_stance_and_none_is_quoted_by_itself(make: Make, fay: Any) -> None:
    essay = make.essay()
    proposal, ben, cam = make.proposal(essay), make.user("Ben"), make.user("Cam")
    make.comment(proposal, body="The first one")
    loud = make.comment(proposal, ben, body="The most answered one")
    alone = make.comment(proposal, cam, body="Answered by its own author only", stance="challenge")
    make.comment(proposal, body="A later challenge", stance="challenge")
    for _ in range(2):
        make.comment(loud, stance=None)
        make.comment(alone, cam, stance=None)
    make.comment(proposal, stance="question")
    make.comment(proposal, stance="evidence", status="hidden")
    row = proposals(fay.get(f"/essays/{essay.slug}/proposals.json"))[0]
    assert [row[f"comments_{s}"] for s in ("support", "challenge", "question", "evidence")] == [
        2,
        2,
        1,
        0,
    ]
    assert row["comments"] == 9
    for extension in FORMATS:
        answer = fay.get(f"/essays/{essay.slug}/proposals.{extension}")
        assert "most answered" not in readable(extension, answer.get_data()), extension


def test_equal_scores_share_a_rank(make: Make, fay: Any) -> None:
    essay = make.essay()
    for lever, support in [("policy", 3), ("market", 2), ("policy", 2), ("market", 1)]:
        make.proposal(essay, lever=lever, support=support)
    path = f"/essays/{essay.slug}/proposals.json"
    rows = proposals(fay.get(path))
    assert [row["rank"] for row in rows] == [1, 2, 2, 4]
    assert [(r["lever"], r["rank_in_lever"]) for r in rows] == [
        ("policy", 1),
        ("policy", 2),
        ("market", 1),
        ("market", 2),
    ]
    assert rows == proposals(fay.get(path)), "and the order is the same every time"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=2", ["P5", "M4"]),
        ("per_lever=1", ["P5", "M4", "R1"]),
        ("per_lever=1&limit=2", ["P5", "M4"]),
        ("min_voters=4", ["P5", "M4"]),
        ("min_voters=4&lever=market", ["M4"]),
        ("limit=0", ["P5", "M4", "P3", "R1"]),
        ("limit=none", ["P5", "M4", "P3", "R1"]),
    ],
)
def test_rules_take_what_they_say(make: Make, fay: Any, query: str, expected: list[str]) -> None:
    essay = make.essay()
    for title, lever, support in [
        ("P5", "policy", 5),
        ("P3", "policy", 3),
        ("M4", "market", 4),
        ("R1", "regulatory", 1),
    ]:
        make.proposal(essay, title=title, lever=lever, support=support)
    answer = fay.get(f"/essays/{essay.slug}/proposals.json?{query}")
    assert [row["title"] for row in proposals(answer)] == expected
    assert json.loads(answer.get_data())["provenance"]["rows"] == len(expected)


def test_the_filter_in_words_says_what_was_cut_through_a_tie(make: Make, fay: Any) -> None:
    essay = make.essay()
    for _ in range(3):
        make.proposal(essay, support=2)
    answer = fay.get(f"/essays/{essay.slug}/proposals.json?limit=2&lever=policy&min_voters=1")
    provenance = json.loads(answer.get_data())["provenance"]
    assert provenance["filter"] == (
        "Policy; at least one voter; the first 2; "
        "one more with the same rank as the last is left out"
    )
    assert provenance["url"].endswith(
        f"/essays/{essay.slug}/export?lever=policy&sort=top&limit=2&min_voters=1"
    )


@pytest.mark.parametrize(
    ("rule", "said"), [("limit=2", "the first 2"), ("per_lever=2", "the first 2 of each lever")]
)
def test_who_ranks_with_the_very_last_one_taken_is_counted(
    make: Make, fay: Any, rule: str, said: str
) -> None:
    essay = make.essay()
    for support in (3, 2, 2, 2, 1):
        make.proposal(essay, support=support)
    answer = fay.get(f"/essays/{essay.slug}/proposals.json?{rule}")
    assert json.loads(answer.get_data())["provenance"]["filter"] == (
        f"{said.capitalize()}; 2 more with the same rank as the last are left out"
    )


def test_only_open_discussions(make: Make, fay: Any) -> None:
    make.proposal(make.essay("Running"), title="Open")
    make.proposal(make.essay("Over", state="closed"), title="Closed")
    make.proposal(make.essay("Draft", state="draft"), title="Draft")
    assert {row["title"] for row in proposals(fay.get("/proposals.json"))} == {"Open", "Closed"}
    rows = proposals(fay.get("/proposals.json?open=1"))
    assert [(row["title"], row["status"]) for row in rows] == [("Open", "open")]


def test_authors_can_be_withheld(
    app: Flask, make: Make, fay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = make.essay()
    proposal = make.proposal(essay, make.user("Ben Bellweather"))
    make.comment(proposal, make.user("Cam Carriere"))
    monkeypatch.setitem(app.config, "EXPORT_AUTHORS", "withheld")
    for extension in FORMATS:
        answer = fay.get(f"/essays/{essay.slug}/proposals.{extension}")
        words = readable(extension, answer.get_data())
        assert "withheld" in words.lower()
        assert "Bellweather" not in words
        assert "Carriere" not in words


def test_the_csv_is_what_the_standard_says(make: Make, fay: Any) -> None:
    essay = make.essay()
    for title in HOSTILE:
        make.proposal(essay, title=title, body=title + "\n\n" + "x" * 9_000)
    data = fay.get(f"/essays/{essay.slug}/proposals.csv").get_data()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    lines = io.StringIO(data.decode("utf-8-sig"), newline="")
    table = list(csv.reader(lines, strict=True))
    assert {len(record) for record in table} == {len(NAMES) + len(fields(Provenance))}
    assert len(table) == len(HOSTILE) + 1
    for record in table[1:]:
        for name, cell in zip(NAMES, record, strict=False):
            if name not in {"score"}:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell


def test_the_json_tells_where_it_comes_from(make: Make, fay: Any) -> None:
    essay = discussed(make)
    answer = fay.get(f"/essays/{essay.slug}/proposals.json?lever=policy&q=waiting")
    provenance = json.loads(answer.get_data())["provenance"]
    assert answer.mimetype == "application/json"
    assert f'filename="{essay.slug}-proposals.json"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert provenance["url"] == (
        f"http://127.0.0.1:8000/essays/{essay.slug}?lever=policy&q=waiting&sort=top"
    )
    assert provenance["filter"] == "Policy; containing “waiting”"
    assert provenance["formula"].startswith("L(s, n) =")
    assert provenance["software"] == "Circle Back 0.1.0"
    assert (provenance["rows"], len(provenance["sha256"])) == (1, 64)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_shell_writes_the_same_and_checks_it(
    make: Make, runner: FlaskCliRunner, tmp_path: Path, extension: str
) -> None:
    essay = discussed(make)
    file = tmp_path / f"list.{extension}"
    arguments = ["export", essay.slug, "--format", extension, "--output", str(file)]
    written = runner.invoke(args=[*arguments, "--lever", "policy", "--lever", "market"])
    assert written.exit_code == 0, written.output
    assert "2 proposals" in written.output
    checked = runner.invoke(args=["export", "--verify", str(file)])
    assert checked.exit_code == 0, checked.output
    assert "as it was written" in checked.output
    assert "Policy, Market" in checked.output
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_shell_overwrites_nothing_unasked(
    make: Make, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    essay, file = discussed(make), tmp_path / "list.csv"
    file.write_text("mine")
    arguments = ["export", essay.slug, "--format", "csv", "--output", str(file)]
    refused = runner.invoke(args=arguments)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert file.read_text() == "mine"
    assert runner.invoke(args=[*arguments, "--force"]).exit_code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfplace,")


def test_the_shell_writes_to_standard_output(make: Make, runner: FlaskCliRunner) -> None:
    discussed(make)
    written = runner.invoke(args=["export", "--format", "json", "--limit", "1", "--output", "-"])
    assert json.loads(written.stdout)["proposals"][0]["title"] == "Publish waiting times"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--format", "csv", "--output", "-"], "There is no essay nowhere."),
        (["--format", "csv"], "--output FILE"),
        (["--format", "csv", "--output", "/nowhere/a.csv"], "/nowhere/a.csv cannot be written"),
        (["--format", "csv", "--output", "-", "--language", "xx"], "There is no language xx"),
        (["--format", "gif", "--output", "-"], "'gif' is not one of"),
        (["--verify", "/nowhere/a.csv"], "cannot be read"),
        (["--verify", "/nowhere/a.txt"], "its ending must be one of"),
    ],
)
def test_the_shell_says_what_is_wrong(
    app: Flask, runner: FlaskCliRunner, arguments: list[str], said: str
) -> None:
    refused = runner.invoke(args=["export", *arguments])
    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output
