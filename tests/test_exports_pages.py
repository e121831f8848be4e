"""Choosing what to take out, what is refused, and the record of who took what."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, select

from forum.db import db
from forum.essays.models import Essay
from forum.exports import jobs
from forum.exports.formats import FORMATS
from forum.exports.models import Export
from forum.worker import give_sign, sign_of_life
from tests.cast import Make
from tests.crashes import killed
from tests.test_exports import discussed, proposals
from tests.typeface import cannot_print


@pytest.fixture
def fay(make: Make, visit: Any) -> Any:
    """The browser of Fay, who facilitates."""
    return visit(make.user("Fay", role="facilitator"))


def recorded(app: Flask) -> list[Export]:
    """Return what was recorded, the first export first."""
    with app.app_context():
        return list(db.session.scalars(select(Export).order_by(Export.id)))


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
    assert [(e.by_id, e.format) for e in recorded(app)] == [(None, "json")]
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
    assert recorded(app) == []
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
    first, second, third = recorded(app)
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


@pytest.fixture
def at_work(app: Flask) -> Iterator[None]:
    """A worker that gives signs of life, and no files of tests before."""
    with app.app_context():
        give_sign()
    yield
    with app.app_context():
        sign_of_life().unlink(missing_ok=True)
    shutil.rmtree(Path(app.instance_path) / "exports", ignore_errors=True)


@pytest.mark.usefixtures("at_work")
def test_a_long_list_can_be_made_in_the_background(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.exports.views.LONG", 3)
    essay = discussed(make)
    page = fay.get(f"/essays/{essay.slug}/export?sort=top").get_data(as_text=True)
    assert f'action="/essays/{essay.slug}/export?sort=top"' in page
    asked = fay.post(f"/essays/{essay.slug}/export?lever=policy", {"format": "csv"})
    assert asked.status_code == 303
    waiting = fay.get(asked.location)
    assert "It is waiting for its turn." in waiting.get_data(as_text=True)
    assert waiting.headers["Refresh"] == "5"
    assert fay.get(f"{asked.location}/file").status_code == 404
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    done = fay.get(asked.location)
    assert "Download the file" in done.get_data(as_text=True)
    assert "Refresh" not in done.headers
    file = fay.get(f"{asked.location}/file")
    assert FORMATS["csv"].check(io.BytesIO(file.get_data())).rows == 1
    assert f"{essay.slug}-proposals.csv" in file.headers["Content-Disposition"]
    assert [(e.state, e.rows, e.written) for e in recorded(app)] == [("done", 1, 1)]


@pytest.mark.usefixtures("at_work")
def test_a_worker_that_stopped_is_followed_by_one_that_goes_on(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "json"})
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "make", lambda *_: (_ for _ in ()).throw(SystemExit("power is off")))
        assert runner.invoke(args=["worker", "--once"]).exit_code == 1
    assert recorded(app)[0].state == "making"
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert len(proposals(fay.get(f"{asked.location}/file"))) == 3


KILLED = """
import os, signal, sys
from forum import create_app
from forum.exports import jobs
app = create_app({"SECRET_KEY": "for tests only", "SQLALCHEMY_DATABASE_URI": sys.argv[1]})
def die(*_given):
    os.kill(os.getpid(), signal.SIGKILL)
jobs.STEP, jobs.give_sign = 2, die
with app.app_context():
    jobs.make_next()
"""
"""Works as ``flask worker`` does, and loses its power with two proposals read."""


@pytest.mark.usefixtures("at_work")
def test_a_worker_killed_half_way_loses_nothing(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    killed(app, KILLED)
    (export,), folder = recorded(app), Path(app.instance_path) / "exports"
    assert (export.state, export.written) == ("making", 2)
    assert fay.get(f"{asked}/file").status_code == 404
    assert [path.name.startswith(".") for path in folder.iterdir()] == [True]
    with app.app_context():
        db.engine.dispose()
    assert "2 of 3 proposals are written." in fay.get(asked).get_data(as_text=True)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    file = fay.get(f"{asked}/file").get_data()
    assert FORMATS["csv"].check(io.BytesIO(file)).rows == 3
    assert [path.name for path in folder.iterdir()] == [f"{export.id}.csv"]


@pytest.mark.usefixtures("at_work")
def test_what_moderators_hide_is_not_fetched_from_a_file_made_before(
    app: Flask, make: Make, fay: Any, visit: Any, runner: FlaskCliRunner
) -> None:
    essay, other = discussed(make), make.essay("Elsewhere")
    shown, elsewhere = make.proposal(essay), make.proposal(other)
    asked = [
        fay.post(f"/essays/{slug}/export", {"format": "csv"}).location
        for slug in (essay.slug, other.slug)
    ]
    runner.invoke(args=["worker", "--once"])
    assert [fay.get(f"{each}/file").status_code for each in asked] == [200, 200]
    make.decide("hide", shown, make.user("Dee", role="moderator"))
    assert [fay.get(f"{each}/file").status_code for each in asked] == [409, 200]
    assert "Moderators have changed this list" in fay.get(asked[0]).get_data(as_text=True)
    make.decide("lock", elsewhere, make.user(role="moderator"), reason="heated")
    assert fay.get(f"{asked[1]}/file").status_code == 200


@pytest.mark.usefixtures("at_work")
def test_nothing_that_takes_words_out_of_a_list_leaves_an_older_file_to_be_fetched(
    make: Make, fay: Any, visit: Any, runner: FlaskCliRunner
) -> None:
    dee = visit(make.user("Dee", role="moderator"))
    deeds: dict[str, dict[str, Any]] = {
        "hide": {"reason": "spam"},
        "ask_rewrite": {"reason": "unclear"},
        "merge": {"reason": "duplicate"},
        "edit_title": {"reason": "unclear", "title": "Another title"},
        "undo": {"reason": "mistake"},
    }
    pages, asked = {}, {}
    for deed, data in deeds.items():
        essay = make.essay(deed)
        reply, other = make.proposal(essay), make.proposal(essay)
        if deed == "merge":
            data["into"] = other.id
        pages[deed] = f"/moderation/{reply.id}/{deed}"
        if deed == "undo":
            dee.post(f"/moderation/{reply.id}/feature", {"reason": "good"})
            pages[deed] = "/moderation/actions/1/undo"
        asked[deed] = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    runner.invoke(args=["worker", "--once"])
    for deed, data in deeds.items():
        assert fay.get(f"{asked[deed]}/file").status_code == 200
        assert dee.post(pages[deed], data).status_code == 303
        assert fay.get(f"{asked[deed]}/file").status_code == 409, deed


@pytest.mark.usefixtures("at_work")
def test_a_list_whose_essay_is_gone_is_not_that_of_all(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    make.proposal(make.essay("Another"))
    asked = fay.post(f"/essays/{make.essay('Gone').slug}/export", {"format": "csv"}).location
    with app.app_context():
        db.session.execute(delete(Essay).where(Essay.title == "Gone"))
        db.session.commit()
    runner.invoke(args=["worker", "--once"])
    assert recorded(app)[0].state == "failed"
    assert fay.get(f"{asked}/file").status_code == 404


@pytest.mark.usefixtures("at_work")
def test_the_oldest_files_make_room(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    asked = [
        fay.post(f"/essays/{essay.slug}/export", {"format": "json"}).location for _ in range(3)
    ]
    runner.invoke(args=["worker", "--once"])
    folder = Path(app.instance_path) / "exports"
    for hours, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        os.utime(path, (time.time() - hours * 3600,) * 2)
    monkeypatch.setattr(jobs, "ROOM", 1)
    runner.invoke(args=["worker", "--once"])
    assert [fay.get(f"{each}/file").status_code for each in asked] == [404, 404, 200]


@pytest.mark.usefixtures("at_work")
def test_what_cannot_be_made_is_said(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "pdf"})
    monkeypatch.setattr("forum.exports.report.TEXT_MOST", 10)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert "The file could not be prepared." in fay.get(asked.location).get_data(as_text=True)
    assert recorded(app)[0].state == "failed"
    assert fay.post(f"/essays/{essay.slug}/export", {"format": "gif"}).status_code == 422


@pytest.mark.usefixtures("at_work")
def test_progress_is_recorded_on_the_way(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STEP", 1)
    noted: list[Any] = []
    note = jobs.note

    def listen(export_id: int, **values: Any) -> None:
        noted.append(values.get("written"))
        note(export_id, **values)

    monkeypatch.setattr(jobs, "note", listen)
    essay = discussed(make)
    fay.post(f"/essays/{essay.slug}/export", {"format": "csv"})
    runner.invoke(args=["worker", "--once"])
    assert noted == [0, 1, 2, 3]


@pytest.mark.usefixtures("at_work")
def test_only_who_asked_may_watch_and_fetch(make: Make, fay: Any, visit: Any) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    fay.get(f"/essays/{essay.slug}/proposals.csv")
    another = visit(make.user("Gil", role="facilitator"))
    ada = visit(make.user("Ada", role="admin"))
    assert [who.get(asked).status_code for who in (another, ada, fay)] == [404, 200, 200]
    assert visit(make.user("Zed")).get(asked).status_code == 403
    assert fay.get(f"/exports/{int(asked.rsplit('/', 1)[1]) + 1}").status_code == 404


def test_without_a_worker_nothing_is_offered(
    make: Make, fay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.exports.views.LONG", 1)
    essay = discussed(make)
    assert 'name="format"' not in fay.get(f"/essays/{essay.slug}/export").get_data(as_text=True)


@pytest.mark.usefixtures("at_work")
def test_files_are_cleared_out_after_a_week(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    runner.invoke(args=["worker", "--once"])
    (file,) = (Path(app.instance_path) / "exports").iterdir()
    long_ago = time.time() - 8 * 24 * 60 * 60
    os.utime(file, (long_ago, long_ago))
    runner.invoke(args=["worker", "--once"])
    assert not file.exists()
    assert "has been deleted" in fay.get(asked).get_data(as_text=True)


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
