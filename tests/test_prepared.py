"""Prepared queries: past SQLAlchemy, and all the same what it would have said."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from forum.accounts.models import User
from forum.database.prepared import Prepared, PreparedChange, own_connection
from forum.db import db
from forum.replies.models import Reply
from forum.replies.shown_comments import COLUMNS
from tests.cast import Make

THESE = (
    select(*COLUMNS, Reply.top, Reply.evidence, Reply.edited_at)
    .join(User, User.id == Reply.author_id)
    .where(Reply.id.in_(bindparam("ids", expanding=True)), Reply.created_at >= bindparam("since"))
    .order_by(Reply.id)
)


def test_rows_are_as_sqlalchemy_gives_them(app: Flask, make: Make) -> None:
    essay = make.essay()
    replies = [make.proposal(essay), make.comment(essay), make.proposal(essay)]
    prepared = Prepared(THESE)
    with app.test_request_context():
        since = replies[0].created_at  # the very moment, which each database writes in its way
        whole = [each.id for each in replies]
        for ids in (whole, [replies[0].id], whole, [], tuple(whole)):
            given = {"ids": ids, "since": since}
            wanted = [tuple(row) for row in db.session.execute(THESE, given)]
            assert len(wanted) == len(ids)
            assert prepared.rows(**given) == wanted
            with own_connection():
                assert prepared.rows(**given) == wanted


def test_on_the_connection_of_the_session_it_sees_what_is_not_committed(
    app: Flask, make: Make
) -> None:
    ada = make.user("Ada")
    names = Prepared(select(User.name).where(User.id == bindparam("number")))
    with app.test_request_context():
        db.session.get_one(User, ada.id).name = "Ada Lovelace"
        db.session.flush()
        assert names.rows(number=ada.id) == [("Ada Lovelace",)]
        db.session.rollback()
        assert names.rows(number=ada.id) == [("Ada",)]


def test_aside_begins_no_session(app: Flask) -> None:
    with app.test_request_context(), own_connection():
        assert Prepared(select(func.count(User.id))).rows() == [(0,)]
        assert not db.session.registry.has()


def test_aside_each_statement_stands_by_itself_and_elsewhere_in_a_transaction(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("On SQLite each statement stands by itself until it is told otherwise")
    alone = Prepared(select(func.pg_current_xact_id()))
    with app.test_request_context():
        with own_connection() as connection:
            driver = connection.driver_connection
            assert alone.rows() != alone.rows()
            assert driver.info.transaction_status.name == "IDLE"
        assert not driver.autocommit
        assert alone.rows() == alone.rows()


def test_a_connection_is_given_up_where_something_is_under_way_on_it(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("A statement of SQLite ends where whoever asked it goes on")
    with app.test_request_context():
        with own_connection() as connection:
            driver = connection.driver_connection
            driver.pgconn.send_query(b"SELECT 1")
        assert driver.closed
        assert Prepared(select(func.count(User.id))).rows() == [(0,)]


def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it(app: Flask) -> None:
    wrong = Prepared(select(func.no_such_function(User.id)))
    with app.test_request_context(), pytest.raises(DBAPIError):
        wrong.rows()


def test_a_change_within_a_savepoint_goes_with_it(app: Flask, make: Make) -> None:
    ada = make.user("Ada")
    change = PreparedChange(update(User).where(User.id == bindparam("number")), "name")
    name = Prepared(select(User.name).where(User.id == bindparam("number")))
    with app.test_request_context():
        assert name.rows(number=ada.id) == [("Ada",)]
        savepoint = db.session.begin_nested()
        change.run(number=ada.id, name="Ada Lovelace")
        savepoint.rollback()
        assert name.rows(number=ada.id) == [("Ada",)]


def test_a_change_gives_what_it_returns(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    since = bindparam("since", type_=Reply.created_at.type)
    change = update(Reply).where(Reply.created_at >= since)
    written = PreparedChange(change.returning(Reply.id, Reply.created_at), "evidence")
    with app.test_request_context():
        rows = written.rows(since=reply.created_at, evidence=["https://example.org/"])
        assert rows == [(reply.id, reply.created_at)]
        assert db.session.scalar(select(Reply.evidence)) == ["https://example.org/"]


def test_another_session_is_asked_where_it_is_named(app: Flask, make: Make) -> None:
    ada = make.user("Ada")
    change = PreparedChange(update(User).where(User.id == bindparam("number")), "name")
    with app.test_request_context(), Session(db.engine) as session:
        change.rows_in(session, number=ada.id, name="Ada Lovelace")
        assert session.scalar(select(User.name)) == "Ada Lovelace"
        session.rollback()
        assert db.session.scalar(select(User.name)) == "Ada"
