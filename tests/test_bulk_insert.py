"""Very many rows at one go: as they were given, few statements, nothing of a chunk that fails."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from forum.database.bulk_insert import bulk_insert
from forum.db import db, now
from forum.replies.models import Reply, ReplyVersion
from tests.cast import Make
from tests.hearing import heard

ODD = "tab\t newline\n back\\slash \\N 'quote' “” 🌊 NULL"


def versions(reply_id: int, number: int) -> list[dict[str, Any]]:
    moment = now()
    return [
        {
            "reply_id": reply_id,
            "version": each,
            "content": {"body": ODD, "evidence": []},
            "changes": None,
            "note": ODD,
            "at": moment,
        }
        for each in range(100, 100 + number)
    ]


def test_rows_are_as_given_with_the_defaults_of_their_model(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    with app.app_context():
        bulk_insert(ReplyVersion, rows := versions(reply.id, 3))
        db.session.commit()
        found = db.session.scalars(select(ReplyVersion).where(ReplyVersion.version >= 100)).all()
        for row, given in zip(found, rows, strict=True):
            assert {name: getattr(row, name) for name in given} == given
            assert row.wording_only is False
            assert row.by_id is None
        null = text("SELECT count(*) FROM reply_versions WHERE changes IS NULL AND version >= 100")
        assert db.session.scalar(null) == 3


def test_a_thousand_rows_are_few_statements(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    sent: list[str] = []

    with app.app_context():
        with heard(db.engine, lambda statement, _given: sent.append(statement)):
            bulk_insert(ReplyVersion, versions(reply.id, 1_000))
        assert len(sent) <= 1
        assert db.session.scalar(select(func.count()).select_from(ReplyVersion)) == 1_001


def test_what_the_database_refuses_leaves_nothing(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    with app.app_context():
        twice = versions(reply.id, 2)
        twice[1]["version"] = twice[0]["version"]
        with pytest.raises(DBAPIError, match=r"(?i)unique"):
            bulk_insert(ReplyVersion, twice)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(ReplyVersion)) == 1
        bulk_insert(Reply, [])
