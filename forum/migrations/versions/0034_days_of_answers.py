"""Indexes by which the days of promises and answers are found

Revision ID: 0034
Revises: 0036
"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_promises_by_on", "promises", ["by_on"])
    op.create_index("ix_answers_settled", "answers", ["settled_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_answers_settled", table_name="answers")
    op.drop_index("ix_promises_by_on", table_name="promises")
