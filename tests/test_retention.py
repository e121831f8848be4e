"""What was kept long enough goes: looked for by an index, whatever else is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from forum.db import db
from forum.privacy.aftermath import forget_all
from forum.privacy.register import REGISTER
from tests.hearing import heard

SMALL = ("essays", "network_keys", "export_parts")
"""Tables with a row a discussion, a month or a file that is kept for a week."""


@pytest.fixture
def looked_for(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The queries, with their values, by which the worker looks for what is too old."""
    found: list[tuple[str, Any]] = []

    def note(statement: str, values: Any) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, values))

    with app.app_context():
        with heard(db.engine, note):
            forget_all()
        yield found


def test_each_look_for_what_is_too_old_takes_an_index(looked_for: list[tuple[str, Any]]) -> None:
    assert len(looked_for) >= sum(data.ends is not None for data in REGISTER)
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:  # however small the tables are, an index is taken where there is one
            connection.execute(text("SET enable_seqscan = off"))
        for statement, values in looked_for:
            explain = ("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + statement
            rows = connection.exec_driver_sql(explain, values).all()
            plan = "\n".join(str(tuple(row)) for row in rows)
            whole = "SCAN " if is_sqlite else "Seq Scan on "
            scanned = [line for line in plan.splitlines() if whole in line]
            scanned = [line for line in scanned if "USING" not in line]
            assert not [each for each in scanned if not any(t in each for t in SMALL)], plan
