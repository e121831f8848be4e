"""The first tables

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("name_skeleton", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('reader', 'moderator', 'facilitator', 'admin')", name=op.f("ck_users_role")
        ),
        sa.CheckConstraint(
            "(email IS NULL) = (password_hash IS NULL)", name=op.f("ck_users_sign_in")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_index("ix_users_name_skeleton", "users", ["name_skeleton"], unique=False)
    op.create_index("ix_users_source", "users", ["source"], unique=True)
    op.create_table(
        "essays",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.String(length=200), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("byline", sa.String(length=200), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("first_published", sa.Date(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_essays_state")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name="fk_essays_created_by_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_essays"),
        sa.UniqueConstraint("slug", name="uq_essays_slug"),
    )
    op.create_index("ix_essays_state_opened", "essays", ["state", "opened_at"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sign_ins_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_hash", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"], unique=False)
    op.create_table(
        "essay_editions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_essay_editions_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"],
            ["essays.id"],
            name="fk_essay_editions_essay_id_essays",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_essay_editions"),
        sa.UniqueConstraint("essay_id", "edition", name="uq_essay_editions_essay_id_edition"),
    )
    op.create_table(
        "essay_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('publish', 'close', 'reopen')", name=op.f("ck_essay_events_kind")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_essay_events_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_essay_events_essay_id_essays", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_essay_events"),
    )
    op.create_index("ix_essay_events_essay_id", "essay_events", ["essay_id"], unique=False)
    op.create_table(
        "replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lever", sa.String(length=12), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("renderer", sa.String(length=200), nullable=False),
        sa.Column("jurisdiction", sa.String(length=12), nullable=True),
        sa.Column("ambition", sa.String(length=12), nullable=True),
        sa.Column("trade_off", sa.Text(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("stance", sa.String(length=12), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("support", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("oppose", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("neutral", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comments", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("top", sa.Double(), nullable=False),
        sa.Column("eyes", sa.Double(), nullable=False),
        sa.Column("contested", sa.Double(), nullable=False),
        sa.Column("draw", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "ambition IN ('improves', 'replaces')", name=op.f("ck_replies_ambition")
        ),
        sa.CheckConstraint(
            "jurisdiction IN ('national', 'provincial', 'municipal', 'indigenous', 'any')",
            name=op.f("ck_replies_jurisdiction"),
        ),
        sa.CheckConstraint(
            "lever IN ('policy', 'regulatory', 'market')", name=op.f("ck_replies_lever")
        ),
        sa.CheckConstraint(
            "stance IN ('support', 'challenge', 'refine', 'evidence', 'question')",
            name=op.f("ck_replies_stance"),
        ),
        sa.CheckConstraint(
            "status IN ('visible', 'hidden', 'waiting', 'merged')", name=op.f("ck_replies_status")
        ),
        sa.CheckConstraint(
            "(parent_id IS NULL) = (thread_id IS NULL)", name=op.f("ck_replies_thread")
        ),
        sa.CheckConstraint(
            """
    (lever IS NULL AND title IS NULL AND jurisdiction IS NULL AND ambition IS NULL
        AND trade_off IS NULL)
    OR (lever IS NOT NULL AND title IS NOT NULL AND jurisdiction IS NOT NULL
        AND ambition IS NOT NULL AND stance IS NULL AND parent_id IS NULL)
""",
            name=op.f("ck_replies_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_replies_author_id_users", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_replies_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["replies.id"], name="fk_replies_parent_id_replies", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["replies.id"], name="fk_replies_thread_id_replies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.UniqueConstraint("author_id", "fingerprint", name="uq_replies_author_id_fingerprint"),
    )
    op.create_index("ix_replies_author", "replies", ["author_id", "status", "id"], unique=False)
    op.create_index(
        "ix_replies_contested_essay",
        "replies",
        ["essay_id", "status", "contested", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_contested_site",
        "replies",
        ["status", "contested", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_created_at_essay",
        "replies",
        ["essay_id", "status", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_created_at_site",
        "replies",
        ["status", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_eyes_essay",
        "replies",
        ["essay_id", "status", "eyes", "draw"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_eyes_site",
        "replies",
        ["status", "eyes", "draw"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index("ix_replies_parent_id", "replies", ["parent_id"], unique=False)
    op.create_index("ix_replies_source", "replies", ["essay_id", "source"], unique=True)
    op.create_index("ix_replies_thread", "replies", ["thread_id", "status", "id"], unique=False)
    op.create_index(
        "ix_replies_top_essay",
        "replies",
        ["essay_id", "status", "top", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_top_essay_lever",
        "replies",
        ["essay_id", "lever", "status", "top", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_top_site",
        "replies",
        ["status", "top", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_index(
        "ix_replies_top_site_lever",
        "replies",
        ["lever", "status", "top", "id"],
        unique=False,
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.create_table(
        "tallies",
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lever", sa.String(length=12), nullable=False),
        sa.Column("jurisdiction", sa.String(length=12), nullable=False),
        sa.Column("ambition", sa.String(length=12), nullable=False),
        sa.Column(
            "proposals", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_tallies_essay_id_essays", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("essay_id", "lever", "jurisdiction", "ambition", name="pk_tallies"),
    )
    op.create_table(
        "actions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_actions_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_actions_essay_id_essays", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_actions_reply_id_replies", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["actions.id"], name="fk_actions_undoes_id_actions"),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
    )
    op.create_index("ix_actions_reply", "actions", ["reply_id", "id"], unique=False)
    op.create_table(
        "reply_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_reply_versions_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"],
            ["replies.id"],
            name="fk_reply_versions_reply_id_replies",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reply_versions"),
        sa.UniqueConstraint("reply_id", "version", name="uq_reply_versions_reply_id_version"),
    )
    op.create_table(
        "votes",
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.String(length=8), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "value IN ('support', 'oppose', 'neutral')", name=op.f("ck_votes_value")
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_votes_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_votes_reply_id_replies", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_votes_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reply_id", "user_id", name="pk_votes"),
    )
    op.create_index("ix_votes_counted", "votes", ["reply_id", "value"], unique=False)
    op.create_index("ix_votes_user", "votes", ["user_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("essay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (action_id IS NULL)", name=op.f("ck_reports_closed")
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_reports_action_id_actions"),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_reports_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_reports_reply_id_replies", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name="fk_reports_reporter_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index(
        "ix_reports_open_once",
        "reports",
        ["reply_id", "reporter_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_reports_queue", "reports", ["closed_at", "created_at", "id"], unique=False)


def downgrade() -> None:
    """Undo: The first tables."""
    op.drop_index("ix_reports_queue", table_name="reports")
    op.drop_index(
        "ix_reports_open_once",
        table_name="reports",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("reports")
    op.drop_index("ix_votes_user", table_name="votes")
    op.drop_index("ix_votes_counted", table_name="votes")
    op.drop_table("votes")
    op.drop_table("reply_versions")
    op.drop_index("ix_actions_reply", table_name="actions")
    op.drop_table("actions")
    op.drop_table("tallies")
    op.drop_index(
        "ix_replies_top_site_lever",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_top_site",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_top_essay_lever",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_top_essay",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index("ix_replies_thread", table_name="replies")
    op.drop_index("ix_replies_source", table_name="replies")
    op.drop_index("ix_replies_parent_id", table_name="replies")
    op.drop_index(
        "ix_replies_eyes_site",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_eyes_essay",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_created_at_site",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_created_at_essay",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_contested_site",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index(
        "ix_replies_contested_essay",
        table_name="replies",
        sqlite_where=sa.text("lever IS NOT NULL"),
        postgresql_where=sa.text("lever IS NOT NULL"),
    )
    op.drop_index("ix_replies_author", table_name="replies")
    op.drop_table("replies")
    op.drop_index("ix_essay_events_essay_id", table_name="essay_events")
    op.drop_table("essay_events")
    op.drop_table("essay_editions")
    op.drop_index("ix_sign_ins_user_id", table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("ix_essays_state_opened", table_name="essays")
    op.drop_table("essays")
    op.drop_index("ix_users_source", table_name="users")
    op.drop_index("ix_users_name_skeleton", table_name="users")
    op.drop_table("users")
