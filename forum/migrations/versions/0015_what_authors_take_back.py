"""Replies that their authors withdraw, differences kept with versions, an index of comments

Revision ID: 0015
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.migrations.rewriting import rewrite_table

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMMENTS = sa.text("lever IS NULL AND thread_id IS NULL")
BEFORE = "status IN ('visible', 'hidden', 'waiting', 'merged')"
AFTER = "status IN ('visible', 'hidden', 'waiting', 'merged', 'withdrawn')"
VERSIONED = ("reply_versions", "essay_editions")


def upgrade() -> None:
    """A further status and who took what back when; a column of differences; the index."""
    op.create_index(
        "ix_replies_comments_essay", "replies", ["essay_id", "status", "created_at", "id"],
        sqlite_where=COMMENTS, postgresql_where=COMMENTS,
    )  # fmt: skip
    for table in VERSIONED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN changes JSON")
    op.create_table(
        "withdrawals",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_withdrawals_reply_id_replies",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawals"),
    )  # fmt: skip
    op.create_index("ix_withdrawals_reply_id", "withdrawals", ["reply_id"])
    allow(BEFORE, AFTER)


def downgrade() -> None:
    """Undo it; what is withdrawn must be shown again first, or it would be lost from sight.

    Raises where a reply is withdrawn.
    """
    query = "SELECT COUNT(*) FROM replies WHERE status = 'withdrawn'"
    if withdrawn := op.get_bind().scalar(sa.text(query)):
        raise RuntimeError(f"{withdrawn} replies are withdrawn. Let them be shown or hidden first.")
    allow(AFTER, BEFORE)
    op.drop_index("ix_withdrawals_reply_id", "withdrawals")
    op.drop_table("withdrawals")
    for table in VERSIONED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN changes")
    op.drop_index("ix_replies_comments_essay", table_name="replies")


def allow(before: str, after: str) -> None:
    """Let the status hold other words.

    SQLite cannot change a constraint, and a table made anew would lose its triggers. A wider CHECK
    leaves every row as it is written, so the text of the table alone is changed, as SQLite's manual
    describes for this.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("status", "replies", type_="check")
        op.create_check_constraint("status", "replies", after)
        return
    rewrite_table("replies", before, after)
