"""Who is who at the provider that the site trusts, and who is on the way there

Revision ID: 0056
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0060"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make room; nobody is tied to a provider yet."""
    op.create_table(
        "provider_visits",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("onward", sa.JSON(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider_visits"),
        sa.UniqueConstraint("state_hash", name="uq_provider_visits_state_hash"),
    )
    op.create_table(
        "provider_links",
        sa.Column("user_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("issuer", sa.String(length=250), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_provider_links_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_provider_links"),
    )
    op.create_index(
        "ix_provider_links_issuer", "provider_links", ["issuer", "subject"], unique=True
    )


def downgrade() -> None:
    """Take them away; a person's ground stays what it is."""
    op.drop_table("provider_links")
    op.drop_table("provider_visits")
