"""Changes of what SQLite knows of a table, which cannot change a constraint or a column."""

from __future__ import annotations

from alembic import op


def rewrite_table(table: str, before: str, after: str) -> None:
    """Change the text by which SQLite knows a table; RuntimeError where it says something else.

    A table made anew would lose its triggers, so where every row is as the new text has it the text
    alone is changed, as SQLite's manual describes.
    """
    run = op.get_bind().exec_driver_sql
    version = run("PRAGMA schema_version").scalar() or 0
    run("PRAGMA writable_schema = ON")
    changed = run(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) "
        "WHERE type = 'table' AND name = ? AND instr(sql, ?) > 0",
        (before, after, table, before),
    )
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"The table {table} is not as it was left: {before}")
