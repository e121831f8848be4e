"""What a letter that was never sent told of, so that it can be sent again

Revision ID: 0036
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what it told of; of those of before nothing is known."""
    with op.batch_alter_table("dead_letters") as table:
        table.add_column(
            sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"))
        )
        table.add_column(sa.Column("key", sa.String(length=100)))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("dead_letters") as table:
        table.drop_column("key")
        table.drop_column("about_id")
