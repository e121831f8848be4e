"""Figures by day, week and month, and the indexes by which a span is counted

Revision ID: 0069
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.migrations.meanwhile import make_index

revision = "0069"
down_revision = "0067"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTED = ("people", "proposals", "comments", "votes", "took_part", "sign_ins")
GIVEN_HERE = "carried_from_id IS NULL"


def upgrade() -> None:
    """Make room for what the worker counts, and let it find what came to be in a span."""
    make_index("ix_users_created_at", "users", ["created_at"])
    make_index("ix_replies_created_at", "replies", ["created_at"])
    make_index("ix_votes_voted_at", "votes", ["voted_at", "user_id", "essay_id"], where=GIVEN_HERE)
    op.create_table(
        "figures",
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        *(sa.Column(name, NUMBER, nullable=False) for name in COUNTED),
        sa.CheckConstraint("span IN ('day', 'week', 'month')", name=op.f("ck_figures_span")),
        sa.PrimaryKeyConstraint("zone", "span", "begins", name="pk_figures"),
    )


def downgrade() -> None:
    """Forget what was counted."""
    op.drop_index("ix_votes_voted_at", "votes")
    op.drop_index("ix_replies_created_at", "replies")
    op.drop_index("ix_users_created_at", "users")
    op.drop_table("figures")
