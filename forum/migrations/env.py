"""Run the migrations in the application's own database, in one transaction where it can be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, cast

from alembic import context
from flask import has_app_context

from forum.database import statistics
from forum.db import UtcDateTime, db


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own type of moment as the plain one, so that a migration never needs our code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the tables of the index of search, which differ by database (see 0007)."""
    return not (kind == "table" and name is not None and name.startswith("search_words"))


def run() -> None:
    """Bring the database up or down."""
    grown: list[object] = []

    def note(*, heads: Collection[Any], **_step: Any) -> None:
        grown.extend(heads)  # those before: of a new database there are none, and no rows

    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            include_name=is_compared,
            compare_type=True,
            transaction_per_migration=True,
            on_version_apply=cast(Any, note),
        )
        with context.begin_transaction():
            context.run_migrations()
    if grown:
        statistics.refresh()


if has_app_context():
    run()
