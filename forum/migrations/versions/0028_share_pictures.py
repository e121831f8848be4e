"""Pictures of proposals, drawn once and kept for every node

Revision ID: 0028
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0031"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make room for the pictures; each is drawn when someone asks for it."""
    op.create_table(
        "share_pictures",
        sa.Column("reply_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("words", sa.String(length=32), nullable=False),
        sa.Column("numbers", sa.String(length=50), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_share_pictures_reply_id_replies",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reply_id", name="pk_share_pictures"),
    )  # fmt: skip
    op.create_index("ix_share_pictures_drawn", "share_pictures", ["drawn_at"])


def downgrade() -> None:
    """Forget them: nothing is lost that cannot be drawn again."""
    op.drop_index("ix_share_pictures_drawn", "share_pictures")
    op.drop_table("share_pictures")
