"""Essays from files: imported once, however often, and never by halves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from forum.db import db
from forum.essays.editions import EssayEdition
from forum.essays.models import Essay, EssayEvent, essay_by_slug
from forum.web.dates import last_day, today
from tests.cast import Make

ESSAY = """---
title: Who answers for the queue?
author: Ada L.
source_name: The Quarterly
source_url: https://example.org/queue
first_published: 2024-01-31
prompt: >-
  What should
  change first?
reading:
  - title: "A report | with a bar"
  - title: Another
    url: https://example.org/another
closes: 10
---

People *wait*.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "essay.md"
    path.write_text(ESSAY, encoding="utf-8")
    return path


def essays(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Essay)) or 0


def test_a_file_becomes_a_draft(app: Flask, runner: FlaskCliRunner, file: Path) -> None:
    done = runner.invoke(args=["essay", "import", str(file)])
    assert done.exit_code == 0, done.output
    assert "who-answers-for-the-queue" in done.output
    with app.app_context():
        essay = essay_by_slug("who-answers-for-the-queue")
        assert essay is not None
        assert (essay.state, essay.byline, essay.language) == ("draft", "Ada L.", "en")
        assert (essay.prompt, essay.body) == ("What should change first?", "People *wait*.")
        assert essay.first_published == date(2024, 1, 31)
        assert essay.reading == [
            {"title": "A report | with a bar", "url": ""},
            {"title": "Another", "url": "https://example.org/another"},
        ]
        assert "<em>wait</em>" in essay.body_html
        assert essay.closes_at is not None
        assert last_day(essay.closes_at) == today() + timedelta(days=10)


def test_publish_opens_its_discussion_once(app: Flask, runner: FlaskCliRunner, file: Path) -> None:
    for _ in range(2):
        assert runner.invoke(args=["essay", "import", str(file), "--publish"]).exit_code == 0
    with app.app_context():
        assert db.session.scalars(select(Essay.state)).all() == ["open"]
        assert db.session.scalars(select(EssayEvent.kind)).all() == ["publish"]


def test_a_discussion_that_is_over_arrives_closed(
    app: Flask, runner: FlaskCliRunner, file: Path
) -> None:
    file.write_text(ESSAY.replace("closes: 10", "state: closed"), encoding="utf-8")
    assert runner.invoke(args=["essay", "import", str(file), "--publish"]).exit_code == 0
    with app.app_context():
        kinds = select(EssayEvent.kind).order_by(EssayEvent.id)
        assert db.session.scalars(kinds).all() == ["publish", "close"]


def test_the_same_file_again_changes_nothing(
    app: Flask, runner: FlaskCliRunner, file: Path
) -> None:
    runner.invoke(args=["essay", "import", str(file)])
    again = runner.invoke(args=["essay", "import", str(file)])
    assert (again.exit_code, "unchanged" in again.output) == (0, True)
    with app.app_context():
        assert db.session.scalars(select(Essay.version)).all() == [1]
        assert db.session.scalars(select(EssayEdition.edition)).all() == [1]


def test_a_changed_file_is_a_new_edition_of_the_same_essay(
    app: Flask, runner: FlaskCliRunner, file: Path
) -> None:
    runner.invoke(args=["essay", "import", str(file)])
    changed = ESSAY.replace("the queue?", "the queue").replace("*wait*", "leave")
    file.write_text("\ufeff" + changed.replace("\n", "\r\n"), encoding="utf-8")
    again = runner.invoke(args=["essay", "import", str(file)])
    assert (again.exit_code, "new edition" in again.output) == (0, True), again.output
    with app.app_context():
        editions = db.session.scalars(select(EssayEdition).order_by(EssayEdition.edition)).all()
        assert [edition.note for edition in editions] == ["", "Imported again"]
        assert editions[1].content["body"] == "People leave."
    assert essays(app) == 1


def test_titles_that_differ_in_a_letter_are_two_essays(
    app: Flask, runner: FlaskCliRunner, file: Path
) -> None:
    runner.invoke(args=["essay", "import", str(file)])
    file.write_text(ESSAY.replace("queue?", "queues?"), encoding="utf-8")
    runner.invoke(args=["essay", "import", str(file)])
    assert essays(app) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("---\ntitle", "title", 1, "three hyphens"),
        ("10\n---", "10", None, "no end"),
        ("author: Ada", "autor: Ada", 3, "no key 'autor'"),
        ("author: Ada L.", "author: [Ada", 4, "not YAML"),
        ("author: Ada L.", "title: Twice", 3, "twice"),
        ("author: Ada L.", "author: 12", 3, "text"),
        ("title: Who answers for the queue?", "summary: none", None, "title"),
        ("title: Who", "title: Who " + "x" * 120, 2, "120 characters"),
        ("2024-01-31", "2024-02-31", 6, "first_published"),
        ("2024-01-31", "yesterday", 6, "first_published"),
        ("https://example.org/queue", "javascript:alert(1)", 5, "source_url"),
        ("url: https://example.org/another", "link: here", 10, "reading"),
        ("closes: 10", "closes: soon", 14, "number of days"),
        ("closes: 10", "closes: 0", 14, "number of days"),
        ("closes: 10", "closes: yes", 14, "number of days"),
        ("closes: 10", "state: open", 14, "closed"),
        ("closes: 10", "language: xx", 14, "language"),
        ("People *wait*.", "", 16, "body"),
        ("People *wait*.", "x" * 200_001, 16, "200,000 characters"),
        ("author: Ada L.", "author: &a [*a]", 3, "text"),
        (ESSAY[3:], "\n- a list\n---\n", 2, "key: value"),
        (ESSAY, "", 1, "three hyphens"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_stored(
    app: Flask,
    runner: FlaskCliRunner,
    file: Path,
    old: str,
    new: str,
    line: int | None,
    reason: str,
) -> None:
    assert old in ESSAY
    file.write_text(ESSAY.replace(old, new, 1), encoding="utf-8")
    done = runner.invoke(args=["essay", "import", str(file), "--publish"])
    assert done.exit_code == 1
    where = f"{file}, line {line}: " if line else f"{file}: "
    assert done.output.startswith(f"Error: {where}"), done.output
    assert reason in done.output
    assert essays(app) == 0


def test_a_missing_prompt_is_missed(app: Flask, runner: FlaskCliRunner, file: Path) -> None:
    file.write_text(ESSAY.replace("prompt: >-\n  What should\n  change first?\n", ""))
    done = runner.invoke(args=["essay", "import", str(file)])
    assert (done.exit_code, essays(app)) == (1, 0)
    assert "prompt: Please fill this in." in done.output


def test_bytes_that_are_no_text_are_named_with_their_line(
    app: Flask, runner: FlaskCliRunner, file: Path
) -> None:
    file.write_bytes(ESSAY.encode().replace(b"Ada L.", b"Ad\xe9"))
    done = runner.invoke(args=["essay", "import", str(file)])
    assert (done.exit_code, essays(app)) == (1, 0)
    assert f"{file}, line 3: This is not text in UTF-8." in done.output


def test_a_file_that_cannot_be_read_is_named(runner: FlaskCliRunner, tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.md", "No such file"), (tmp_path, "directory")):
        done = runner.invoke(args=["essay", "import", str(path)])
        assert done.exit_code == 1
        assert f"Error: {path}: It cannot be read" in done.output
        assert reason in done.output


def test_an_essay_on_the_site_gets_the_file_as_its_edition(
    app: Flask, runner: FlaskCliRunner, make: Make, file: Path
) -> None:
    made = make.essay("Who answers for the queue?")
    done = runner.invoke(args=["essay", "import", str(file)])
    assert "Its discussion is open." in done.output
    with app.app_context():
        assert db.session.get_one(Essay, made.id).edition == 2
    assert essays(app) == 1
