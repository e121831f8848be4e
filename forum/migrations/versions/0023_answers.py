"""Answers, whose editions the database keeps as they were published; drafts, promises, verdicts

Revision ID: 0023
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None

WORDS = "a published answer is never changed"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LEVERS = ("policy", "regulatory", "market")
STATUSES = (
    "received", "under_review", "accepted", "accepted_in_part", "in_progress", "done", "declined",
    "not_ours",
)  # fmt: skip
REASONS = ("law", "cost", "not_effective", "already_done", "elsewhere", "not_now")

FROZEN = {
    "answers": ("id", "body_id", "reply_id", "brief_id"),
    "answer_editions": (
        "id", "answer_id", "number", "at", "status", "words", "reason", "lever", "links",
        "reply_version", "brief_sha256", "passed_to_id", "said_on", "said_at", "said_source",
        "taken_back", "note", "may_say",
    ),
    "handovers": ("answer_id", "edition", "body_id", "at"),
    "promises": ("id", "answer_id", "edition", "what", "who", "by_on", "language"),
    "promise_steps": ("id", "promise_id", "kind", "on_day", "evidence", "note", "at"),
}  # fmt: skip
"""The columns of each table that never change."""

HANDS = {
    "answer_editions": ("by_id", "drafted_by_id"),
    "handovers": ("by_id",),
    "promise_steps": ("by_id",),
}
"""Columns that become NULL when the person is deleted, and change in no other way."""

WHOLE = {
    "answers": ("replies", "reply_id"),
    "answer_editions": ("answers", "answer_id"),
    "handovers": ("answers", "answer_id"),
    "promises": ("answers", "answer_id"),
    "promise_steps": ("promises", "promise_id"),
}
"""What each row goes with when that is deleted, and never before."""

STANDS = {
    "answer_editions": "id = NEW.id OR (answer_id = NEW.answer_id AND number = NEW.number)",
    "handovers": "answer_id = NEW.answer_id AND edition = NEW.edition",
    "answers": "id = NEW.id",
    "promises": "id = NEW.id",
    "promise_steps": "id = NEW.id",
}
"""When a row already stands where a new one would go. Only SQLite can replace one by inserting."""

SHOWN = ("answers", "answer_editions", "handovers", "promises", "promise_steps", "raised_questions")
"""The tables that pages of every kind may show."""

EVERYWHERE, SHARDS = 0, 16
RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = page_versions.version + 1"


def pointer(
    name: str, to: str, ondelete: str | None = None, nullable: bool = False
) -> sa.Column[int]:
    """Return a column that points to the row of another table."""
    return sa.Column(name, ID, sa.ForeignKey(f"{to}.id", ondelete=ondelete), nullable=nullable)


def hand(name: str = "by_id") -> sa.Column[int]:
    """Return the column of the person who did it."""
    return pointer(name, "users", "SET NULL", nullable=True)


def listed(column: str, values: tuple[str, ...], table: str) -> sa.CheckConstraint:
    """Return the constraint that a column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=op.f(f"ck_{table}_{column}"))


def targets(table: str) -> list[sa.Column[int] | sa.CheckConstraint]:
    """Return the columns that say what is answered: a reply or a brief."""
    of_one = "(reply_id IS NULL) <> (brief_id IS NULL)"
    return [
        pointer("body_id", "bodies"),
        pointer("reply_id", "replies", "CASCADE", nullable=True),
        pointer("brief_id", "briefs", nullable=True),
        sa.CheckConstraint(of_one, name=op.f(f"ck_{table}_of_one")),
    ]


def only_where(name: str, table: str, columns: list[str], there: str, unique: bool) -> None:
    """Make an index of the rows where something is there."""
    op.create_index(
        f"ix_{table}_{name}",
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(there),
        postgresql_where=sa.text(there),
    )


def upgrade() -> None:
    """Make the tables, guard what is published, and let pages know of it."""
    make_answers()
    make_what_follows()
    for table, still in (("answers", ""), ("answer_drafts", " AND answer_id IS NULL")):
        for target in ("reply", "brief"):
            there = f"{target}_id IS NOT NULL"
            columns = ["body_id", f"{target}_id"]
            only_where(f"body_{target}", table, columns, there + still, unique=True)
            if table == "answers":
                only_where(f"{target}_id", table, [f"{target}_id"], there, unique=False)
    for table, column in (
        ("handovers", "body_id"),
        ("promises", "answer_id"),
        ("promise_steps", "promise_id"),
        ("answer_verdicts", "user_id"),
        ("raised_questions", "body_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
        tell_pages_on_postgresql()
    else:
        guard_sqlite()
        tell_pages_on_sqlite()


def make_answers() -> None:
    """Make the tables of answers, their editions and their drafts."""
    op.create_table(
        "answers",
        sa.Column("id", ID, primary_key=True),
        *targets("answers"),
        sa.Column("edition", ID, nullable=False),
        sa.Column("status", sa.String(20)),
        sa.Column("settled_at", MOMENT),
        listed("status", STATUSES, "answers"),
    )
    op.create_table(
        "answer_editions",
        sa.Column("id", ID, primary_key=True),
        pointer("answer_id", "answers", "CASCADE"),
        sa.Column("number", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        hand(),
        hand("drafted_by_id"),
        sa.Column("status", sa.String(20)),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("lever", sa.String(12)),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("reply_version", ID),
        sa.Column("brief_sha256", sa.String(64)),
        pointer("passed_to_id", "bodies", nullable=True),
        sa.Column("said_on", sa.Date()),
        sa.Column("said_at", sa.String(200), nullable=False),
        sa.Column("said_source", sa.Text(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("may_say", ID, nullable=False),
        sa.UniqueConstraint(
            "answer_id", "number", name=op.f("uq_answer_editions_answer_id_number")
        ),
        listed("status", STATUSES, "answer_editions"),
        listed("reason", REASONS, "answer_editions"),
        listed("lever", LEVERS, "answer_editions"),
        sa.CheckConstraint(
            "taken_back = (status IS NULL)", name=op.f("ck_answer_editions_taken_back")
        ),
        sa.CheckConstraint(
            "status <> 'declined' OR reason IS NOT NULL", name=op.f("ck_answer_editions_declined")
        ),
        sa.CheckConstraint(
            "(status = 'not_ours') = (passed_to_id IS NOT NULL)",
            name=op.f("ck_answer_editions_passed"),
        ),
    )
    op.create_table(
        "answer_drafts",
        sa.Column("id", ID, primary_key=True),
        *targets("answer_drafts"),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("reply_version", ID),
        hand(),
        sa.Column("saved_at", MOMENT, nullable=False),
        pointer("answer_id", "answers", "CASCADE", nullable=True),
    )


def make_what_follows() -> None:
    """Make the tables of what hangs on an answer, and of the questions put to a body."""
    op.create_table(
        "handovers",
        pointer("answer_id", "answers", "CASCADE"),
        sa.Column("edition", ID, nullable=False),
        pointer("body_id", "bodies"),
        hand(),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "edition", name=op.f("pk_handovers")),
    )
    op.create_table(
        "promises",
        sa.Column("id", ID, primary_key=True),
        pointer("answer_id", "answers", "CASCADE"),
        sa.Column("edition", ID, nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("by_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
    )
    op.create_table(
        "promise_steps",
        sa.Column("id", ID, primary_key=True),
        pointer("promise_id", "promises", "CASCADE"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        hand(),
        sa.Column("at", MOMENT, nullable=False),
        listed("kind", ("kept", "withdrawn", "reopened"), "promise_steps"),
    )
    op.create_table(
        "answer_verdicts",
        pointer("answer_id", "answers", "CASCADE"),
        sa.Column("edition", ID, nullable=False),
        pointer("user_id", "users", "CASCADE"),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "edition", "user_id", name=op.f("pk_answer_verdicts")),
        listed("value", ("yes", "partly", "no"), "answer_verdicts"),
    )
    op.create_table(
        "raised_questions",
        pointer("reply_id", "replies", "CASCADE"),
        pointer("body_id", "bodies"),
        hand(),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "body_id", name=op.f("pk_raised_questions")),
    )


def changed(table: str, differs: str, cast: str) -> str:
    """Return the condition that an update changes what it may not."""
    plain = [f"NEW.{name}{cast} {differs} OLD.{name}{cast}" for name in FROZEN[table]]
    hands = [
        f"(NEW.{name} {differs} OLD.{name} AND (NEW.{name} IS NOT NULL "
        f"OR EXISTS (SELECT 1 FROM users WHERE users.id = OLD.{name})))"
        for name in HANDS.get(table, ())
    ]
    return " OR ".join([*plain, *hands])


def stays(table: str) -> str:
    """Return the condition that what a row goes with is still there."""
    whole, column = WHOLE[table]
    gone = f"NOT EXISTS (SELECT 1 FROM {whole} WHERE {whole}.id = OLD.{column})"
    return f"OLD.{column} IS NULL OR NOT {gone}"


def guard_sqlite() -> None:
    """Let SQLite refuse to change, delete or replace what was published."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for table in FROZEN:
        for deed, when in (
            ("UPDATE", changed(table, "IS NOT", "")),
            ("DELETE", stays(table)),
            ("INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {STANDS[table]})"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_kept_from_{deed.lower()} BEFORE {deed} ON {table} "
                f"WHEN {when} {refuse}"
            )


def guard_postgresql() -> None:
    """Let PostgreSQL refuse to change or delete what was published."""
    for table in FROZEN:
        op.execute(
            f"""
            CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF NOT ({changed(table, "IS DISTINCT FROM", "::text")}) THEN
                        RETURN NEW;
                    END IF;
                ELSIF NOT ({stays(table)}) THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_from_{deed} BEFORE {deed.upper()} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
            )


def verdict_version(row: str) -> str:
    """Return the statement that raises a counter of the discussion in which a verdict was given."""
    return (
        "INSERT INTO page_versions "
        f"SELECT replies.essay_id, COALESCE(replies.thread_id, replies.id) % {SHARDS}, 1 "
        "FROM answers JOIN replies ON replies.id = answers.reply_id "
        f"WHERE answers.id = {row}.answer_id {RAISE}"
    )


def tell_pages_on_sqlite() -> None:
    """Raise the counters of kept pages in the transaction of whoever writes."""
    everywhere = f"INSERT INTO page_versions VALUES ({EVERYWHERE}, 0, 1) {RAISE}"
    for deed, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        for table in SHOWN:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {deed.upper()} ON {table} "
                f"BEGIN {everywhere.replace('page_versions.version', 'version')}; END"
            )
        raised = verdict_version(row).replace("page_versions.version", "version")
        op.execute(
            f"CREATE TRIGGER page_versions_answer_verdicts_{deed} AFTER {deed.upper()} "
            f"ON answer_verdicts BEGIN {raised}; END"
        )


def tell_pages_on_postgresql() -> None:
    """Raise the counters of kept pages in the transaction of whoever writes."""
    op.execute(
        f"""
        CREATE FUNCTION raise_page_versions_of_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                {verdict_version("OLD")};
            ELSE
                {verdict_version("NEW")};
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for deed in ("insert", "update", "delete"):
        for table in SHOWN:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {deed.upper()} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
            )
        op.execute(
            f"CREATE TRIGGER page_versions_answer_verdicts_{deed} AFTER {deed.upper()} "
            "ON answer_verdicts FOR EACH ROW EXECUTE FUNCTION raise_page_versions_of_verdicts()"
        )


def downgrade() -> None:
    """Forget answers; their triggers go with their tables."""
    for table in (
        "raised_questions",
        "answer_verdicts",
        "promise_steps",
        "promises",
        "handovers",
        "answer_drafts",
        "answer_editions",
        "answers",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION raise_page_versions_of_verdicts()")
        for table in FROZEN:
            op.execute(f"DROP FUNCTION keep_{table}()")
