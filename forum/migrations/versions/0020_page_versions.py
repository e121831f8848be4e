"""Versions of what public pages show, raised by the database itself in the writer's transaction

A page that is kept for the next reader is as good as what it was made of. So every table that
stands on a public page raises a counter when it changes, whoever changes it and by which way.

Revision ID: 0020
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None

EVERYWHERE = 0
"""The scope of what may stand on any page: essays, people's names, briefs."""

ANY_REPLY = -1
"""The scope of what pages of the whole site show of replies."""

SHARDS = 16
"""Counters a scope, so that voters on different proposals rarely wait for each other."""

OF_AN_ESSAY = {
    "replies": f"COALESCE({{row}}.thread_id, {{row}}.id) % {SHARDS}",
    "actions": f"{SHARDS}",
}
"""The tables whose rows belong to an essay, and which of its counters they raise.

A comment raises that of its proposal, so that a transaction holds one as a rule; actions have one
of their own, which comes after all others. Tallies change only with replies.
"""

OF_ALL = {
    "essays": ("insert", "update", "delete"),
    "essay_editions": ("insert", "update", "delete"),
    "essay_events": ("insert", "update", "delete"),
    "users": ("update", "delete"),
    "briefs": ("insert", "update", "delete"),
    "brief_files": ("insert", "update", "delete"),
    "brief_quotes": ("insert", "update", "delete"),
}
"""The tables that pages of every kind may show, and the deeds that can change one."""

RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = {table}version + 1"


def upgrade() -> None:
    """Make the counters and what raises them."""
    op.create_table(
        "page_versions",
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "shard", name=op.f("pk_page_versions")),
    )
    if op.get_bind().dialect.name == "postgresql":
        raise_on_postgresql()
    else:
        raise_on_sqlite()


def fired_by(table: str, deed: str) -> str:
    """Return what fires a trigger; an essay's own version rises with its replies, and does not."""
    if table != "essays" or deed != "update":
        return f"{deed} ON {table}"
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)]
    return f"update OF {', '.join(name for name in names if name != 'version')} ON {table}"


def raise_on_sqlite() -> None:
    """Let each changed row raise its counters; one that moves, those of where it stood as well."""
    for table, shard in OF_AN_ESSAY.items():
        moved = f"WHEN OLD.essay_id IS NOT NEW.essay_id OR {shard.format(row='OLD')} <> "
        moved += shard.format(row="NEW")
        for name, deed, row, when in (
            ("insert", "INSERT", "NEW", ""),
            ("update", "UPDATE", "NEW", ""),
            ("moved", "UPDATE", "OLD", moved),
            ("delete", "DELETE", "OLD", ""),
        ):
            scope, which = f"COALESCE({row}.essay_id, {EVERYWHERE})", shard.format(row=row)
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{name} AFTER {deed} ON {table} {when} BEGIN "
                f"INSERT INTO page_versions VALUES ({scope}, {which}, 1), "
                f"({ANY_REPLY}, {which}, 1) {RAISE.format(table='')}; END"
            )
    for table, deeds in OF_ALL.items():
        for deed in deeds:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {fired_by(table, deed)} BEGIN "
                f"INSERT INTO page_versions VALUES ({EVERYWHERE}, 0, 1) {RAISE.format(table='')}; "
                "END"
            )


def raise_on_postgresql() -> None:
    """Let each statement raise the counters of all the rows that it changed, in one order."""
    more = RAISE.format(table="page_versions.")
    op.execute(
        f"""
        CREATE FUNCTION raise_page_versions() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO page_versions VALUES ({EVERYWHERE}, 0, 1) {more};
            RETURN NULL;
        END $$
        """
    )
    for table, shard in OF_AN_ESSAY.items():
        rows = {
            "INSERT": "SELECT * FROM now_there",
            "UPDATE": "SELECT * FROM now_there UNION ALL SELECT * FROM gone",
            "DELETE": "SELECT * FROM gone",
        }
        for deed, changed in rows.items():
            op.execute(
                f"""
                CREATE FUNCTION raise_page_versions_{table}_{deed.lower()}()
                RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO page_versions
                    SELECT DISTINCT scope, {shard.format(row="changed")}, 1
                    FROM ({changed}) AS changed
                    CROSS JOIN LATERAL (
                        VALUES (COALESCE(changed.essay_id, {EVERYWHERE})), ({ANY_REPLY})
                    ) AS scopes (scope)
                    ORDER BY 1, 2
                    {more};
                    RETURN NULL;
                END $$
                """
            )
            new = "" if deed == "DELETE" else "NEW TABLE AS now_there "
            old = "" if deed == "INSERT" else "OLD TABLE AS gone "
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed.lower()} AFTER {deed} ON {table} "
                f"REFERENCING {old}{new}FOR EACH STATEMENT "
                f"EXECUTE FUNCTION raise_page_versions_{table}_{deed.lower()}()"
            )
    for table, deeds in OF_ALL.items():
        for deed in deeds:
            op.execute(
                f"CREATE TRIGGER page_versions_{table}_{deed} AFTER {fired_by(table, deed)} "
                "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
            )


def downgrade() -> None:
    """Raise nothing any more."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    whole = ("insert", "update", "delete")
    for table, deeds in {**dict.fromkeys(OF_AN_ESSAY, whole), **OF_ALL}.items():
        for deed in deeds:
            where = f" ON {table}" if on_postgresql else ""
            op.execute(f"DROP TRIGGER page_versions_{table}_{deed}{where}")
            if on_postgresql and table in OF_AN_ESSAY:
                op.execute(f"DROP FUNCTION raise_page_versions_{table}_{deed}()")
    for table in OF_AN_ESSAY:
        if not on_postgresql:
            op.execute(f"DROP TRIGGER page_versions_{table}_moved")
    if on_postgresql:
        op.execute("DROP FUNCTION raise_page_versions()")
    op.drop_table("page_versions")
