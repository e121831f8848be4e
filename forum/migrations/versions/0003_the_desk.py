"""The moderators' desk

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = ("off_topic", "spam", "abuse", "personal", "duplicate", "other")
OPEN = "closed_at IS NULL"
NOTED = "closed_at IS NULL AND note <> ''"
LISTS = {
    "oldest": ([], ""), "why": (["why"], ""), "essay": (["essay_id"], ""),
    "lever": (["lever"], ""), **{reason: ([], f" AND {reason} > 0") for reason in REASONS},
}  # fmt: skip

# Written out, since SQLite takes a constraint only together with its new column.
COLUMNS = {
    "essays": {
        "premoderation": "VARCHAR(10) DEFAULT 'open' NOT NULL CONSTRAINT ck_essays_premoderation "
        "CHECK (premoderation IN ('open', 'first_post', 'full'))",
        "replies_from": "VARCHAR(10) DEFAULT 'everyone' NOT NULL CONSTRAINT ck_essays_replies_from "
        "CHECK (replies_from IN ('everyone', 'vouched', 'staff'))",
        "report_threshold": "BIGINT CONSTRAINT ck_essays_report_threshold "
        "CHECK (report_threshold > 0)",
    },
    "replies": {
        "locked": "BOOLEAN DEFAULT FALSE NOT NULL",
        "slow_minutes": "BIGINT DEFAULT 0 NOT NULL",
        "featured": "BOOLEAN DEFAULT FALSE NOT NULL",
    },
    "actions": {
        "private_note": "TEXT DEFAULT '' NOT NULL",
        "user_id": "BIGINT CONSTRAINT fk_actions_user_id_users "
        "REFERENCES users (id) ON DELETE SET NULL",
        "before": "JSON DEFAULT '{}' NOT NULL",
        "after": "JSON DEFAULT '{}' NOT NULL",
        "subject": "VARCHAR(200) DEFAULT '' NOT NULL",
        "essay_title": "VARCHAR(200) DEFAULT '' NOT NULL",
        "by_name": "VARCHAR(50) DEFAULT '' NOT NULL",
    },
}
ACTION_INDEXES = {
    "essay": ["essay_id", "id"], "kind": ["kind", "id"], "user": ["user_id", "kind"], "at": ["at"],
}  # fmt: skip

KEPT = ("id", "kind", "reason", "note", "private_note", "at", "undoes_id", "subject",
        "essay_title", "by_name")  # fmt: skip
POINTS_AT = {"essay_id": "essays", "reply_id": "replies", "user_id": "users", "by_id": "users"}


def upgrade() -> None:
    """Reviews, notices, moderators of one essay, and a log that only grows."""
    op.add_column("users", sa.Column("suspended_until", sa.DateTime(timezone=True)))
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            column = kind.replace("BIGINT", whole)
            op.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {column}')
    fill_names()
    for name, indexed in ACTION_INDEXES.items():
        op.create_index(f"ix_actions_{name}", "actions", indexed)
    op.create_index(
        "ix_actions_undone_once", "actions", ["undoes_id"], unique=True,
        sqlite_where=sa.text("kind = 'undo'"), postgresql_where=sa.text("kind = 'undo'"),
    )  # fmt: skip
    op.drop_index("ix_reports_queue", table_name="reports")
    op.create_index("ix_reports_decided", "reports", ["action_id"])
    op.create_index(
        "ix_reports_noted", "reports", ["reply_id", "id"],
        sqlite_where=sa.text(NOTED), postgresql_where=sa.text(NOTED),
    )  # fmt: skip
    op.create_index("ix_reports_reply", "reports", ["reply_id", "reporter_id", "closed_at"])
    create_moderators()
    create_reviews()
    create_notices()
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
    else:
        guard_sqlite()


def fill_names() -> None:
    """Copy the names that earlier actions are to be read by."""
    op.execute(
        """
        UPDATE actions SET
            by_name = COALESCE((SELECT name FROM users WHERE users.id = by_id), ''),
            essay_title = COALESCE((SELECT title FROM essays WHERE essays.id = essay_id), ''),
            user_id = (SELECT author_id FROM replies WHERE replies.id = reply_id),
            subject = COALESCE((SELECT SUBSTR(COALESCE(title, excerpt), 1, 200) FROM replies
                WHERE replies.id = reply_id), '')
        """
    )
    for kind, before, after in (("hide", "visible", "hidden"), ("restore", "hidden", "visible")):
        values = f"""before = '{{"status": "{before}"}}', after = '{{"status": "{after}"}}'"""
        op.execute(sa.text(f"UPDATE actions SET {values} WHERE kind = :kind").bindparams(kind=kind))


def create_moderators() -> None:
    """Make the table of who moderates one essay's discussion."""
    op.create_table(
        "moderators",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_moderators_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_moderators_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name="fk_moderators_made_by_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("essay_id", "user_id", name="pk_moderators"),
    )  # fmt: skip
    op.create_index("ix_moderators_user_id", "moderators", ["user_id"])


def create_reviews() -> None:
    """Make the queue, and put into it what was reported and not decided."""
    op.create_table(
        "reviews",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("lever", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waited", NUMBER, nullable=True),
        sa.Column("action_id", NUMBER, nullable=True),
        sa.Column("held_by_id", NUMBER, nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reports", NUMBER, nullable=False),
        *(sa.Column(reason, NUMBER, nullable=False) for reason in REASONS),
        sa.CheckConstraint("why IN ('reported', 'waiting', 'appeal')", name=op.f("ck_reviews_why")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (waited IS NULL)", name=op.f("ck_reviews_closed")
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_reviews_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_reviews_reply_id_replies", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_reviews_action_id_actions"),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["users.id"], name="fk_reviews_held_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_reply", "reviews", ["reply_id", "closed_at"])
    op.create_index("ix_reviews_closed", "reviews", ["closed_at"])
    op.create_index(
        "ix_reviews_open_once", "reviews", ["reply_id"], unique=True,
        sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
    )  # fmt: skip
    for name, (columns, more) in LISTS.items():
        where = sa.text(OPEN + more)
        op.create_index(
            f"ix_reviews_{name}", "reviews", [*columns, "opened_at", "id"],
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip
    postgresql = op.get_bind().dialect.name == "postgresql"
    a_day_on = (
        "MIN(reports.created_at) + INTERVAL '24 hours'" if postgresql
        else "STRFTIME('%Y-%m-%d %H:%M:%f000', MIN(reports.created_at), '+24 hours')"
    )  # fmt: skip
    numbers = ", ".join(f"SUM(CASE WHEN reason = '{each}' THEN 1 ELSE 0 END)" for each in REASONS)
    op.execute(
        f"""
        INSERT INTO reviews (essay_id, reply_id, lever, why, version, opened_at, due_at, reports,
            {", ".join(REASONS)})
        SELECT replies.essay_id, replies.id, COALESCE(replies.lever, ''), 'reported',
            MIN(reports.version), MIN(reports.created_at), {a_day_on}, COUNT(*), {numbers}
        FROM reports JOIN replies ON replies.id = reports.reply_id
        WHERE reports.closed_at IS NULL
        GROUP BY replies.id, replies.essay_id, replies.lever
        """
    )


def create_notices() -> None:
    """Make the table of what people are told."""
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("about IN ('yours', 'report')", name=op.f("ck_notices_about")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_notices_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_notices_action_id_actions"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_user", "notices", ["user_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id"],
        sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"),
    )  # fmt: skip


def changed(differs: str, cast: str) -> str:
    """Return the condition that an update of an action changes what may not change.

    A pointer may be emptied only when what it points at has been deleted.
    """
    plain = [f'NEW."{name}" {differs} OLD."{name}"' for name in KEPT]
    plain += [f'NEW."{name}"{cast} {differs} OLD."{name}"{cast}' for name in ("before", "after")]
    pointers = [
        f"(NEW.{name} {differs} OLD.{name} AND (NEW.{name} IS NOT NULL "
        f"OR EXISTS (SELECT 1 FROM {table} WHERE {table}.id = OLD.{name})))"
        for name, table in POINTS_AT.items()
    ]
    return " OR ".join([*plain, *pointers])


def guard_sqlite() -> None:
    """Let SQLite refuse to change or delete an action."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'actions are only ever added'); END"
    op.execute(
        "CREATE TRIGGER actions_not_changed BEFORE UPDATE ON actions "
        f"WHEN {changed('IS NOT', '')} {refuse}"
    )
    op.execute(f"CREATE TRIGGER actions_not_deleted BEFORE DELETE ON actions {refuse}")


def guard_postgresql() -> None:
    """Let PostgreSQL refuse to change or delete an action."""
    op.execute(
        f"""
        CREATE FUNCTION refuse_to_change_actions() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NOT ({changed("IS DISTINCT FROM", "::text")}) THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION 'actions are only ever added' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """  # noqa: E501
    )
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER actions_not_{deed.lower()}d BEFORE {deed} ON actions "
            "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_actions()"
        )


def downgrade() -> None:
    """Take the desk away again; the log keeps its rows."""
    if op.get_bind().dialect.name == "postgresql":
        for deed in ("updated", "deleted"):
            op.execute(f"DROP TRIGGER actions_not_{deed} ON actions")
        op.execute("DROP FUNCTION refuse_to_change_actions()")
    else:
        op.execute("DROP TRIGGER actions_not_changed")
        op.execute("DROP TRIGGER actions_not_deleted")
    for table in ("notices", "reviews", "moderators"):
        op.drop_table(table)
    op.drop_index("ix_reports_reply", table_name="reports")
    op.drop_index("ix_reports_decided", table_name="reports")
    op.drop_index("ix_reports_noted", table_name="reports")
    op.create_index("ix_reports_queue", "reports", ["closed_at", "created_at", "id"])
    for name in (*ACTION_INDEXES, "undone_once"):
        op.drop_index(f"ix_actions_{name}", table_name="actions")
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.drop_column(table, name)
    op.drop_column("users", "suspended_until")
