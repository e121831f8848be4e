"""The security log knows who was signed out, and who came to moderate one discussion

Revision ID: 0061
Revises: 0053
"""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0053"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('signed_in', 'wrong_password', 'refused', 'role', 'second_factor')"
AFTER = (
    "kind IN ('signed_in', 'wrong_password', 'refused', 'role', 'second_factor', "
    "'signed_out', 'moderator')"
)


def upgrade() -> None:
    """Let the log say more."""
    allow(BEFORE, AFTER)


def downgrade() -> None:
    """Take away what it could not say before."""
    op.execute("DELETE FROM security_events WHERE kind IN ('signed_out', 'moderator')")
    allow(AFTER, BEFORE)


def allow(before: str, after: str) -> None:
    """Let the kind of an entry be another.

    SQLite cannot change a constraint. Every row is as the new one has it, so the text of the table
    alone is changed, as SQLite's manual describes.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("kind", "security_events", type_="check")
        op.create_check_constraint("kind", "security_events", after)
        return
    run = op.get_bind().exec_driver_sql
    version = run("PRAGMA schema_version").scalar() or 0
    run("PRAGMA writable_schema = ON")
    changed = run(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) "
        "WHERE type = 'table' AND name = 'security_events' AND instr(sql, ?) > 0",
        (before, after, before),
    )
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError("The constraint on security_events.kind was not found.")
