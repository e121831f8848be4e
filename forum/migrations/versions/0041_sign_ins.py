"""When and in which browser people are signed in, and how they came in

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table; whoever is signed in was last seen now."""
    op.create_table(
        "sign_in_records",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "how IN ('password', 'code', 'wrong')", name=op.f("ck_sign_in_records_how")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sign_in_records_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_records"),
    )
    op.create_index("ix_sign_in_records_user_id", "sign_in_records", ["user_id", "id"])
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(sa.Column("seen_at", MOMENT, nullable=False, server_default=sa.func.now()))
        table.add_column(
            sa.Column("browser", sa.String(length=40), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("browser")
        table.drop_column("seen_at")
    op.drop_table("sign_in_records")
