"""The logs know that a provider was connected or disconnected, and that an account was closed

Revision ID: 0075
Revises: 0070
"""

from __future__ import annotations

from alembic import op

from forum.migrations.meanwhile import examine
from forum.migrations.rewriting import rewrite_table

revision = "0075"
down_revision = "0070"
branch_labels = None
depends_on = None

LOG = (
    "kind IN ('signed_in', 'wrong_password', 'refused', 'role', 'second_factor', "
    "'signed_out', 'moderator'"
)
OWN = "how IN ('password', 'code', 'provider', 'invitation', 'wrong', 'second'"
CHANGES = (
    ("security_events", "kind", f"{LOG})", f"{LOG}, 'provider', 'erased')"),
    ("sign_in_records", "how", f"{OWN})", f"{OWN}, 'tied', 'untied')"),
)
"""For each log its column, and what may stand there before and after."""


def upgrade() -> None:
    """Let the logs say more."""
    for table, column, before, after in CHANGES:
        allow(table, column, before, after)
    for table, column, *_words in CHANGES:
        examine(table, f"ck_{table}_{column}")


def downgrade() -> None:
    """Take away what they could not say before."""
    op.execute("DELETE FROM security_events WHERE kind IN ('provider', 'erased')")
    op.execute("DELETE FROM sign_in_records WHERE how IN ('tied', 'untied')")
    for table, column, before, after in CHANGES:
        allow(table, column, after, before)
    for table, column, *_words in CHANGES:
        examine(table, f"ck_{table}_{column}")


def allow(table: str, column: str, before: str, after: str) -> None:
    """Let a column hold other words.

    SQLite cannot change a constraint. Every row is as the new one has it, so the text of the table
    alone is changed, as SQLite's manual describes.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(column, table, type_="check")
        op.create_check_constraint(column, table, after, postgresql_not_valid=True)
        return
    rewrite_table(table, before, after)
