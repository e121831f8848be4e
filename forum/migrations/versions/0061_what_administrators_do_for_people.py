"""The security log knows who was signed out, and who came to moderate one discussion

Revision ID: 0061
Revises: 0053
"""

from __future__ import annotations

from alembic import op

from forum.migrations.rewriting import rewrite_table

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
    rewrite_table("security_events", before, after)
