"""Erasing a text for good: wherever it stands, by administrators alone, and after a restore."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import LargeBinary, delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from forum.accounts.models import User
from forum.briefs import files
from forum.briefs.finishing import finish, finish_next
from forum.briefs.models import Brief, BriefFile
from forum.db import Base, db
from forum.drafts.models import Draft
from forum.exports import jobs
from forum.exports.formats import FORMATS
from forum.moderation.decision import Decision
from forum.moderation.models import Action
from forum.privacy.aftermath import erase_next
from forum.privacy.erasing import erase_reply
from forum.privacy.leaving import take_leave
from forum.privacy.models import ErasurePass, erasure_pass
from forum.privacy.outside import all_known
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from tests.cast import Make
from tests.test_briefs import text_of

SECRET = "zanzibarwords"
"""What is to be nowhere any more."""


def whole(content: bytes) -> bytes:
    """Return what a file holds, taken out of its packing where it is packed."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(io.BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def standing_in(app: Flask, word: str) -> list[str]:
    """Return every column of every table in which a word stands, the index of words included."""
    found = []
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                for value in db.session.scalars(select(column)):
                    said = whole(value) if isinstance(column.type, LargeBinary) else str(value)
                    wanted = word.encode() if isinstance(said, bytes) else word
                    if value is not None and wanted in said:  # type: ignore[operator]
                        found.append(f"{table.name}.{column.name}")
    return sorted(set(found))


def erase(app: Flask, reply: Reply) -> None:
    """Erase the text of a reply."""
    with app.test_request_context():
        held = reply_for_update(reply.id)
        assert held is not None
        erase_reply(held, Decision(None, Reason.PERSONAL))
        db.session.commit()


@pytest.fixture
def fay(make: Make) -> User:
    return make.user("Fay", role="facilitator")


@pytest.fixture
def spoken(app: Flask, make: Make, fay: User, visit: Any, runner: FlaskCliRunner) -> Reply:
    """A proposal of Zed's in which the secret stands, copied to wherever words are copied."""
    essay, zed = make.essay(), make.user("Zed", role="reader")
    said: dict[str, Any] = {
        "title": f"About {SECRET}",
        "body": f"It says {SECRET}.",
        "trade_off": SECRET,
    }
    reply = make.proposal(essay, zed, support=3, evidence=[f"https://example.org/{SECRET}"], **said)
    edit = {**said, "body": f"It says {SECRET} twice.", "lever": "policy", "evidence": ""}
    edit |= {"jurisdiction": "any", "ambition": "improves", "version": "1", "note": SECRET}
    assert visit(zed).post(f"/replies/{reply.id}/edit", edit).status_code == 303
    decided = {"reason": "other", "title": f"Now about {SECRET}"}
    dee = visit(make.user("Dee", role="moderator"))
    assert dee.post(f"/moderation/{reply.id}/edit_title", decided).status_code == 303
    make.brief(fay, essay)
    with app.app_context():
        where = f"/replies/{reply.id}/edit"
        words = {"body": SECRET}
        db.session.add(Draft(user_id=zed.id, place=where, words=words, page="x"))
        db.session.commit()
    visit(fay).post(f"/essays/{essay.slug}/export", {"format": "csv"})
    with app.app_context():
        assert jobs.make_next()
    return reply


def test_a_text_that_was_erased_stands_nowhere(app: Flask, make: Make, spoken: Reply) -> None:
    places = standing_in(app, SECRET)
    assert {"replies.body", "reply_versions.content", "actions.subject", "briefs.rows"} < set(
        places
    )
    assert {"brief_files.content", "export_parts.content", "drafts.words"} < set(places)
    erase(app, spoken)
    assert standing_in(app, SECRET) == []
    with app.app_context():
        found = db.session.scalar(
            text("SELECT count(*) FROM search_words WHERE search_words MATCH :word")
            if db.engine.dialect.name == "sqlite"
            else text("SELECT count(*) FROM search_words WHERE words @@ plainto_tsquery(:word)"),
            {"word": SECRET},
        )
        assert found == 0
    assert make.fresh(spoken).support == 3


def test_pages_say_that_it_was_erased_and_not_what(
    make: Make, visit: Any, app: Flask, spoken: Reply, fay: User
) -> None:
    with app.app_context():
        brief = db.session.scalars(select(Brief)).one()
        before = list(db.session.scalars(select(BriefFile.sha256)))
    ada = visit(make.user("Ada", role="admin"))
    path = f"/admin/erase/{spoken.id}"
    assert f"Brief {brief.reference}" in text_of(ada, path)
    assert ada.post(path, {"reason": "personal"}).status_code == 422
    assert (
        ada.post(path, {"reason": "personal", "sure": "y", "password": Make.PASSWORD}).status_code
        == 303
    )
    with app.app_context():
        finish(db.session.scalars(select(Brief)).one())
    zed = visit()
    pages = (f"/replies/{spoken.id}", f"/replies/{spoken.id}/history", "/", "/feed.atom")
    for page in (*pages, "/moderation/log", f"/briefs/{brief.reference}"):
        assert SECRET not in zed.get(page).get_data(as_text=True), page
    assert "Text erased" in text_of(zed, "/moderation/log")
    page = zed.get(f"/briefs/{brief.reference}").get_data(as_text=True)
    assert "Words in this brief were erased" in page
    assert all(each in page for each in before)
    json = zed.get(f"/briefs/{brief.reference}.json").get_data(as_text=True)
    assert "The text that stood here was erased." in json
    assert SECRET not in json


def test_a_worker_writes_the_files_anew_each_time_words_are_erased(
    app: Flask, make: Make, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.briefs.finishing.given_up", set())
    monkeypatch.setattr("forum.briefs.finishing.PATIENCE", timedelta(0))
    essay = make.essay()
    replies = [make.proposal(essay, title=title) for title in ("One", "Two")]
    make.brief(fay, essay)
    for reply in replies:
        erase(app, reply)
        with app.app_context():
            assert db.session.scalar(select(func.count(BriefFile.name))) == 0
            assert finish_next()
            assert not finish_next()
            assert db.session.scalar(select(func.count(BriefFile.name))) == len(FORMATS)


def test_files_are_not_stored_that_were_written_before_words_were_erased(
    app: Flask, make: Make, fay: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.briefs.finishing.given_up", set())
    monkeypatch.setattr("forum.briefs.finishing.PATIENCE", timedelta(0))
    essay, write = make.essay(), files.write
    reply = make.proposal(essay, title=f"About {SECRET}")
    make.brief(fay, essay, finished=False)

    def slowly(*given: Any) -> list[BriefFile]:
        written = write(*given)
        erase(app, reply)
        return written

    with app.app_context():
        monkeypatch.setattr("forum.briefs.files.write", slowly)
        assert finish_next()
        assert db.session.scalar(select(func.count(BriefFile.name))) == 0
        monkeypatch.setattr("forum.briefs.files.write", write)
        assert finish_next()
        assert db.session.scalar(select(func.count(BriefFile.name))) == len(FORMATS)
    assert standing_in(app, SECRET) == []


def test_a_text_is_erased_once_and_again_where_other_words_were_written(
    app: Flask, make: Make, visit: Any, spoken: Reply
) -> None:
    ada, path = visit(make.user("Ada", role="admin")), f"/admin/erase/{spoken.id}"
    sent = {"reason": "personal", "sure": "y", "password": Make.PASSWORD}
    for _ in range(2):
        assert ada.post(path, sent).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Action.kind == "erase")) == 1
        author = db.session.get_one(User, spoken.author_id)
        version = db.session.get_one(Reply, spoken.id).version
    edit = {"title": f"Once more {SECRET}", "body": "x", "lever": "policy", "evidence": ""}
    edit |= {"jurisdiction": "any", "ambition": "improves", "version": str(version)}
    assert visit(author).post(f"/replies/{spoken.id}/edit", edit).status_code == 303
    with app.test_request_context():
        take_leave(db.session.get_one(User, author.id), texts=True)
        db.session.commit()
        while erase_next():
            pass
    assert standing_in(app, SECRET) == []


def test_it_goes_from_kept_files_of_the_discussion_from_which_it_was_moved(
    app: Flask, make: Make, visit: Any, spoken: Reply
) -> None:
    dee, other = visit(make.user(role="moderator")), make.essay("Another")
    sent = {"reason": "misplaced", "essay": other.slug}
    assert dee.post(f"/moderation/{spoken.id}/move", sent).status_code == 303
    assert "export_parts.content" in standing_in(app, SECRET)
    erase(app, spoken)
    assert standing_in(app, SECRET) == []


def test_only_the_pass_lets_frozen_rows_be_blanked(app: Flask, spoken: Reply) -> None:
    for statement in (
        update(Action).values(subject="other"),
        update(Brief).values(rows=[]),
        delete(BriefFile),
    ):
        with app.app_context(), pytest.raises(DatabaseError):
            db.session.execute(statement)
    for statement in (update(Action).values(reason="spam"), update(Brief).values(title="other")):
        with app.app_context(), pytest.raises(DatabaseError), erasure_pass():
            db.session.execute(statement)


def test_a_transaction_that_keeps_the_pass_cannot_be_committed(app: Flask) -> None:
    with app.app_context():
        db.session.execute(insert(ErasurePass).values(erasure_id=0))
        with pytest.raises(DatabaseError):
            db.session.commit()
        db.session.rollback()
        assert db.session.scalar(select(ErasurePass.erasure_id)) is None


def test_what_was_erased_cannot_be_undone(
    app: Flask, make: Make, visit: Any, spoken: Reply
) -> None:
    erase(app, spoken)
    with app.app_context():
        number = db.session.scalar(select(Action.id).where(Action.kind == "erase"))
    dee = visit(make.user("Dee", role="admin"))
    answer = dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    assert answer.status_code in {403, 409}


def test_a_backup_that_is_put_back_has_it_erased_again(
    app: Flask, make: Make, runner: FlaskCliRunner, spoken: Reply, tmp_path: Path
) -> None:
    file = tmp_path / "forum.backup"
    assert runner.invoke(args=["backup", str(file)]).exit_code == 0
    erase(app, spoken)
    with app.test_request_context():
        take_leave(db.session.get_one(User, spoken.author_id), texts=False)
        db.session.commit()
    with app.app_context():
        db.session.remove()
    done = runner.invoke(args=["restore", str(file), "--yes"])
    assert done.exit_code == 0, done.output
    assert "Erased once more, as it was since the backup was made: 2." in done.output
    assert standing_in(app, SECRET) == []
    with app.app_context():
        assert db.session.get_one(User, spoken.author_id).email is None
    assert "Erased once more: 0." in runner.invoke(args=["erase", "replay"]).output


def test_what_was_given_up_is_not_erased_by_a_backup_either(app: Flask, spoken: Reply) -> None:
    with app.app_context():
        kept = len(all_known())
        held = reply_for_update(spoken.id)
        assert held is not None
        erase_reply(held, Decision(None, Reason.OTHER))
        db.session.rollback()
        db.session.commit()
        assert len(all_known()) == kept
        db.session.remove()


def test_a_line_that_was_cut_short_keeps_nothing_from_being_erased(
    app: Flask, runner: FlaskCliRunner, make: Make, spoken: Reply
) -> None:
    erase(app, make.proposal(make.essay("Another")))
    file = Path(app.instance_path) / "erasures.jsonl"
    before = file.read_text()
    with file.open("a") as outside:
        outside.write('{"at": "2026-')
    erase(app, spoken)
    assert file.read_text().startswith(before)
    assert file.read_text().count("\n") == before.count("\n") + 1
    assert "Erased once more: 0." in runner.invoke(args=["erase", "replay"]).output


def test_the_command_line_erases_too(app: Flask, runner: FlaskCliRunner, spoken: Reply) -> None:
    args = ["erase", "reply", str(spoken.id), "--because", "personal"]
    assert runner.invoke(args=args, input="n\n").exit_code == 1
    assert runner.invoke(args=[*args, "--yes"]).exit_code == 0
    assert standing_in(app, SECRET) == []
