"""An address is invited once to a discussion, and once to the site

Revision ID: 0076
Revises: 0075
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

WHOLE = (
    ("ix_invitations_site", ["address"], True, "essay_id IS NULL"),
    ("ix_invitations_unanswered", ["made_at"], False, "accepted_at IS NULL"),
)
"""What is added: the columns, whether they are unique, and where."""
TWICE = """
    DELETE FROM invitations WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY address, essay_id
                ORDER BY accepted_at IS NULL, revoked_at IS NOT NULL, made_at DESC, id DESC
            ) AS place FROM invitations
        ) AS each_one WHERE place > 1
    )
"""
"""Of two of one address, the one that was accepted stays, or else the last that still works."""


def upgrade() -> None:
    """Let one stay of those that were written at once, and no further come."""
    op.execute(TWICE)
    op.drop_index("ix_invitations_address", "invitations")
    op.create_index("ix_invitations_address", "invitations", ["address", "essay_id"], unique=True)
    for name, columns, unique, where in WHOLE:
        there = sa.text(where)
        op.create_index(
            name, "invitations", columns, unique=unique, sqlite_where=there, postgresql_where=there
        )


def downgrade() -> None:
    """Let them come at once again."""
    for name, *_rest in WHOLE:
        op.drop_index(name, "invitations")
    op.drop_index("ix_invitations_address", "invitations")
    op.create_index("ix_invitations_address", "invitations", ["address", "essay_id"])
