"""Tags that a moderator decided, and imported statements that may move

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep whether the tags are a moderator's; name imported statements by who put them."""
    op.execute("ALTER TABLE replies ADD COLUMN tags_fixed BOOLEAN DEFAULT FALSE NOT NULL")
    op.drop_index("ix_replies_source", table_name="replies")
    there = sa.text("source IS NOT NULL")
    op.create_index(
        "ix_replies_source", "replies", ["author_id", "source"], unique=True,
        sqlite_where=there, postgresql_where=there,
    )  # fmt: skip


def downgrade() -> None:
    """Undo: tags that a moderator decided, and imported statements that may move."""
    op.drop_index("ix_replies_source", table_name="replies")
    op.create_index("ix_replies_source", "replies", ["essay_id", "source"], unique=True)
    op.execute("ALTER TABLE replies DROP COLUMN tags_fixed")
