"""Rows that the session knows without reading them are those that it would have read."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Table, inspect, select, update
from sqlalchemy.orm import Session

from forum.accounts.models import User
from forum.database.known_rows import new_row
from forum.db import db, happening_at, now
from forum.essays.models import Essay
from forum.replies.models import Reply, ReplyVersion, reply_by_id, reply_for_update
from forum.replies.writing import Content, write_reply
from tests.cast import Make


def columns_of(row: Any) -> dict[str, Any]:
    """Return what a row has in all its columns."""
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}


def as_stored(row: Any) -> dict[str, Any]:
    """Return the same of the row that the database has, as another session reads it."""
    with Session(db.engine) as session:
        return columns_of(session.get_one(type(row), row.id))


@pytest.mark.parametrize("find", [reply_by_id, reply_for_update])
def test_a_reply_comes_with_all_that_is_stored_of_it(app: Flask, make: Make, find: Any) -> None:
    comment = make.comment(make.essay(body="A **long** essay."), evidence=["https://example.org/"])
    with app.test_request_context():
        reply = find(comment.id)
        for row in (reply, reply.essay, reply.author):
            assert columns_of(row) == as_stored(row)
        assert reply.author is db.session.get_one(User, comment.author_id)
        assert reply.essay is db.session.get_one(Essay, comment.essay_id)
        assert find(comment.id + 1) is None


def test_a_new_reply_is_known_as_it_is_stored(app: Flask, make: Make) -> None:
    proposal, author = make.proposal(make.essay()), make.user()
    with app.test_request_context():
        held = reply_for_update(proposal.id)
        assert held is not None
        content = Content(body="It *works* in our town.", evidence=["https://example.org/"])
        reply, new = write_reply(held.essay, db.session.get_one(User, author.id), content, held)
        db.session.commit()
        assert new
        assert columns_of(reply) == as_stored(reply)
        assert (reply.parent, reply.thread, reply.essay) == (held, held, held.essay)
        assert held.comments == 1


def test_under_the_lock_everything_known_before_is_known_anew(app: Flask, make: Make) -> None:
    essay, other = make.essay(), make.essay("Another", body="Its own words.")
    comment = make.comment(proposal := make.proposal(essay))
    with app.test_request_context():
        known = reply_by_id(comment.id)
        assert known is not None
        assert known.thread is not None
        assert (known.essay.body, known.thread.status) == (essay.body, "visible")
        db.session.rollback()
        known = reply_by_id(comment.id)
        with Session(db.engine) as session, session.begin():
            hidden = {"status": "hidden", "locked": True}
            session.execute(update(Reply).where(Reply.id == proposal.id).values(hidden))
            moved = update(Reply).where(Reply.id == comment.id)
            session.execute(moved.values(parent_id=None, thread_id=None, essay_id=other.id))
            session.execute(update(Essay).values(stored_state="closed", body="New words."))
        held = reply_for_update(comment.id, beside=proposal.id)
        assert held is not None
        assert held is known
        rows: tuple[Any, ...] = (held, held.essay, held.author)
        assert not any(inspect(each).expired for each in rows)
        assert (held.thread, held.parent, held.essay.id) == (None, None, other.id)
        assert (held.essay.state, held.essay.body) == ("closed", "New words.")
        thread = db.session.get_one(Reply, proposal.id)
        assert (thread.status, thread.locked, thread.essay.state) == ("hidden", True, "closed")


def test_what_was_changed_and_not_stored_is_stored_first(app: Flask, make: Make) -> None:
    proposal = make.proposal(make.essay())
    with app.test_request_context():
        reply = reply_for_update(proposal.id)
        assert reply is not None
        reply.locked = True
        assert reply_by_id(proposal.id) is reply
        assert reply.locked
        again = reply_for_update(proposal.id)
        assert again is reply
        assert reply.locked
        db.session.rollback()
        assert not reply.locked


def test_a_new_row_has_the_defaults_of_its_table(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    said = {"reply_id": reply.id, "version": 2, "content": {"body": "Words"}, "by_id": None}
    with app.test_request_context(), happening_at(now()):
        db.session.add(ReplyVersion(**said))
        db.session.flush()
        stored = db.session.scalars(select(ReplyVersion).filter_by(version=2)).one()
        assert new_row(cast(Table, ReplyVersion.__table__), **said) == {
            name: value for name, value in columns_of(stored).items() if name != "id"
        }
