"""The first steps, as the README gives them and as someone who skipped one meets them."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forum import config, create_app
from forum.config import BadSetting
from forum.db import db, is_behind
from tests.cast import Make

README = config.ROOT / "README.md"
ESSAY = """---
title: {title}
prompt: What should change?
---
A text.
"""


def first_steps() -> list[list[str]]:
    """Return the commands under "First steps of your own", word by word."""
    section = README.read_text(encoding="utf-8").partition("## First steps")[2].partition("##")[0]
    return [shlex.split(line) for line in re.findall(r"^    (\.venv/\S+ .*)$", section, re.M)]


@pytest.mark.parametrize("title", ["Who answers for the queue?", "李小龍", "My essay", "New"])
def test_the_first_steps_work_as_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config.load({"FORUM_INSTANCE_PATH": str(tmp_path / "instance")})
    runner = create_app(settings).test_cli_runner()
    Path("my-essay.md").write_text(ESSAY.format(title=title), encoding="utf-8")
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    steps = first_steps()
    assert [step[1] for step in steps] == ["user", "essay", "export"]
    for step in steps:
        done = runner.invoke(args=step[1:], input="tulip orbit 42\ntulip orbit 42\n")
        assert done.exit_code == 0, f"{shlex.join(step)}: {done.output}"
        if step[1] == "essay":
            assert "http://127.0.0.1:8000/essays/my-essay." in done.output
    assert Path("top.csv").exists()


def test_an_import_says_the_address_and_keeps_it(app: Flask, make: Make, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    file = tmp_path / "essay.md"
    file.write_text(ESSAY.format(title="Who answers?"), encoding="utf-8")

    def imported(*more: str) -> str:
        with app.app_context():
            db.session.remove()
        return runner.invoke(args=["essay", "import", str(file), *more]).output

    assert "http://127.0.0.1:8000/essays/who-answers." in imported()
    assert "is there already, as who-answers" in imported("--slug", "another")
    assert "unchanged" in imported("--slug", "who-answers")
    for slug in ("new", "Été", "a/b", "x" * 81):
        assert "lower-case letters" in imported("--slug", slug)


def test_an_essay_written_on_the_page_is_told_its_address(make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    essay = {"title": "Who answers?", "body": "B", "prompt": "C", "language": "en"}
    path = fay.post("/essays/new", essay).location
    assert f"http://127.0.0.1:8000{path}" in fay.get(path).get_data(as_text=True)


def test_an_installed_package_keeps_its_data_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "venv" / "lib" / "site-packages"
    work = tmp_path / "work"
    for folder in (site, work):
        folder.mkdir(parents=True)
    monkeypatch.setattr(config, "ROOT", site)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.chdir(work)
    assert config.load({})["INSTANCE_PATH"] == str(work / "instance")
    assert (work / "instance" / "secret-key").exists()
    for inside in (site, tmp_path / "venv"):
        monkeypatch.chdir(inside)
        with pytest.raises(BadSetting, match="FORUM_INSTANCE_PATH"):
            config.load({})
    elsewhere = config.load({"FORUM_INSTANCE_PATH": str(tmp_path / "data")})
    assert elsewhere["INSTANCE_PATH"] == str(tmp_path / "data")


def test_a_database_that_was_never_migrated_says_so_on_the_page(tmp_path: Path) -> None:
    settings = config.load({"FORUM_INSTANCE_PATH": str(tmp_path)})
    app = create_app({**settings, "TESTING": True, "RATELIMIT_ENABLED": False})
    client = app.test_client()
    for path in ("/", "/essays/a", "/people/1", "/search?q=word"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "flask db upgrade" in answer.get_data(as_text=True), path
        assert int(answer.headers["Retry-After"]) > 0
    french = client.get("/", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "n’est pas à jour" in french
    as_json = client.get("/", headers={"Accept": "application/json"})
    assert "flask db upgrade" in as_json.get_json()["detail"]
    user = ["user", "add", "a@example.org", "--name", "A", "--password-stdin"]
    told = app.test_cli_runner().invoke(args=user, input="tulip orbit 42\n")
    assert told.exit_code == 1
    assert "flask db upgrade" in told.output


def test_a_database_of_an_earlier_version_says_so_too(tmp_path: Path) -> None:
    settings = config.load({"FORUM_INSTANCE_PATH": str(tmp_path)})
    app = create_app({**settings, "TESTING": True, "RATELIMIT_ENABLED": False})
    with app.app_context():
        upgrade(revision="0001")
        db.session.remove()
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.get_data(as_text=True)


def test_either_database_is_understood_when_it_lacks_something(app: Flask) -> None:
    for lacking in ("SELECT absent FROM essays", "SELECT * FROM absent"):
        with app.app_context():
            with pytest.raises(DBAPIError) as refused:
                db.session.execute(text(lacking))
            assert is_behind(refused.value)
            db.session.rollback()
            with pytest.raises(DBAPIError) as refused:
                db.session.execute(text("SELECT 1 FROM"))
            assert not is_behind(refused.value)
            db.session.rollback()


def test_a_draft_is_a_draft_and_not_closed(make: Make, visit: Any) -> None:
    essay = make.essay(state="draft")
    reply = make.proposal(essay)
    fay = visit(make.user("Fay", role="facilitator"))
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}", f"/essays/{essay.slug}/reply"):
        page = fay.get(path).get_data(as_text=True)
        assert "closed" not in page.lower(), path
    assert "This is a draft" in fay.get(f"/essays/{essay.slug}/reply").get_data(as_text=True)
    vote = fay.post(f"/replies/{reply.id}/vote", {"value": "support"})
    assert vote.status_code == 403
    assert "This is a draft" in vote.get_data(as_text=True)
    exported = fay.get(f"/essays/{essay.slug}/proposals.csv").get_data(as_text=True)
    assert ",draft," in exported
    assert ",closed," not in exported


def test_a_refused_vote_does_not_speak_of_typed_words(make: Make, visit: Any) -> None:
    author, cam = make.user("Ben"), visit(make.user("Cam"))
    ben = visit(author)
    own = make.proposal(make.essay(), author)
    over = make.proposal(make.essay("Another", state="closed"))
    refused = [
        ben.post(f"/replies/{own.id}/vote", {"value": "support", "next": "/"}),
        cam.post(f"/replies/{over.id}/vote", {"value": "support", "next": "/"}),
        cam.post(f"/replies/{own.id}/vote", {"value": "support", "csrf_token": "expired"}),
        cam.post("/replies/999999/vote", {"value": "support"}),
    ]
    for answer in refused:
        page = answer.get_data(as_text=True)
        assert answer.status_code in {400, 403, 404}
        assert "you typed" not in page.partition("<main")[2]
    essay = make.essay("A third", state="closed")
    words = cam.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "My words."})
    assert "What you typed is kept here" in words.get_data(as_text=True)
