"""Codes that confirm addresses; letters for people and by key; those that were never sent

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0023"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and what letters need to know more."""
    op.add_column("letters", sa.Column("user_id", NUMBER, nullable=True))
    op.add_column("letters", sa.Column("about_id", NUMBER, nullable=True))
    op.add_column("letters", sa.Column("key", sa.String(length=100), nullable=True))
    op.create_index("uq_letters_key", "letters", ["key"], unique=True)
    op.add_column("contacts", sa.Column("mailed_on", sa.Date(), nullable=True))
    op.add_column(
        "contacts", sa.Column("mailed", NUMBER, nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("died_at", MOMENT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("user_id", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letters"),
    )
    op.create_index("ix_dead_letters_died_at", "dead_letters", ["died_at"])
    op.create_table(
        "address_codes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_address_codes_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_address_codes"),
    )
    op.create_index("ix_address_codes_user_id", "address_codes", ["user_id"])
    op.create_index("ix_address_codes_address", "address_codes", ["address", "made_at"])


def downgrade() -> None:
    """Take them away; letters that need to know more are not sent."""
    op.drop_table("address_codes")
    op.drop_table("dead_letters")
    op.execute("DELETE FROM letters WHERE user_id IS NOT NULL OR about_id IS NOT NULL")
    op.drop_column("contacts", "mailed")
    op.drop_column("contacts", "mailed_on")
    op.drop_index("uq_letters_key", "letters")
    for name in ("key", "about_id", "user_id"):
        op.drop_column("letters", name)
