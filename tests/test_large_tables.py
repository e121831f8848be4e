"""Migrations of tables that may be large leave PostgreSQL's writers alone, and can be cut short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from forum.db import db
from tests.hearing import heard

MADE = re.compile(r"\s*CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
INDEXED = re.compile(r"\s*CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (\w+)")
HELD = re.compile(r"\s*ALTER TABLE (\w+) ADD CONSTRAINT (?!.*NOT VALID)", re.DOTALL)
SMALL = {"invitations"}
"""Tables that have few rows for as long as the site lives."""


@pytest.fixture
def on_postgresql(app: Flask) -> Iterator[Flask]:
    """The application, on PostgreSQL with its migrations before ``0049``; put back at the end."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite's migrations hold the whole file.")
        downgrade(revision="0066")
    yield app
    with app.app_context():
        upgrade()


@contextmanager
def sent(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that are sent in here."""
    found: list[str] = []
    with app.app_context(), heard(db.engine, lambda statement, _given: found.append(statement)):
        yield found


def test_no_table_with_rows_is_locked_for_long(on_postgresql: Flask) -> None:
    with sent(on_postgresql) as statements:
        upgrade()
    new: set[str] = set()
    for statement in statements:
        if made := MADE.match(statement):
            new.add(made[1])
        for rule in (INDEXED, HELD):
            if found := rule.match(statement):
                assert found[1] in new | SMALL, f"{statement}: see forum/migrations/meanwhile.py"
    assert sum("CREATE INDEX CONCURRENTLY" in each for each in statements) >= 23
    assert sum("VALIDATE CONSTRAINT" in each for each in statements) >= 2


def indexes(connection: Any) -> set[tuple[str, bool]]:
    """Return the definition of every index, and whether it is whole."""
    query = text(
        "SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_class t "
        "ON t.oid = indrelid WHERE t.relnamespace = current_schema()::regnamespace"
    )
    return {(str(words), bool(valid)) for words, valid in connection.execute(query)}


def test_what_was_cut_short_is_begun_again(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        upgrade()
        with db.engine.connect() as connection:
            whole = indexes(connection)
        assert all(valid for _words, valid in whole)
        downgrade(revision="0064")
        leave = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with leave as connection:
            # One done, one whose old place is still taken, one that is not valid.
            connection.execute(text("CREATE INDEX ix_users_created_at ON users (created_at)"))
            connection.execute(text("CREATE INDEX ix_votes_voted_at_anew ON votes (voted_at)"))
            connection.execute(text("CREATE INDEX ix_top_broken ON replies (top)"))
            name = "ix_replies_created_at_anew"
            connection.execute(text(f"ALTER INDEX ix_top_broken RENAME TO {name}"))
            broken = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
            connection.execute(text(f"{broken} '{name}'::regclass"))
        upgrade()
        with db.engine.connect() as connection:
            assert indexes(connection) == whole
