"""Changes of large tables that, on PostgreSQL, others go on writing to.

What is done here commits by itself, before its migration is done. So it comes first in a migration,
or what comes before it looks whether it was done; all of it can be run again when it was cut short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op


@contextmanager
def step_by_step() -> Iterator[bool]:
    """Commit each statement by itself, on PostgreSQL; yield whether it is PostgreSQL."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            yield True
    else:
        yield False


def make_index(name: str, table: str, columns: Sequence[str], where: str | None = None) -> None:
    """Make an index, in place of one of this name where there is one; ``where`` makes it partial.

    One that was begun and cut short is thrown away. Until the new one is made the old one serves.
    """
    there = sa.text(where) if where else None
    with step_by_step() as meanwhile:
        made = f"{name}_anew" if meanwhile else name
        op.drop_index(made, table, if_exists=True, postgresql_concurrently=meanwhile)
        op.create_index(
            made,
            table,
            columns,
            sqlite_where=there,
            postgresql_where=there,
            postgresql_concurrently=meanwhile,
        )
        if meanwhile:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.execute(f"ALTER INDEX {made} RENAME TO {name}")


def examine(table: str, constraint: str) -> None:
    """Hold the rows that are there to a constraint that was added ``NOT VALID`` (PostgreSQL)."""
    with step_by_step() as meanwhile:
        if meanwhile:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
