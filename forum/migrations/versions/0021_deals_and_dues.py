"""Bodies and seats, deals in versions, dues that are written once, holds, and paused discussions

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LEVERS = "lever IN ('policy', 'regulatory', 'market')"

FROZEN = {
    "deals": (
        "id", "essay_id", "version", "days", "in_brief", "bound", "voters", "hold_days",
        "at_closing", "top_per_lever", "because", "at",
    ),
    "deal_bodies": (
        "deal_id", "body_id", "position", "lever", "agreement", "seat_id", "source", "agreed_on",
    ),
    "dues": (
        "id", "essay_id", "reply_id", "version", "deal_id", "rule", "support", "oppose", "neutral",
        "body_id", "agreed", "at", "written_at", "first_due_on",
    ),
}  # fmt: skip
"""The columns of each table that never change."""

GONE = {
    "deals": "NOT EXISTS (SELECT 1 FROM essays WHERE essays.id = OLD.essay_id)",
    "deal_bodies": "NOT EXISTS (SELECT 1 FROM deals WHERE deals.id = OLD.deal_id)",
    "dues": "NOT EXISTS (SELECT 1 FROM essays WHERE essays.id = OLD.essay_id)"
    " OR NOT EXISTS (SELECT 1 FROM replies WHERE replies.id = OLD.reply_id)"
    " OR NOT EXISTS (SELECT 1 FROM replies WHERE replies.id = OLD.stands_on_id)",
}
"""When a row may go: with what it belongs to, and never before."""

EVERYWHERE, ANY_REPLY, SHARDS = 0, -1, 16
"""The scopes of the versions of pages, and the counters of each, as migration 0020 made them."""

OF_ALL = ("bodies", "seats", "deals", "deal_bodies")
"""The tables that pages of every kind may show; dues stand on those of their discussions."""

DEEDS = ("insert", "update", "delete")
RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = {table}version + 1"
ESSAYS = ("deal_version", "settled_at", "paused_at", "paused_because")


def upgrade() -> None:
    """Make the tables and columns, what guards them, and what raises the versions of pages."""
    make_bodies()
    make_deals()
    make_dues()
    forget_essays_trigger()
    op.add_column("essays", sa.Column("deal_version", NUMBER, nullable=True))
    op.add_column("essays", sa.Column("settled_at", MOMENT, nullable=True))
    op.add_column("essays", sa.Column("paused_at", MOMENT, nullable=True))
    op.add_column(
        "essays", sa.Column("paused_because", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("replies", sa.Column("held_since", MOMENT, nullable=True))
    op.create_index(
        "ix_replies_held_since", "replies", ["held_since"],
        sqlite_where=sa.text("held_since IS NOT NULL"),
        postgresql_where=sa.text("held_since IS NOT NULL"),
    )  # fmt: skip
    op.add_column(
        "reply_versions",
        sa.Column("wording_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("reply_versions", sa.Column("held_since", MOMENT, nullable=True))
    make_essays_trigger()
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
        raise_on_postgresql()
    else:
        guard_sqlite()
        raise_on_sqlite()


def make_bodies() -> None:
    """Make the tables of who answers."""
    op.create_table(
        "bodies",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("jurisdiction", sa.String(12), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('ministry', 'agency', 'council', 'office', 'organisation')",
            name="ck_bodies_kind",
        ),
        sa.CheckConstraint(
            "jurisdiction IN ('national', 'provincial', 'municipal', 'indigenous', 'any')",
            name="ck_bodies_jurisdiction",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bodies"),
        sa.UniqueConstraint("slug", name="uq_bodies_slug"),
    )
    op.create_table(
        "seats",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("body_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("appointed_by_id", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name="ck_seats_days"),
        points_at("seats", "body_id", "bodies", "RESTRICT"),
        points_at("seats", "user_id", "users", "RESTRICT"),
        points_at("seats", "appointed_by_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
    )
    op.create_index("ix_seats_body", "seats", ["body_id", "user_id"])
    op.create_index("ix_seats_user", "seats", ["user_id"])


def make_deals() -> None:
    """Make the tables of what was promised."""
    op.create_table(
        "deals",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("days", NUMBER, nullable=True),
        sa.Column("in_brief", sa.Boolean(), nullable=False),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("voters", NUMBER, nullable=False),
        sa.Column("hold_days", NUMBER, nullable=True),
        sa.Column("at_closing", sa.Boolean(), nullable=False),
        sa.Column("top_per_lever", NUMBER, nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("days IS NULL OR days BETWEEN 1 AND 3650", name="ck_deals_days"),
        sa.CheckConstraint("bound IS NULL OR (bound > 0 AND bound < 1)", name="ck_deals_bound"),
        sa.CheckConstraint("voters >= 1", name="ck_deals_voters"),
        sa.CheckConstraint(
            "hold_days IS NULL OR hold_days BETWEEN 0 AND 365", name="ck_deals_hold_days"
        ),
        sa.CheckConstraint(
            "top_per_lever IS NULL OR top_per_lever >= 1", name="ck_deals_top_per_lever"
        ),
        sa.CheckConstraint(
            "bound IS NOT NULL OR (hold_days IS NULL AND NOT at_closing)",
            name="ck_deals_bound_rules",
        ),
        sa.CheckConstraint(
            "(days IS NULL) = (NOT in_brief AND hold_days IS NULL AND NOT at_closing"
            " AND top_per_lever IS NULL)",
            name="ck_deals_something",
        ),
        points_at("deals", "essay_id", "essays", "CASCADE"),
        points_at("deals", "by_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
        sa.UniqueConstraint("essay_id", "version", name="uq_deals_essay_id_version"),
    )
    op.create_table(
        "deal_bodies",
        sa.Column("deal_id", NUMBER, nullable=False),
        sa.Column("body_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("lever", sa.String(12), nullable=True),
        sa.Column("agreement", sa.String(8), nullable=False),
        sa.Column("seat_id", NUMBER, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("agreement IN ('asked', 'agreed')", name="ck_deal_bodies_agreement"),
        sa.CheckConstraint(LEVERS, name="ck_deal_bodies_lever"),
        sa.CheckConstraint(
            "(agreement = 'agreed') = (seat_id IS NOT NULL OR source <> '')",
            name="ck_deal_bodies_agreed_how",
        ),
        points_at("deal_bodies", "deal_id", "deals", "CASCADE"),
        points_at("deal_bodies", "body_id", "bodies", "RESTRICT"),
        points_at("deal_bodies", "seat_id", "seats", "RESTRICT"),
        sa.PrimaryKeyConstraint("deal_id", "body_id", name="pk_deal_bodies"),
    )
    op.create_index("ix_deal_bodies_body", "deal_bodies", ["body_id"])


def make_dues() -> None:
    """Make the table of what came due."""
    op.create_table(
        "dues",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("deal_id", NUMBER, nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("support", NUMBER, nullable=False),
        sa.Column("oppose", NUMBER, nullable=False),
        sa.Column("neutral", NUMBER, nullable=False),
        sa.Column("body_id", NUMBER, nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stands_on_id", NUMBER, nullable=False),
        sa.Column("still_since", sa.Date(), nullable=True),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.CheckConstraint("rule IN ('brief', 'bound', 'closing', 'top')", name="ck_dues_rule"),
        points_at("dues", "essay_id", "essays", "CASCADE"),
        points_at("dues", "reply_id", "replies", "CASCADE"),
        points_at("dues", "deal_id", "deals", "CASCADE"),
        points_at("dues", "body_id", "bodies", "RESTRICT"),
        points_at("dues", "stands_on_id", "replies", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_dues"),
        sa.UniqueConstraint("reply_id", "essay_id", name="uq_dues_reply_id_essay_id"),
    )
    op.create_index("ix_dues_stands_on", "dues", ["stands_on_id"])
    op.create_index("ix_dues_essay", "dues", ["essay_id", "due_on"])
    op.create_index("ix_dues_body", "dues", ["body_id", "due_on"])
    op.create_index("ix_dues_day", "dues", ["due_on"])


def points_at(table: str, column: str, whole: str, gone: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key, named as all are."""
    name = f"fk_{table}_{column}_{whole}"
    return sa.ForeignKeyConstraint([column], [f"{whole}.id"], name=name, ondelete=gone)


def on_postgresql() -> bool:
    """Say which of the two databases this is."""
    return op.get_bind().dialect.name == "postgresql"


def forget_essays_trigger() -> None:
    """Drop the trigger that names the columns of essays, so that it can be made with others."""
    op.execute(f"DROP TRIGGER page_versions_essays_update{' ON essays' if on_postgresql() else ''}")


def make_essays_trigger() -> None:
    """Raise the version of every page with any column of an essay but its own version."""
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("essays")]
    listed = ", ".join(name for name in names if name != "version")
    op.execute(
        f"CREATE TRIGGER page_versions_essays_update AFTER UPDATE OF {listed} ON essays "
        + ("FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()" if on_postgresql() else EACH)
    )


EACH = f"BEGIN INSERT INTO page_versions VALUES ({EVERYWHERE}, 0, 1) {RAISE.format(table='')}; END"


def changed(table: str, differs: str) -> str:
    """Return the condition that an update changes what it may not."""
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FROZEN[table])


def guard_sqlite() -> None:
    """Let SQLite refuse to change what is frozen, and to delete it before what it belongs to."""
    for table in FROZEN:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{words(table)}'); END"
        op.execute(
            f"CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} "
            f"WHEN {changed(table, 'IS NOT')} {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} "
            f"WHEN NOT ({GONE[table]}) {refuse}"
        )


def words(table: str) -> str:
    """Return what the database says when it refuses."""
    return f"what {table} say is never changed"


def guard_postgresql() -> None:
    """Let PostgreSQL refuse the same."""
    for table in FROZEN:
        op.execute(
            f"""
            CREATE FUNCTION refuse_to_change_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF NOT ({changed(table, "IS DISTINCT FROM")}) THEN RETURN NEW; END IF;
                ELSE
                    IF {GONE[table]} THEN RETURN OLD; END IF;
                END IF;
                RAISE EXCEPTION '{words(table)}' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_not_{deed.lower()}d BEFORE {deed} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_to_change_{table}()"
            )


def places(row: str) -> str:
    """Return the scopes of the pages on which a due stands: of the discussion in which it came to
    be, of that in which its proposal stands now, and of the whole site."""
    shard = f"{row}.stands_on_id % {SHARDS}"
    return (
        f"SELECT {row}.essay_id AS scope, {shard} AS shard UNION "
        f"SELECT essay_id, {shard} FROM replies WHERE id = {row}.stands_on_id UNION "
        f"SELECT {ANY_REPLY}, {shard}"
    )


def raise_on_sqlite() -> None:
    """Let each changed row raise the counters of where it stands, and of where it stood."""
    for table in OF_ALL:
        for deed in DEEDS:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {deed} ON {table} {EACH}"
            )
    for deed, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
        raised = "".join(
            f"INSERT INTO page_versions SELECT scope, shard, 1 FROM ({places(row)}) WHERE true "
            f"{RAISE.format(table='')}; "
            for row in rows
        )
        op.execute(
            f"CREATE TRIGGER page_versions_dues_{deed} AFTER {deed} ON dues BEGIN {raised}END"
        )


def raise_on_postgresql() -> None:
    """Let each statement raise the counters of all the rows that it changed, in one order."""
    for table in OF_ALL:
        for deed in DEEDS:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {deed} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
            )
    rows = {
        "insert": "SELECT * FROM now_there",
        "update": "SELECT * FROM now_there UNION ALL SELECT * FROM gone",
        "delete": "SELECT * FROM gone",
    }
    for deed, which in rows.items():
        op.execute(
            f"""
            CREATE FUNCTION raise_page_versions_dues_{deed}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO page_versions
                SELECT DISTINCT place.scope, place.shard, 1
                FROM ({which}) AS due CROSS JOIN LATERAL ({places("due")}) AS place
                ORDER BY 1, 2
                {RAISE.format(table="page_versions.")};
                RETURN NULL;
            END $$
            """
        )
        new = "" if deed == "delete" else "NEW TABLE AS now_there "
        old = "" if deed == "insert" else "OLD TABLE AS gone "
        op.execute(
            f"CREATE TRIGGER page_versions_dues_{deed} AFTER {deed} ON dues "
            f"REFERENCING {old}{new}FOR EACH STATEMENT "
            f"EXECUTE FUNCTION raise_page_versions_dues_{deed}()"
        )


def downgrade() -> None:
    """Take all of it away; what was promised and came due is lost."""
    forget_essays_trigger()
    op.drop_index("ix_replies_held_since", "replies")
    for table, names in (
        ("reply_versions", ("wording_only", "held_since")),
        ("replies", ("held_since",)),
        ("essays", ESSAYS),
    ):
        for name in names:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    make_essays_trigger()
    if not on_postgresql():
        op.execute("DROP TRIGGER dues_not_deleted")
        op.execute("DROP TRIGGER deal_bodies_not_deleted")
        op.execute("DROP TRIGGER deals_not_deleted")
    for table in ("dues", "deal_bodies", "deals", "seats", "bodies"):
        op.drop_table(table)
    if on_postgresql():
        for table in FROZEN:
            op.execute(f"DROP FUNCTION refuse_to_change_{table}()")
        for deed in DEEDS:
            op.execute(f"DROP FUNCTION raise_page_versions_dues_{deed}()")
