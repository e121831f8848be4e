"""What stands in the database, for tests that look there."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from forum.db import db


def number_of(app: Flask, table: Any) -> int:
    """Return how many rows a table has."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def rows_of(app: Flask, table: Any) -> list[Any]:
    """Return the rows of a table, the first first."""
    with app.app_context():
        return list(db.session.scalars(select(table).order_by(table.id)))
