"""Pages are made anew when votes are set aside, and a draft's when its rehearsal begins or ends

Revision ID: 0079
Revises: 0078
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

SHARD = "reply_id % 16"
"""Which of its essay's counters a vote that is set aside raises: its proposal's."""
RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = page_versions.version + 1"
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
"""Which rows of a change stand or stood on a page."""
TABLES = {"OLD": "gone", "NEW": "now_there"}
"""What a statement's rows are called there."""


def upgrade() -> None:
    """Raise the versions of such pages."""
    make_essays_trigger(but=("version",))
    for deed, rows in ROWS.items():
        if on_postgresql():
            by_statement(deed, rows)
        else:
            values = ", ".join(f"({row}.essay_id, {row}.{SHARD}, 1)" for row in rows)
            op.execute(
                f"CREATE TRIGGER page_versions_votes_aside_{deed} AFTER {deed} ON votes_aside "
                f"BEGIN INSERT INTO page_versions VALUES {values} {RAISE}; END"
            )


def by_statement(deed: str, rows: tuple[str, ...]) -> None:
    """Let a statement raise the counters of all the rows that it changed, in one order."""
    name = f"page_versions_votes_aside_{deed}"
    changed = " UNION ALL ".join(f"SELECT essay_id, {SHARD} FROM {TABLES[row]}" for row in rows)
    op.execute(
        f"CREATE FUNCTION raise_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO page_versions SELECT DISTINCT scope, shard, 1 FROM ({changed}) "
        f"AS changed (scope, shard) ORDER BY 1, 2 {RAISE}; RETURN NULL; END $$"
    )
    known = " ".join(f"{row} TABLE AS {TABLES[row]}" for row in rows)
    op.execute(
        f"CREATE TRIGGER {name} AFTER {deed} ON votes_aside REFERENCING {known} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION raise_{name}()"
    )


def on_postgresql() -> bool:
    """Say which of the two databases this is."""
    return op.get_bind().dialect.name == "postgresql"


def make_essays_trigger(but: tuple[str, ...]) -> None:
    """Raise the version of every page with any column of an essay but these."""
    forget("page_versions_essays_update", "essays")
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("essays")]
    does = (
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
        if on_postgresql()
        else f"BEGIN INSERT INTO page_versions VALUES (0, 0, 1) {RAISE}; END"
    )
    listed = ", ".join(name for name in names if name not in but)
    op.execute(
        f"CREATE TRIGGER page_versions_essays_update AFTER UPDATE OF {listed} ON essays {does}"
    )


def forget(trigger: str, table: str) -> None:
    """Drop a trigger."""
    op.execute(f"DROP TRIGGER {trigger}{f' ON {table}' if on_postgresql() else ''}")


def downgrade() -> None:
    """Raise them no more; the column of the rehearsal can be dropped, which no trigger names."""
    for deed in ROWS:
        forget(f"page_versions_votes_aside_{deed}", "votes_aside")
        if on_postgresql():
            op.execute(f"DROP FUNCTION raise_page_versions_votes_aside_{deed}()")
    make_essays_trigger(but=("version", "rehearsal"))
