"""Who took part in which discussion, kept as they come, so that the first page counts nobody

It said of each essay how many people wrote or voted, and read all votes of all essays for it. Now
everyone who did either has a row with the number of their votes and visible replies, which
triggers keep whoever writes, and the rows are counted as they come and go.

Revision ID: 0025
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0028"
branch_labels = None
depends_on = None

SHARDS = 16
"""Counters an essay, so that people who join it at once rarely wait for each other."""

SOURCES = {"votes": ("user_id", "TRUE"), "replies": ("author_id", "{row}.status = 'visible'")}
"""The tables that say who took part: in which column, and which of their rows count."""

JOIN = "ON CONFLICT (essay_id, user_id) DO UPDATE SET marks = essay_people.marks + excluded.marks"
COUNT = (
    "INSERT INTO essay_people_counts VALUES (NEW.essay_id, NEW.user_id % {shards}, 1) "
    "ON CONFLICT (essay_id, shard) DO UPDATE SET people = essay_people_counts.people + 1"
)
UNCOUNT = (
    "UPDATE essay_people_counts SET people = people - 1 "
    "WHERE essay_id = OLD.essay_id AND shard = OLD.user_id % {shards}"
)


def upgrade() -> None:
    """Make the rows from what there is, then what keeps them."""
    op.create_table(
        "essay_people",
        sa.Column("essay_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("essay_id", "user_id", name=op.f("pk_essay_people")),
    )
    op.create_table(
        "essay_people_counts",
        sa.Column("essay_id", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("essay_id", "shard", name=op.f("pk_essay_people_counts")),
    )
    op.execute(
        "INSERT INTO essay_people SELECT essay_id, user_id, SUM(marks) FROM ("
        "SELECT essay_id, user_id, COUNT(*) AS marks FROM votes GROUP BY essay_id, user_id "
        "UNION ALL SELECT essay_id, author_id, COUNT(*) FROM replies WHERE status = 'visible' "
        "GROUP BY essay_id, author_id) AS each_of GROUP BY essay_id, user_id"
    )
    op.execute(
        f"INSERT INTO essay_people_counts SELECT essay_id, user_id % {SHARDS}, COUNT(*) "
        f"FROM essay_people GROUP BY essay_id, user_id % {SHARDS}"
    )
    if op.get_bind().dialect.name == "postgresql":
        keep_on_postgresql()
    else:
        keep_on_sqlite()


def joins(table: str, row: str) -> str:
    """Return the statement by which a row's person has one mark more."""
    person, counts = SOURCES[table]
    return (
        f"INSERT INTO essay_people SELECT {row}.essay_id, {row}.{person}, 1 "
        f"WHERE {counts.format(row=row)} {JOIN}"
    )


def leaves(table: str, row: str) -> tuple[str, str]:
    """Return the statements by which a row's person has one mark less, and goes with the last."""
    person, counts = SOURCES[table]
    theirs = f"essay_id = {row}.essay_id AND user_id = {row}.{person} AND {counts.format(row=row)}"
    return (
        f"UPDATE essay_people SET marks = marks - 1 WHERE {theirs}",
        f"DELETE FROM essay_people WHERE {theirs} AND marks <= 0",
    )


def moved(table: str) -> tuple[str, str]:
    """Return the columns and the condition of a change in who took part."""
    names = ["essay_id", SOURCES[table][0], *(["status"] if table == "replies" else [])]
    differs = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in names)
    return ", ".join(names), differs


def keep_on_sqlite() -> None:
    """Let each row mark its person, and each person count."""
    for table in SOURCES:
        columns, differs = moved(table)
        join, leave = joins(table, "NEW"), "; ".join(leaves(table, "OLD"))
        for name, when, does in (
            ("insert", f"INSERT ON {table}", join),
            ("delete", f"DELETE ON {table}", leave),
            ("update", f"UPDATE OF {columns} ON {table} WHEN {differs}", f"{leave}; {join}"),
        ):
            op.execute(f"CREATE TRIGGER essay_people_{table}_{name} AFTER {when} BEGIN {does}; END")
    for deed, does in (("insert", COUNT), ("delete", UNCOUNT)):
        op.execute(
            f"CREATE TRIGGER essay_people_{deed} AFTER {deed} ON essay_people "
            f"BEGIN {does.format(shards=SHARDS)}; END"
        )


def keep_on_postgresql() -> None:
    """Let each statement mark the people of its rows, in one order; rare changes row by row."""
    for table, (person, counts) in SOURCES.items():
        columns, differs = moved(table)
        marks = f"SELECT essay_id, {person} AS user_id, COUNT(*) AS marks FROM changed "
        marks += f"WHERE {counts.format(row='changed')} GROUP BY 1, 2 ORDER BY 1, 2"
        theirs = "p.essay_id = left_by.essay_id AND p.user_id = left_by.user_id"
        function(f"{table}_insert", f"INSERT INTO essay_people {marks} {JOIN};")
        function(
            f"{table}_delete",
            f"UPDATE essay_people AS p SET marks = p.marks - left_by.marks "
            f"FROM ({marks}) AS left_by "
            f"WHERE {theirs}; DELETE FROM essay_people AS p USING ({marks}) AS left_by "
            f"WHERE {theirs} AND p.marks <= 0;",
        )
        function(f"{table}_update", "; ".join((*leaves(table, "OLD"), joins(table, "NEW"))) + ";")
        for deed, rows in (("insert", "NEW"), ("delete", "OLD")):
            trigger(
                f"{table}_{deed}",
                f"AFTER {deed} ON {table} REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT",
            )
        trigger(
            f"{table}_update", f"AFTER UPDATE OF {columns} ON {table} FOR EACH ROW WHEN ({differs})"
        )
    for deed, does in (("insert", COUNT), ("delete", UNCOUNT)):
        function(deed, does.format(shards=SHARDS) + ";")
        trigger(deed, f"AFTER {deed} ON essay_people FOR EACH ROW")


def function(name: str, body: str) -> None:
    """Make the function of a trigger."""
    op.execute(
        f"CREATE FUNCTION essay_people_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN NULL; END $$"
    )


def trigger(name: str, when: str) -> None:
    """Make a trigger that calls the function of its name."""
    op.execute(f"CREATE TRIGGER essay_people_{name} {when} EXECUTE FUNCTION essay_people_{name}()")


def downgrade() -> None:
    """Keep nobody any more."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in SOURCES:
        for deed in ("insert", "delete", "update"):
            where = f" ON {table}" if on_postgresql else ""
            op.execute(f"DROP TRIGGER essay_people_{table}_{deed}{where}")
    op.drop_table("essay_people_counts")
    op.drop_table("essay_people")
    if on_postgresql:
        for table in ("", *(f"{each}_" for each in SOURCES)):
            for deed in ("insert", "delete", *(["update"] if table else [])):
                op.execute(f"DROP FUNCTION essay_people_{table}{deed}()")
