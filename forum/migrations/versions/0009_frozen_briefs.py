"""Briefs that the database itself keeps as they are, and essays that are open data

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = "a published brief is never changed"

FROZEN = {
    "briefs": (
        "id", "year", "number", "title", "introduction", "language", "rows", "html", "renderer",
        "provenance", "supersedes_id", "published_at",
    ),
    "brief_files": (
        "brief_id", "extension", "name", "mimetype", "content", "size", "sha256",
    ),
    "brief_quotes": ("brief_id", "reply_id"),
}  # fmt: skip
"""The columns of each table that never change."""

POINTS_AT = {"briefs": {"essay_id": "essays", "published_by_id": "users"}}
"""Columns that become NULL when what they point at is deleted, and change in no other way."""

STANDS = {
    "briefs": "id = NEW.id OR (year = NEW.year AND number = NEW.number)"
    " OR supersedes_id = NEW.supersedes_id",
    "brief_files": "brief_id = NEW.brief_id AND extension = NEW.extension",
}
"""When a row already stands where a new one would go. Only SQLite can replace one by inserting."""

GONE = "NOT EXISTS (SELECT 1 FROM replies WHERE replies.id = OLD.reply_id)"
"""A quotation goes with its reply, when that is deleted, and never before."""


def changed(table: str, differs: str, cast: str) -> str:
    """Return the condition that an update changes what it may not."""
    plain = [f"NEW.{name}{cast} {differs} OLD.{name}{cast}" for name in FROZEN[table]]
    pointers = [
        f"(NEW.{name} {differs} OLD.{name} AND (NEW.{name} IS NOT NULL "
        f"OR EXISTS (SELECT 1 FROM {whole} WHERE {whole}.id = OLD.{name})))"
        for name, whole in POINTS_AT.get(table, {}).items()
    ]
    return " OR ".join([*plain, *pointers])


def upgrade() -> None:
    """Mark no essay as open data, and guard what is published."""
    op.add_column(
        "essays", sa.Column("open_data", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
    else:
        guard_sqlite()


def guard_sqlite() -> None:
    """Let SQLite refuse to change, delete or replace anything of a brief.

    A file that is stored a second time is passed over, as the first stays.
    """
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for table in FROZEN:
        unless = f"WHEN NOT ({GONE})" if table == "brief_quotes" else ""
        op.execute(
            f"CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} "
            f"WHEN {changed(table, 'IS NOT', '')} {refuse}"
        )
        op.execute(f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {unless} {refuse}")
    for table, where in STANDS.items():
        deed = "IGNORE" if table == "brief_files" else f"ABORT, '{WORDS}'"
        op.execute(
            f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {where}) BEGIN SELECT RAISE({deed}); END"
        )


def guard_postgresql() -> None:
    """Let PostgreSQL refuse to change or delete anything of a brief."""
    for table in FROZEN:
        may_go = f"IF {GONE} THEN RETURN OLD; END IF;" if table == "brief_quotes" else ""
        op.execute(
            f"""
            CREATE FUNCTION refuse_to_change_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF NOT ({changed(table, "IS DISTINCT FROM", "::text")}) THEN
                        RETURN NEW;
                    END IF;
                ELSE
                    {may_go}
                END IF;
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_not_{deed.lower()}d BEFORE {deed} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_to_change_{table}()"
            )


def downgrade() -> None:
    """Leave it to the software alone to keep briefs, and export to those who facilitate."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FROZEN:
        if on_postgresql:
            op.execute(f"DROP TRIGGER {table}_not_updated ON {table}")
            op.execute(f"DROP TRIGGER {table}_not_deleted ON {table}")
            op.execute(f"DROP FUNCTION refuse_to_change_{table}()")
        else:
            op.execute(f"DROP TRIGGER {table}_not_changed")
            op.execute(f"DROP TRIGGER {table}_not_deleted")
    for table in () if on_postgresql else STANDS:
        op.execute(f"DROP TRIGGER {table}_not_replaced")
    op.drop_column("essays", "open_data")
