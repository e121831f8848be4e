"""Exports

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Exports."""
    op.create_table(
        "exports",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("written", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'waiting', 'making', 'done', 'failed')",
            name=op.f("ck_exports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_exports_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_exports_essay_id_essays", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_state", "exports", ["state", "id"], unique=False)


def downgrade() -> None:
    """Undo: Exports."""
    op.drop_index("ix_exports_state", table_name="exports")
    op.drop_table("exports")
