"""What was kept long enough is found by an index

Revision ID: 0077
Revises: 0076
"""

from __future__ import annotations

from alembic import op

from forum.migrations.meanwhile import make_index

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

BY_AGE = (
    ("name_changes", "at"),
    ("address_codes", "made_at"),
    ("second_steps", "made_at"),
    ("provider_visits", "made_at"),
    ("sign_ins", "created_at"),
    ("sign_ins", "seen_at"),
    ("sign_in_records", "at"),
    ("drafts", "saved_at"),
    ("exports", "asked_at"),
)


def upgrade() -> None:
    """Add the indexes."""
    for table, column in BY_AGE:
        make_index(f"ix_{table}_{column}", table, [column])
    make_index("ix_notices_read_at", "notices", ["read_at"], where="read_at IS NOT NULL")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_notices_read_at", "notices")
    for table, column in reversed(BY_AGE):
        op.drop_index(f"ix_{table}_{column}", table)
