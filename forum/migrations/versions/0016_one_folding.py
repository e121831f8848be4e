"""Search: index, query and filter read the words of a text from one key, folded once

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from forum.words.keys import search_key

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

first = import_module("forum.migrations.versions.0007_search")
french = import_module("forum.migrations.versions.0011_french_words")
run = first.run

TEXTS = {
    "replies": ("title", "body", "trade_off"),
    "essays": ("title", "summary", "prompt", "byline", "body"),
}
COLUMNS = {
    "replies": "search, lever, jurisdiction, ambition, status, essay_id, thread_id",
    "essays": "search, state",
}
CHUNK = 500
LENGTH = 250_000
"""Characters of a key that PostgreSQL looks at."""


def upgrade() -> None:
    """Write every key anew, let the index read nothing else, and fill it again."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TEXTS:
        run(
            f"DROP TRIGGER search_{table} ON {table}"
            if is_postgresql
            else f"DROP TRIGGER search_{table}_changed"
        )
        fold(table)
    if is_postgresql:
        on_postgresql()
    else:
        on_sqlite()


def fold(table: str) -> None:
    """Write the keys of a table's texts, some hundreds at a time."""
    names = ("id", "search", *TEXTS[table])
    rows = sa.table(table, *(sa.column(name) for name in names))
    bind, last = op.get_bind(), 0
    texts = sa.select(rows.c.id, *(rows.c[name] for name in TEXTS[table])).order_by(rows.c.id)
    change = rows.update().where(rows.c.id == sa.bindparam("number"))
    while found := bind.execute(texts.where(rows.c.id > last).limit(CHUNK)).all():
        keys = [{"number": number, "search": search_key(*words)} for number, *words in found]
        bind.execute(change.values(search=sa.bindparam("search")), keys)
        last = found[-1][0]


def on_sqlite() -> None:
    """Title and body are the two parts of the key; each word of a title stands in the tags too."""
    title = "substr({0}.search, 1, instr({0}.search, '|') - 1)"
    body = "substr({0}.search, instr({0}.search, '|') + 1)"
    tags = "".join(
        f" || coalesce(' ' || replies.{name}, '')" for name in ("lever", "jurisdiction", "ambition")
    )
    spoken = " || CASE WHEN {} THEN ' fr' ELSE '' END"
    mine, theirs = title.format("replies"), title.format("essays")
    run(
        "DROP VIEW searchable_replies",
        "DROP VIEW searchable_essays",
        f"""
        CREATE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, {mine} AS title, {body.format("replies")} AS body,
            {first.KIND} || ' e' || replies.essay_id{tags}
            {spoken.format(french.is_french("replies"))}
            || CASE {mine} WHEN '' THEN '' ELSE ' 0' || replace({mine}, ' ', ' 0') END AS tags
        {first.REPLIES}
        """,
        f"""
        CREATE VIEW searchable_essays AS SELECT -essays.id AS rowid, essays.id AS essay_id,
            {theirs} AS title, {body.format("essays")} AS body,
            'essay e' || essays.id{spoken.format(french.is_french("essays"))} AS tags
        {first.ESSAYS}
        """,
        "DELETE FROM search_words",
    )
    for table, kept in first.TABLES.items():
        run(
            first.fill_sqlite(table),
            f"""
            CREATE TRIGGER search_{table}_changed AFTER UPDATE OF {COLUMNS[table]} ON {table}
            BEGIN
                DELETE FROM search_words WHERE rowid = {kept.rowid.format("OLD")};
                {first.fill_sqlite(table)} WHERE {kept.key} = NEW.id;
            END
            """,
        )
    run("INSERT INTO search_words (search_words) VALUES ('optimize')")


def on_postgresql() -> None:
    """The vector is made of the two parts of the key, in which there is nothing left to fold."""
    run(
        f"""
        CREATE OR REPLACE FUNCTION search_vector(title text, body text, tags text[])
        RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT titles.words || '''#'':1'::tsvector
                || to_tsvector('forum_words', left(body, {LENGTH}))
                || array_to_tsvector(ARRAY(
                    SELECT '^' || lexeme FROM unnest(tsvector_to_array(titles.words)) AS lexeme
                ))
                || array_to_tsvector(array_remove(tags, NULL))
            FROM (SELECT to_tsvector('forum_words', title) AS words) AS titles
        $$
        """,
        f"""
        CREATE OR REPLACE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, search_vector({parts_of("replies")}, ARRAY[
                '#' || {first.KIND}, '#e' || replies.essay_id, '#' || replies.lever,
                '#' || replies.jurisdiction, '#' || replies.ambition,
                '#n' || (replies.id >> 12), '#m' || (replies.id >> 16),
                CASE WHEN {french.is_french("replies")} THEN '#fr' END
            ]) AS words
        {first.REPLIES}
        """,
        f"""
        CREATE OR REPLACE VIEW searchable_essays AS SELECT -essays.id AS rowid,
            essays.id AS essay_id, search_vector({parts_of("essays")}, ARRAY[
                '#essay', '#e' || essays.id, CASE WHEN {french.is_french("essays")} THEN '#fr' END
            ]) AS words
        {first.ESSAYS}
        """,
        "DELETE FROM search_words",
    )
    for table in TEXTS:
        run(
            first.fill_postgresql(table),
            f"""
            CREATE TRIGGER search_{table} AFTER INSERT OR DELETE
            OR UPDATE OF {COLUMNS[table]}, language ON {table}
            FOR EACH ROW EXECUTE FUNCTION search_keep_{table}()
            """,
        )


def parts_of(table: str) -> str:
    """Return SQL for the two parts of a key."""
    after = f"substr({table}.search, strpos({table}.search, '|') + 1)"
    return f"split_part({table}.search, '|', 1), {after}"


def downgrade() -> None:
    """Search as it was, with its own folding; the keys stay, which it reads as well."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TEXTS:
        if is_postgresql:
            run(f"DROP TRIGGER french_{table} ON {table}", f"DROP FUNCTION search_french_{table}()")
        else:
            for name in ("french_{}_added", "french_{}_changed", "search_{}_spoken"):
                run(f"DROP TRIGGER {name.format(table)}")
    first.downgrade()
    if is_postgresql:
        run("DROP FUNCTION search_words_in(text)")
    first.upgrade()
    if is_postgresql:
        french.on_postgresql()
    else:
        french.on_sqlite()
