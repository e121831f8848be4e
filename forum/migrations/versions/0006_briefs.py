"""Shortlists and briefs

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Shortlists and briefs."""
    op.create_table(
        "brief_numbers",
        sa.Column("year", NUMBER, autoincrement=False, nullable=False),
        sa.Column("last", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_brief_numbers"),
    )
    op.create_table(
        "briefs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("year", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("renderer", sa.String(length=200), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("supersedes_id", NUMBER, nullable=True),
        sa.Column("published_by_id", NUMBER, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_briefs_essay_id_essays", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["users.id"],
            name="fk_briefs_published_by_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["briefs.id"],
            name="fk_briefs_supersedes_id_briefs",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_briefs"),
        sa.UniqueConstraint("supersedes_id", name="uq_briefs_supersedes_id"),
        sa.UniqueConstraint("year", "number", name="uq_briefs_year_number"),
    )
    op.create_index("ix_briefs_essay_id", "briefs", ["essay_id"], unique=False)
    op.create_table(
        "shortlists",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", NUMBER, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name="fk_shortlists_created_by_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_shortlists_essay_id_essays", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shortlists"),
        sa.UniqueConstraint("fingerprint", name="uq_shortlists_fingerprint"),
    )
    op.create_index("ix_shortlists_essay_id", "shortlists", ["essay_id"], unique=False)
    op.create_table(
        "brief_drafts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("shortlist_id", NUMBER, nullable=True),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("per_lever", NUMBER, nullable=True),
        sa.Column("min_voters", NUMBER, nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("supersedes_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("created_by_id", NUMBER, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("brief_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            """
    (shortlist_id IS NOT NULL AND per_lever IS NULL AND min_voters IS NULL)
    OR (shortlist_id IS NULL AND per_lever IS NOT NULL AND essay_id IS NOT NULL)
""",
            name=op.f("ck_brief_drafts_source"),
        ),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["briefs.id"], name="fk_brief_drafts_brief_id_briefs", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name="fk_brief_drafts_created_by_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_brief_drafts_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlists.id"],
            name="fk_brief_drafts_shortlist_id_shortlists",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["briefs.id"],
            name="fk_brief_drafts_supersedes_id_briefs",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_brief_drafts"),
        sa.UniqueConstraint("brief_id", name="uq_brief_drafts_brief_id"),
        sa.UniqueConstraint("fingerprint", name="uq_brief_drafts_fingerprint"),
    )
    op.create_index("ix_brief_drafts_essay_id", "brief_drafts", ["essay_id"], unique=False)
    op.create_index("ix_brief_drafts_shortlist_id", "brief_drafts", ["shortlist_id"], unique=False)
    op.create_table(
        "brief_files",
        sa.Column("brief_id", NUMBER, nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("mimetype", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["briefs.id"], name="fk_brief_files_brief_id_briefs", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("brief_id", "extension", name="pk_brief_files"),
    )
    op.create_table(
        "brief_quotes",
        sa.Column("brief_id", NUMBER, nullable=False),
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["briefs.id"], name="fk_brief_quotes_brief_id_briefs", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"],
            ["replies.id"],
            name="fk_brief_quotes_reply_id_replies",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("brief_id", "reply_id", name="pk_brief_quotes"),
    )
    op.create_index("ix_brief_quotes_reply_id", "brief_quotes", ["reply_id"], unique=False)
    op.create_table(
        "shortlist_items",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("shortlist_id", NUMBER, nullable=False),
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("picked_by_id", NUMBER, nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("support", NUMBER, nullable=False),
        sa.Column("oppose", NUMBER, nullable=False),
        sa.Column("neutral", NUMBER, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("removed_by_id", NUMBER, nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["picked_by_id"],
            ["users.id"],
            name="fk_shortlist_items_picked_by_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"],
            ["users.id"],
            name="fk_shortlist_items_removed_by_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"],
            ["replies.id"],
            name="fk_shortlist_items_reply_id_replies",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlists.id"],
            name="fk_shortlist_items_shortlist_id_shortlists",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist_items"),
        sa.UniqueConstraint(
            "shortlist_id", "reply_id", name="uq_shortlist_items_shortlist_id_reply_id"
        ),
    )
    op.create_index(
        "ix_shortlist_items_order",
        "shortlist_items",
        ["shortlist_id", "position", "id"],
        unique=False,
    )
    op.create_index("ix_shortlist_items_reply_id", "shortlist_items", ["reply_id"], unique=False)


def downgrade() -> None:
    """Undo: Shortlists and briefs."""
    op.drop_index("ix_shortlist_items_reply_id", table_name="shortlist_items")
    op.drop_index("ix_shortlist_items_order", table_name="shortlist_items")
    op.drop_table("shortlist_items")
    op.drop_index("ix_brief_quotes_reply_id", table_name="brief_quotes")
    op.drop_table("brief_quotes")
    op.drop_table("brief_files")
    op.drop_index("ix_brief_drafts_shortlist_id", table_name="brief_drafts")
    op.drop_index("ix_brief_drafts_essay_id", table_name="brief_drafts")
    op.drop_table("brief_drafts")
    op.drop_index("ix_shortlists_essay_id", table_name="shortlists")
    op.drop_table("shortlists")
    op.drop_index("ix_briefs_essay_id", table_name="briefs")
    op.drop_table("briefs")
    op.drop_table("brief_numbers")
