"""What was erased, and the pass without which no frozen row is blanked

Revision ID: 0064
Revises: 0049
"""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0049"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

log = import_module("forum.migrations.versions.0003_the_desk")
frozen = import_module("forum.migrations.versions.0009_frozen_briefs")

WORDS = {
    "actions": ("subject", "before", "after", "by_name"),
    "briefs": ("rows", "html", "renderer", "provenance"),
    "brief_files": (),
}
"""The columns in which people's words and names stand, and which can be blanked."""
LET_THROUGH = "EXISTS (SELECT 1 FROM erasure_passes)"
SAID = {"actions": "actions are only ever added"} | dict.fromkeys(
    ("briefs", "brief_files"), frozen.WORDS
)


def kept(table: str) -> tuple[str, ...]:
    """Return the columns of a table that nothing changes, but for what it points at."""
    return (*log.KEPT, "before", "after") if table == "actions" else frozen.FROZEN[table]


def changed(table: str, columns: tuple[str, ...], differs: str, cast: str) -> str:
    """Return the condition that an update changes one of these columns."""
    return " OR ".join(f'NEW."{name}"{cast} {differs} OLD."{name}"{cast}' for name in columns)


def refused(table: str, differs: str, cast: str) -> str:
    """Return the condition that an update changes what it may not, or words without the pass."""
    pointers = log.POINTS_AT if table == "actions" else frozen.POINTS_AT.get(table, {})
    forgotten = [
        f"(NEW.{name} {differs} OLD.{name} AND (NEW.{name} IS NOT NULL "
        f"OR EXISTS (SELECT 1 FROM {whole} WHERE {whole}.id = OLD.{name})))"
        for name, whole in pointers.items()
    ]
    stays = tuple(name for name in kept(table) if name not in WORDS[table])
    said = [changed(table, stays, differs, cast), *forgotten]
    if WORDS[table]:
        words = changed(table, WORDS[table], differs, cast)
        said.append(f"(({words}) AND NOT {LET_THROUGH})")
    return " OR ".join(said)


def upgrade() -> None:
    """Make room for what will be erased, and let the pass through where words stand."""
    op.create_table(
        "erasures",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("texts", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'person')", name=op.f("ck_erasures_kind")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_erasures_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_number", "erasures", ["kind", "number", "at"])
    undone = sa.text("done_at IS NULL")
    op.create_index(
        "ix_erasures_open", "erasures", ["id"], sqlite_where=undone, postgresql_where=undone
    )
    op.create_table(
        "erasure_passes",
        sa.Column("erasure_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("erasure_id = 0", name=op.f("ck_erasure_passes_never")),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name="fk_erasure_passes_erasure_id_erasures",
            deferrable=True, initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasure_passes"),
    )  # fmt: skip
    op.create_table(
        "erased_files",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brief_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["briefs.id"], name="fk_erased_files_brief_id_briefs",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erased_files"),
    )  # fmt: skip
    op.create_index("ix_erased_files_brief_id", "erased_files", ["brief_id"])
    guard(with_pass=True)


def guard(*, with_pass: bool) -> None:
    """Let the database refuse as it is said here, or as it was said before."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in WORDS:
        (guard_postgresql if postgresql else guard_sqlite)(table, with_pass)


def before(table: str, differs: str, cast: str) -> str:
    """Return the condition of before this migration."""
    if table == "actions":
        return str(log.changed(differs, cast))
    return str(frozen.changed(table, differs, cast))


def guard_sqlite(table: str, with_pass: bool) -> None:
    """Make the triggers of a table anew."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID[table]}'); END"
    when = (refused if with_pass else before)(table, "IS NOT", "")
    op.execute(f"DROP TRIGGER {table}_not_changed")
    op.execute(f"CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} WHEN {when} {refuse}")
    if table == "brief_files":
        unless = f"WHEN NOT {LET_THROUGH}" if with_pass else ""
        op.execute(f"DROP TRIGGER {table}_not_deleted")
        op.execute(f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {unless} {refuse}")


def guard_postgresql(table: str, with_pass: bool) -> None:
    """Make the function of a table's triggers anew."""
    cast = "::text"
    when = (refused if with_pass else before)(table, "IS DISTINCT FROM", cast)
    may_go = (
        f"IF {LET_THROUGH} THEN RETURN OLD; END IF;" if with_pass and table == "brief_files" else ""
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION refuse_to_change_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NOT ({when}) THEN
                    RETURN NEW;
                END IF;
            ELSE
                {may_go}
            END IF;
            RAISE EXCEPTION '{SAID[table]}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )


def downgrade() -> None:
    """Freeze what was frozen again; what was erased stays so, and is known no more."""
    guard(with_pass=False)
    op.drop_table("erased_files")
    op.drop_table("erasure_passes")
    op.drop_table("erasures")
