"""Comments stand in a brief only where a facilitator picked them

Revision ID: 0014
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Comments picked for an item of a shortlist, one of each stance."""
    op.create_table(
        "shortlist_quotes",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("comment_id", NUMBER, nullable=False),
        sa.Column("picked_by_id", NUMBER, nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance IN ('support', 'challenge')", name=op.f("ck_shortlist_quotes_stance")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["shortlist_items.id"],
            name=op.f("fk_shortlist_quotes_item_id_shortlist_items"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["replies.id"],
            name=op.f("fk_shortlist_quotes_comment_id_replies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picked_by_id"],
            ["users.id"],
            name=op.f("fk_shortlist_quotes_picked_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("item_id", "stance", name=op.f("pk_shortlist_quotes")),
    )
    op.create_index(
        op.f("ix_shortlist_quotes_comment_id"), "shortlist_quotes", ["comment_id"], unique=False
    )


def downgrade() -> None:
    """Undo: what was picked is forgotten."""
    op.drop_index(op.f("ix_shortlist_quotes_comment_id"), table_name="shortlist_quotes")
    op.drop_table("shortlist_quotes")
