"""What is published stays: neither a slip in SQL nor a loss of power takes from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User
from forum.briefs import files as brief_files
from forum.briefs import finishing
from forum.briefs.models import Brief, BriefDraft, BriefFile
from forum.db import db
from forum.essays.models import Essay
from forum.exports.formats import FORMATS
from forum.replies.models import Reply
from tests.cast import Make
from tests.crashes import killed
from tests.test_briefs import files, publish, seen, text_of


@pytest.fixture
def fay(make: Make) -> User:
    """Fay, who facilitates."""
    return make.user("Fay", role="facilitator")


@pytest.fixture(scope="module")
def published(shared_app: Flask, once: Any) -> Callable[[], Brief]:
    """A published brief of one proposal, made once: how to bring it back."""

    def publish_one() -> Brief:
        make = Make(shared_app, first=1000)
        fay, essay = make.user("Fay", role="facilitator"), make.essay()
        return make.brief(fay, make.shortlist(fay, make.proposal(essay), essay=essay))

    return once(publish_one)


@pytest.fixture
def brief(app: Flask, published: Callable[[], Brief]) -> Brief:
    """A published brief of one proposal."""
    return published()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE briefs SET title = 'Another'",
        "UPDATE briefs SET rows = '[]'",
        "UPDATE briefs SET essay_id = NULL",
        "UPDATE briefs SET published_by_id = NULL",
        "UPDATE briefs SET number = number + 1",
        "DELETE FROM briefs",
        "UPDATE brief_files SET content = ''",
        "UPDATE brief_files SET sha256 = '' WHERE extension = 'csv'",
        "DELETE FROM brief_files WHERE extension = 'pdf'",
        "DELETE FROM brief_quotes",
        "UPDATE brief_quotes SET brief_id = brief_id + 1",
    ],
)
def test_the_database_refuses_to_change_a_brief(app: Flask, brief: Brief, statement: str) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError, match="a published brief is never changed"):
            db.session.execute(text(statement))
        db.session.rollback()
        held = db.session.get_one(Brief, brief.id)
        assert (held.title, held.number) == (brief.title, 1)
        assert len(brief_files.unwritten(held)) == 0


def test_nothing_replaces_a_brief_or_a_file(app: Flask, brief: Brief) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("Only SQLite replaces rows by inserting them.")
        names = ", ".join(column.key for column in Brief.__table__.columns)
        with pytest.raises(IntegrityError, match="never changed"):
            db.session.execute(
                text(f"INSERT OR REPLACE INTO briefs ({names}) SELECT {names} FROM briefs")
            )
        db.session.rollback()
        file = "'pdf', 'PDF', 'x', 'other', 5, 'y'"
        db.session.execute(text(f"INSERT OR REPLACE INTO brief_files SELECT {brief.id}, {file}"))
        sizes = select(BriefFile.size).where(BriefFile.extension == "pdf")
        assert db.session.scalars(sizes).one() > 5


def test_what_a_brief_points_at_may_go(app: Flask, brief: Brief) -> None:
    with app.app_context():
        db.session.execute(delete(Reply))
        db.session.execute(delete(Essay))
        db.session.execute(delete(User))
        db.session.commit()
        held = db.session.get_one(Brief, brief.id)
        assert (held.essay_id, held.published_by_id) == (None, None)
        assert len(list(db.session.scalars(select(BriefFile)))) == len(FORMATS)


CRASH = """
import os, signal, sys
from forum import create_app
from forum.briefs import files, finishing
app = create_app({"SECRET_KEY": "for tests only", "SQLALCHEMY_DATABASE_URI": sys.argv[1]})
write = files.file_of
def half(brief, table, extension):
    if extension == "json":
        os.kill(os.getpid(), signal.SIGKILL)
    return write(brief, table, extension)
files.file_of = half
from forum.accounts.models import User
from forum.briefs import publishing
from forum.db import db
with app.test_request_context():
    draft = publishing.draft_for_update(int(sys.argv[2]))
    brief = publishing.publish(draft, db.session.get_one(User, int(sys.argv[3])), sys.argv[4])
    finishing.finish(brief)
"""
"""Publishes as the page does, and loses its power as the third file is written."""


def test_a_brief_whose_publication_was_killed_is_finished_by_the_worker(
    app: Flask,
    make: Make,
    visit: Any,
    runner: FlaskCliRunner,
    fay: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = make.draft(fay, make.shortlist(fay, make.proposal(make.essay())))
    killed(app, CRASH, draft.id, fay.id, make.mark(draft))
    with app.app_context():
        brief = db.session.scalars(select(Brief)).one()
        assert db.session.get_one(BriefDraft, draft.id).brief_id == brief.id
    page = text_of(visit(), f"/briefs/{brief.reference}")
    assert "Not every file has been written yet." in page
    assert "Write them now" not in page
    assert visit().client.get(f"/briefs/{brief.reference}.csv").status_code == 503
    monkeypatch.setattr("forum.briefs.finishing.given_up", set())
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    with app.app_context():
        found = list(db.session.scalars(select(BriefFile)))
    assert found == [], "whoever published it may be writing them still"
    monkeypatch.setattr("forum.briefs.finishing.PATIENCE", finishing.PATIENCE * 0)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert set(files(visit(), brief)) == set(FORMATS)
    assert "Not every file" not in text_of(visit(), f"/briefs/{brief.reference}")


def test_a_facilitator_can_have_the_files_written(
    app: Flask, make: Make, visit: Any, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, page = make.draft(fay, make.shortlist(fay, make.proposal(make.essay()))), visit(fay)
    with monkeypatch.context() as broken:
        broken.setattr("forum.briefs.files.write", lambda _brief, _formats: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(page, draft)
    with app.app_context():
        brief = db.session.scalars(select(Brief)).one()
    assert "Write them now" in text_of(page, f"/briefs/{brief.reference}")
    for _ in range(2):
        assert page.post(f"/briefs/{brief.reference}/files").status_code == 303
    before = files(visit(), brief)
    assert page.post(f"/briefs/{brief.reference}/files").status_code == 303
    assert files(visit(), brief) == before


def test_a_brief_that_cannot_be_finished_is_tried_once_by_each_worker(
    app: Flask, make: Make, runner: FlaskCliRunner, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make.draft(fay, make.shortlist(fay, make.proposal(make.essay())))
    killed(app, CRASH, draft.id, fay.id, make.mark(draft))
    tried: list[Any] = []

    def fails(*given: Any) -> None:
        tried.append(given)
        raise RuntimeError("no paper")

    monkeypatch.setattr("forum.briefs.finishing.given_up", set())
    monkeypatch.setattr("forum.briefs.finishing.PATIENCE", finishing.PATIENCE * 0)
    monkeypatch.setattr("forum.briefs.files.write", fails)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert len(tried) == 1


def test_too_long_a_brief_is_refused_before_it_is_published(
    app: Flask, make: Make, visit: Any, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = make.proposal(make.essay(), body="z" * 101)
    draft, page = make.draft(fay, make.shortlist(fay, proposal)), visit(fay)
    mark = {"seen": seen(page, draft)}
    monkeypatch.setattr("forum.exports.report.TEXT_MOST", 100)
    shown = text_of(page, f"/briefs/drafts/{draft.id}/preview")
    assert "It cannot be published" in shown
    assert 'name="seen"' not in shown
    assert page.post(f"/briefs/drafts/{draft.id}/publish", mark).status_code == 409
    with app.app_context():
        assert db.session.scalar(select(Brief)) is None


def test_a_draft_is_discarded_as_it_was_read(app: Flask, make: Make, visit: Any, fay: User) -> None:
    made, page = make.shortlist(fay, make.proposal(make.essay())), visit(fay)
    draft = make.draft(fay, made, title="Second thoughts")
    path = f"/briefs/drafts/{draft.id}"
    assert f'action="{path}/discard"' in text_of(page, f"{path}/preview")
    with app.app_context():
        db.session.execute(update(BriefDraft).values(version=2))
        db.session.commit()
    stale = page.post(f"{path}/discard", {"version": "1"})
    assert stale.status_code == 409
    assert "it was not discarded" in stale.get_data(as_text=True)
    for _ in range(2):
        assert page.post(f"{path}/discard", {"version": "2"}).location == "/briefs"
    assert page.get(f"{path}/preview").status_code == 404
    assert page.get(f"/shortlists/{made.id}").status_code == 200
    again = make.draft(fay, made, title="Second thoughts")
    assert publish(page, again).status_code == 303
    kept = page.post(f"/briefs/drafts/{again.id}/discard", {"version": "1"})
    assert "/briefs/2" in kept.location
    with app.app_context():
        assert db.session.scalars(select(Brief)).one().title == "Second thoughts"
