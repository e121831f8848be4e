"""From which networks a discussion was voted in

Revision ID: 0066
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0058"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make room for what is noted from now on; of earlier votes nothing is known."""
    op.create_table(
        "network_keys",
        sa.Column("period", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("period", name="pk_network_keys"),
    )
    op.create_table(
        "voter_networks",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["essay_id"],
            ["essays.id"],
            name="fk_voter_networks_essay_id_essays",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_voter_networks_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("essay_id", "user_id", "mark", name="pk_voter_networks"),
    )
    op.create_index("ix_voter_networks_user_id", "voter_networks", ["user_id"])


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("voter_networks")
    op.drop_table("network_keys")
