"""What people agreed to

Revision ID: 0070
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make room for what is agreed from now on; nobody was asked before."""
    op.create_table(
        "agreements",
        sa.Column("user_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_agreements_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "text", "language", "mark", name="pk_agreements"),
    )


def downgrade() -> None:
    """Forget who agreed, and ask nobody."""
    op.drop_table("agreements")
    op.execute("DELETE FROM site_settings WHERE name = 'agreement'")
