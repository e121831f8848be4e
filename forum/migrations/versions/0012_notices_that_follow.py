"""Notices of decisions on what a brief quotes, and notices found by their action

Revision ID: 0012
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "about IN ('yours', 'report')"
AFTER = "about IN ('yours', 'report', 'quoted')"
UNREAD = sa.text("read_at IS NULL")
COLUMNS = "id, user_id, action_id, about, at, read_at"


def upgrade() -> None:
    """Let a notice be about what a brief quotes; an index by the action."""
    allow(AFTER)
    op.create_index("ix_notices_action", "notices", ["action_id"])


def downgrade() -> None:
    """Undo it; notices about what briefs quote go, since nothing could show them."""
    op.drop_index("ix_notices_action", "notices")
    op.execute("DELETE FROM notices WHERE about = 'quoted'")
    allow(BEFORE)


def allow(condition: str) -> None:
    """Let a notice be about other things; SQLite makes the table anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("about", "notices", type_="check")
        op.create_check_constraint("about", "notices", condition)
        return
    op.drop_index("ix_notices_unread", "notices")
    op.drop_index("ix_notices_user", "notices")
    op.rename_table("notices", "notices_before")
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(condition, name=op.f("ck_notices_about")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_notices_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_notices_action_id_actions"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.execute(f"INSERT INTO notices ({COLUMNS}) SELECT {COLUMNS} FROM notices_before")
    op.drop_table("notices_before")
    op.create_index("ix_notices_user", "notices", ["user_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
