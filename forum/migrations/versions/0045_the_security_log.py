"""The security log: sign-ins, refusals and changes of role

Revision ID: 0045
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0038"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'signed_in', 'wrong_password', 'refused', 'role'"


def upgrade() -> None:
    """Make room for what will happen; nothing of what did is known."""
    op.create_table(
        "security_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("after", sa.String(length=200), nullable=False),
        sa.Column("times", NUMBER, nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_security_events_kind"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name="fk_security_events_person_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_security_events_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_security_events"),
    )  # fmt: skip
    op.create_index("ix_security_events_at", "security_events", ["at"])
    op.create_index("ix_security_events_person_id", "security_events", ["person_id", "kind", "at"])


def downgrade() -> None:
    """Forget the log."""
    op.drop_table("security_events")
