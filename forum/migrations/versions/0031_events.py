"""Events and who is told of them; notices of decisions become notices of events, none is lost

Revision ID: 0031
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0021"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
THINGS = "subject_kind IN ('reply', 'essay', 'brief', 'body', 'person', 'site')"
UNTOLD = sa.text("told_at IS NULL")
UNREAD = sa.text("read_at IS NULL")
TO_MAIL = sa.text("rhythm IS NOT NULL AND mailed_at IS NULL")
KINDS = {"yours": "moderated", "report": "report_decided", "quoted": "quote_decided"}


def upgrade() -> None:
    """Make the tables, and an event of every decision that someone was told."""
    op.create_table(
        "contacts",
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("unread", NUMBER, nullable=False),
        sa.Column("bounces", NUMBER, nullable=False),
        sa.Column("silent_since", MOMENT, nullable=True),
        of_user("contacts"),
        sa.PrimaryKeyConstraint("user_id", name="pk_contacts"),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('at_once', 'daily', 'weekly', 'site', 'never')",
            name=op.f("ck_preferences_rhythm"),
        ),
        of_user("preferences"),
        sa.PrimaryKeyConstraint("user_id", "topic", name="pk_preferences"),
    )
    op.create_table(
        "follows",
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("lever", sa.String(length=12), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(THINGS, name=op.f("ck_follows_subject_kind")),
        of_user("follows"),
        sa.PrimaryKeyConstraint(
            "user_id", "subject_kind", "subject_id", "lever", name="pk_follows"
        ),
    )
    op.create_index("ix_follows_subject", "follows", ["subject_kind", "subject_id", "user_id"])
    op.create_table(
        "events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("part_id", NUMBER, nullable=True),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("letters_from", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True),
        sa.Column("audience_part", NUMBER, nullable=False),
        sa.Column("audience_user", NUMBER, nullable=False),
        sa.Column("told", NUMBER, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.CheckConstraint(THINGS, name=op.f("ck_events_subject_kind")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_events_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("key", name="uq_events_key"),
    )
    op.create_index("ix_events_subject", "events", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_events_kind", "events", ["kind", "at"])
    op.create_index(
        "ix_events_untold", "events", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )
    op.execute("INSERT INTO contacts (user_id, unread, bounces) SELECT id, 0, 0 FROM users")
    keep_decisions()
    op.execute(
        "UPDATE contacts SET unread = (SELECT COUNT(*) FROM notices "
        "WHERE notices.user_id = contacts.user_id AND read_at IS NULL)"
    )
    op.add_column("votes", sa.Column("first_at", MOMENT, nullable=True))


def of_user(table: str) -> sa.ForeignKeyConstraint:
    """Return the key by which a row goes with its person."""
    name = f"fk_{table}_user_id_users"
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=name, ondelete="CASCADE")


def keep_decisions() -> None:
    """Let every notice of a decision be one of an event, under the number it had."""
    named = " ".join(f"WHEN '{about}' THEN '{kind}'" for about, kind in KINDS.items())
    op.execute(
        f"""
        INSERT INTO events (kind, subject_kind, subject_id, part_id, essay_id, by_id, at,
            letters_from, facts, key, audience_part, audience_user, told, told_at)
        SELECT kind, subject_kind, subject_id, action_id, essay_id, by_id, at, at, '{{}}',
            kind || ':' || action_id, 0, 0, told, at
        FROM (
            SELECT CASE about {named} END AS kind,
                CASE WHEN MAX(actions.reply_id) IS NOT NULL THEN 'reply'
                    WHEN MAX(actions.user_id) IS NOT NULL THEN 'person'
                    WHEN MAX(actions.essay_id) IS NOT NULL THEN 'essay' ELSE 'site' END
                    AS subject_kind,
                COALESCE(MAX(actions.reply_id), MAX(actions.user_id), MAX(actions.essay_id), 0)
                    AS subject_id,
                action_id, MAX(actions.essay_id) AS essay_id, MAX(actions.by_id) AS by_id,
                MAX(actions.at) AS at, COUNT(DISTINCT notices.user_id) AS told
            FROM notices JOIN actions ON actions.id = notices.action_id
            GROUP BY action_id, about
        ) AS decisions
        ORDER BY at, action_id
        """
    )
    op.drop_index("ix_notices_action", "notices")
    op.drop_index("ix_notices_unread", "notices")
    op.drop_index("ix_notices_user", "notices")
    op.rename_table("notices", "decisions_told")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_notices RENAME TO pk_decisions_told")
        op.execute("ALTER SEQUENCE notices_id_seq RENAME TO decisions_told_id_seq")
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("rhythm", sa.String(length=10), nullable=True),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "rhythm IN ('at_once', 'daily', 'weekly')", name=op.f("ck_notices_rhythm")
        ),
        of_user("notices"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name="fk_notices_event_id_events", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("event_id", "user_id", name="uq_notices_event_id_user_id"),
    )
    op.execute(
        f"""
        INSERT INTO notices (id, user_id, event_id, at, read_at)
        SELECT MIN(told.id), told.user_id, events.id, MIN(told.at),
            CASE WHEN COUNT(*) = COUNT(told.read_at) THEN MAX(told.read_at) END
        FROM decisions_told AS told
        JOIN events ON events.key = (CASE told.about {named} END) || ':' || told.action_id
        GROUP BY told.user_id, events.id
        """
    )
    go_on_counting("notices")
    op.drop_table("decisions_told")
    op.create_index("ix_notices_user", "notices", ["user_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index(
        "ix_notices_to_mail",
        "notices",
        ["user_id", "rhythm"],
        sqlite_where=TO_MAIL,
        postgresql_where=TO_MAIL,
    )


def go_on_counting(table: str) -> None:
    """Let numbers of new rows follow those that were carried over."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
            f"COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}"
        )


def downgrade() -> None:
    """Keep the notices of decisions alone, as they were; the others could not be shown."""
    op.drop_column("votes", "first_at")
    for name in ("to_mail", "unread", "user"):
        op.drop_index(f"ix_notices_{name}", "notices")
    op.rename_table("notices", "events_told")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_notices RENAME TO pk_events_told")
        op.execute("ALTER SEQUENCE notices_id_seq RENAME TO events_told_id_seq")
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.CheckConstraint("about IN ('yours', 'report', 'quoted')", name=op.f("ck_notices_about")),
        of_user("notices"),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_notices_action_id_actions"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    named = " ".join(f"WHEN '{kind}' THEN '{about}'" for about, kind in KINDS.items())
    decisions = ", ".join(f"'{kind}'" for kind in KINDS.values())
    op.execute(
        f"""
        INSERT INTO notices (id, user_id, action_id, about, at, read_at)
        SELECT told.id, told.user_id, events.part_id, CASE events.kind {named} END, told.at,
            told.read_at
        FROM events_told AS told JOIN events ON events.id = told.event_id
        JOIN actions ON actions.id = events.part_id
        WHERE events.kind IN ({decisions})
        """
    )
    go_on_counting("notices")
    op.drop_table("events_told")
    op.create_index("ix_notices_user", "notices", ["user_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index("ix_notices_action", "notices", ["action_id"])
    for table in ("events", "follows", "preferences", "contacts"):
        op.drop_table(table)
