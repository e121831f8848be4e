"""Files made in the background: by any worker, sent by any node, and nothing lost on the way."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, func, select, update

from forum import worker
from forum.db import db, now
from forum.essays.models import Essay
from forum.exports import file_parts, jobs
from forum.exports.formats import FORMATS
from forum.exports.models import Export, ExportPart
from forum.worker import give_sign
from tests.cast import Make
from tests.crashes import killed
from tests.rows import rows_of
from tests.test_exports import discussed, proposals


@pytest.fixture
def at_work(app: Flask) -> None:
    """A worker that gives signs of life."""
    with app.app_context():
        give_sign()


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
    assert [(e.state, e.rows, e.written) for e in rows_of(app, Export)] == [("done", 1, 1)]


@pytest.mark.usefixtures("at_work")
def test_a_worker_that_is_stopped_hands_back_what_it_has_begun(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "json"})
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "make", lambda *_: (_ for _ in ()).throw(SystemExit("stopped")))
        assert runner.invoke(args=["worker", "--once"]).exit_code == 1
    assert [(e.state, e.tries) for e in rows_of(app, Export)] == [("waiting", 0)]
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert len(proposals(fay.get(f"{asked.location}/file"))) == 3


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("confirm", [False, True])
def test_what_a_list_asks_of_the_session_keeps_nobody_from_writing(
    app: Flask,
    make: Make,
    fay: Any,
    runner: FlaskCliRunner,
    monkeypatch: pytest.MonkeyPatch,
    confirm: bool,
) -> None:
    slug = discussed(make).slug
    fay.post(f"/essays/{slug}/export?q=visit", {"format": "json"})
    monkeypatch.setitem(app.config, "CONFIRM", confirm)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    shell = ["export", slug, "--q", "visit", "--format", "json", "--output", "-"]
    done = runner.invoke(args=shell)
    assert done.exit_code == 0, (done.output, done.exception)
    assert [(each.state, each.rows) for each in rows_of(app, Export)] == [("done", 1), ("sent", 1)]


KILLED = """
import os, signal, sys
from forum import create_app
from forum.exports import file_parts, jobs, pieces
app = create_app({"SECRET_KEY": "for tests only", "SQLALCHEMY_DATABASE_URI": sys.argv[1]})
def die(*_given):
    os.kill(os.getpid(), signal.SIGKILL)
jobs.STEP, jobs.give_sign, file_parts.PART, pieces.PIECE = 2, die, 100, 1
with app.app_context():
    jobs.make_next()
"""
"""Works as ``flask worker`` does, and loses its power with two proposals read."""


def end_leases(app: Flask) -> None:
    """Let the time pass after which a worker that says nothing is thought to be dead."""
    with app.app_context():
        db.engine.dispose()
        past = now() - timedelta(seconds=1)
        db.session.execute(update(Export).values(taken_until=past))
        db.session.commit()


def parts(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ExportPart)) or 0


@pytest.mark.usefixtures("at_work")
def test_a_worker_killed_half_way_loses_nothing(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    essay = discussed(make)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    killed(app, KILLED)
    (export,) = rows_of(app, Export)
    assert (export.state, export.written, export.tries) == ("making", 2, 1)
    assert parts(app) > 0
    assert fay.get(f"{asked}/file").status_code == 404
    assert "2 of 3 proposals are written." in fay.get(asked).get_data(as_text=True)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert rows_of(app, Export)[0].state == "making", "it may be at work still"
    end_leases(app)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    file = fay.get(f"{asked}/file").get_data()
    assert FORMATS["csv"].check(io.BytesIO(file)).rows == 3
    assert parts(app) == 1, "what the first had written is gone"


@pytest.mark.usefixtures("at_work")
def test_what_stops_every_worker_is_given_up(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    asked = fay.post(f"/essays/{discussed(make).slug}/export", {"format": "csv"}).location
    for _try in range(jobs.TRIES):
        with app.app_context():
            assert jobs.take()
        end_leases(app)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert "The file could not be prepared." in fay.get(asked).get_data(as_text=True)


def test_two_workers_never_take_one_export(app: Flask, make: Make, fay: Any) -> None:
    essay = discussed(make)
    for _n in range(6):
        fay.post(f"/essays/{essay.slug}/export", {"format": "csv"})
    taken: list[int] = []

    def work() -> None:
        with app.app_context():
            while export := jobs.take():
                taken.append(export.id)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for _worker in range(3)]:
            done.result()
    assert sorted(taken) == [export.id for export in rows_of(app, Export)]


def test_a_worker_thought_dead_writes_nothing_over_the_work_of_another(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner
) -> None:
    asked = fay.post(f"/essays/{discussed(make).slug}/export", {"format": "csv"}).location
    with app.app_context():
        slow = jobs.take()
        assert slow
    end_leases(app)
    runner.invoke(args=["worker", "--once"])
    before = fay.get(f"{asked}/file").get_data()
    with app.app_context(), pytest.raises(jobs.TakenOver):
        jobs.make(slow)
    assert fay.get(f"{asked}/file").get_data() == before


def test_a_large_file_is_kept_and_sent_in_parts(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_parts, "PART", 300)
    asked = fay.post(f"/essays/{discussed(make).slug}/export", {"format": "json"}).location
    runner.invoke(args=["worker", "--once"])
    with app.app_context():
        sizes = db.session.scalars(select(func.length(ExportPart.content))).all()
    assert max(sizes) == 300
    assert len(sizes) > 5
    file = fay.get(f"{asked}/file")
    assert file.content_length == len(file.get_data()) == sum(sizes)
    assert FORMATS["json"].check(io.BytesIO(file.get_data())).rows == 3


def test_the_site_knows_of_a_worker_on_another_node_until_it_falls_silent(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        assert not worker.is_running()
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(worker, "own_name", lambda: "another-node:1")
            give_sign()
        assert worker.is_running()
        monkeypatch.setattr(worker, "now", lambda: now() + worker.ALIVE)
        assert not worker.is_running()


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
def test_what_is_hidden_once_it_was_moved_away_is_not_fetched_from_a_file_of_before(
    make: Make, fay: Any, visit: Any, runner: FlaskCliRunner
) -> None:
    essay, other = make.essay("Here"), make.essay("Elsewhere")
    moved, above = make.proposal(essay), make.proposal(essay)
    below = make.comment(above)
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    runner.invoke(args=["worker", "--once"])
    dee = visit(make.user("Dee", role="moderator"))
    for reply in (moved, above):
        sent = {"reason": "misplaced", "essay": other.slug}
        assert dee.post(f"/moderation/{reply.id}/move", sent).status_code == 303
    assert fay.get(f"{asked}/file").status_code == 200
    assert dee.post(f"/moderation/{below.id}/hide", {"reason": "spam"}).status_code == 303
    assert fay.get(f"{asked}/file").status_code == 409
    again = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    runner.invoke(args=["worker", "--once"])
    assert dee.post(f"/moderation/{moved.id}/hide", {"reason": "spam"}).status_code == 303
    assert fay.get(f"{again}/file").status_code == 200


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
    assert rows_of(app, Export)[0].state == "failed"
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
    monkeypatch.setattr(file_parts, "ROOM", 1)
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
    assert rows_of(app, Export)[0].state == "failed"
    assert fay.post(f"/essays/{essay.slug}/export", {"format": "gif"}).status_code == 422


@pytest.mark.usefixtures("at_work")
def test_progress_is_recorded_on_the_way(
    app: Flask, make: Make, fay: Any, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STEP", 1)
    noted: list[Any] = []
    note = jobs.note

    def listen(export: Export, **values: Any) -> None:
        noted.append(values.get("written"))
        note(export, **values)

    monkeypatch.setattr(jobs, "note", listen)
    essay = discussed(make)
    fay.post(f"/essays/{essay.slug}/export", {"format": "csv"})
    runner.invoke(args=["worker", "--once"])
    assert noted == [1, 2, 3]


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
    assert parts(app) == 1
    with app.app_context():
        db.session.execute(update(Export).values(finished_at=now() - timedelta(days=8)))
        db.session.commit()
    runner.invoke(args=["worker", "--once"])
    assert parts(app) == 0
    assert "has been deleted" in fay.get(asked).get_data(as_text=True)
