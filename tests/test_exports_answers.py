"""What became of proposals in files and in briefs: who is to answer by when, and what they said."""

from __future__ import annotations

import io
from collections.abc import Collection
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.answers.answering import SaidAloud
from forum.essays.models import Essay
from forum.exports import provenance
from forum.exports.csv import writer as csv_writer
from forum.exports.fields import FIELDS, LATER, Row
from forum.exports.formats import FORMATS
from forum.exports.provenance import Provenance
from forum.exports.rules import Rules
from forum.exports.snapshot import open_snapshot
from forum.exports.tables import Table, table_of
from forum.exports.xlsx.columns import COLUMNS
from forum.replies.filters import Filter
from tests.cast import Make
from tests.circle import Circle
from tests.tables import readable, row, table


def rows_of(app: Flask, essay: Essay) -> dict[str, Row]:
    """Return the rows of an essay's export by title."""
    with app.test_request_context(), closing(open_snapshot()) as snapshot:
        found = table_of(snapshot, Filter(), Rules(), essay)
        return {str(each["title"]): each for each in found.rows()}


def outcome(row: Row) -> tuple[Any, ...]:
    """Return what a row says of its answer, but for the sentence and the day."""
    return row["answer_status"], row["answer_body"], row["due_state"]


@pytest.fixture
def scene(make: Make) -> tuple[Essay, Circle]:
    """An essay under a deal of one body, whose answers are at every stage."""
    circle = Circle(make)
    body, other = circle.body("Council"), circle.body("Ministry")
    ines, omar = make.user("Ines"), make.user("Omar")
    circle.seat(body, ines)
    circle.seat(other, omar)
    essay = make.deal(make.essay(), body, bound=0.8, at_closing=True)
    made = {
        name: make.proposal(essay, title=name, support=2)
        for name in ("Late", "Done", "Asked", "Heard", "Gift", "Twice", "None")
    }
    for name, days in (("Late", -3), ("Done", -2), ("Heard", 5), ("Twice", 9)):
        circle.due(made[name], body, days)
    circle.due(made["Asked"], body, -3, agreed=False)
    circle.answer(made["Done"], body, ines, "done", sentence="It is done.")
    said = SaidAloud(circle.today(), "At the town hall", "https://example.org/film")
    circle.answer(made["Heard"], body, make.user("Fay"), "accepted", said=said)
    circle.answer(made["Gift"], other, omar, "accepted")
    circle.answer(made["Twice"], other, omar, "accepted")
    return essay, circle


def test_a_row_says_who_answers_by_when_and_what_they_said(
    app: Flask, scene: tuple[Essay, Circle]
) -> None:
    essay, circle = scene
    rows = rows_of(app, essay)
    assert {title: outcome(each) for title, each in rows.items()} == {
        "Late": ("", "Council", "overdue"),
        "Done": ("done", "Council", "answered"),
        "Asked": ("", "Council", "asked"),
        "Heard": ("", "Council", "waiting"),
        "Gift": ("accepted", "Ministry", ""),
        "Twice": ("", "Council", "waiting"),
        "None": ("", "", ""),
    }
    assert rows["Done"]["answer"] == "It is done."
    assert rows["Heard"]["answer"] == "", "nobody is quoted on what was only said aloud"
    assert rows["Late"]["due_on"] == circle.today() - timedelta(days=3)
    assert rows["None"]["due_on"] is None


@pytest.mark.parametrize(
    "extensions",
    [("csv", "json", "xlsx", "md", "docx"), pytest.param(("pdf",), marks=pytest.mark.slow)],
)
def test_every_format_says_it_with_the_deal_and_is_verified(
    app: Flask, scene: tuple[Essay, Circle], extensions: tuple[str, ...]
) -> None:
    essay, _circle = scene
    with app.test_request_context(), closing(open_snapshot()) as snapshot:
        found = table_of(snapshot, Filter(), Rules(), essay)
        assert found.provenance.deal.startswith("Council has agreed to answer, within 60 days")
        files = {each: b"".join(FORMATS[each].write(found)) for each in extensions}
        for extension, file in files.items():
            FORMATS[extension].check(io.BytesIO(file))
            said = readable(extension, file)
            assert "It is done." in said
            assert "Council has agreed to answer" in " ".join(said.split())
        if "md" in files:
            said = files["md"].decode()
            assert ": Overdue" in said
            assert ": Asked, has not agreed" in said
            assert "- Ministry: Accepted" in said
            assert "**Answer of Council**: It is done." in said


def test_a_brief_holds_the_deal_and_what_its_publication_makes_due(
    app: Flask, make: Make, visit: Any
) -> None:
    fay, council = make.user("Fay", role="facilitator"), make.body("Council")
    essay = make.deal(make.essay(), council, in_brief=True, days=30)
    make.proposal(essay, support=2)
    brief = make.brief(fay, essay)
    [held] = brief.rows
    due = Circle(make).today() + timedelta(days=30)
    assert (held["answer_body"], held["due_state"]) == ("Council", "waiting")
    assert held["due_on"] == due.isoformat()
    assert "within 30 days" in brief.provenance["deal"]
    page = visit(None).get(f"/briefs/{brief.reference}").text
    assert "Council, answer due" in page
    assert rows_of(app, essay)[str(held["title"])]["due_on"] == due, "the due that was written"


def of_before(made: Table, later: Collection[str]) -> Table:
    """Return a table as it was before it had these fields."""
    rows = [{n: value for n, value in each.items() if n not in later} for each in made.rows()]
    return Table(made.name, made.title, made.language, made.provenance, lambda: iter(rows))


def file_of_before(later: Collection[str], extension: str, then: pytest.MonkeyPatch) -> bytes:
    """Return a file of two proposals as it was written before there were these fields."""
    columns = tuple(each for each in COLUMNS if each.name not in later)
    then.setattr(csv_writer, "FIELDS", tuple(each for each in FIELDS if each.name not in later))
    for module in ("sheets", "writer", "columns"):
        then.setattr(f"forum.exports.xlsx.{module}.COLUMNS", columns)
    made = of_before(table(row(), row(id=2, lever="market")), later)
    return b"".join(FORMATS[extension].write(made))


AS_DICT = Provenance.as_dict


def without_deal(self: Provenance) -> dict[str, Any]:
    """Return where a table came from, as files said before there was a deal to name."""
    return {name: value for name, value in AS_DICT(self).items() if name != "deal"}


@pytest.mark.any_database
@pytest.mark.parametrize("extension", ["csv", "json", "xlsx"])
def test_a_file_of_before_there_were_answers_is_verified(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    with shared_app.test_request_context():
        with monkeypatch.context() as then:
            then.setattr(Provenance, "as_dict", without_deal)
            file = file_of_before(LATER, extension, then)
        assert b"due_state" not in file
        assert FORMATS[extension].check(io.BytesIO(file)).rows == 2


@pytest.mark.any_database
@pytest.mark.parametrize("extension", ["md", "docx", "pdf"])
def test_a_document_of_before_there_was_a_deal_is_verified(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    made, named = table(row(), row(id=2, lever="market")), provenance.headings

    def named_then() -> dict[str, str]:
        return {name: heading for name, heading in named().items() if name != "deal"}

    with shared_app.test_request_context():
        with monkeypatch.context() as then:
            then.setattr(Provenance, "as_dict", without_deal)
            then.setattr(provenance, "headings", named_then)
            file = b"".join(FORMATS[extension].write(made))
        assert FORMATS[extension].check(io.BytesIO(file)).rows == 2
