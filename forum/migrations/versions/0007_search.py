"""Search: an index of every text that everyone may read, kept by triggers

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SPELT_OUT = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss"}
"""Letters that no table of accents takes apart."""

REPLIES = """
    FROM replies JOIN essays ON essays.id = replies.essay_id
    LEFT JOIN replies AS threads ON threads.id = replies.thread_id
    WHERE replies.status = 'visible' AND essays.state <> 'draft'
    AND (threads.id IS NULL OR threads.status = 'visible')
"""
ESSAYS = "FROM essays WHERE essays.state <> 'draft'"
BODY = "replies.body || ' ' || coalesce(replies.trade_off, '')"
ESSAY_BODY = "essays.summary || ' ' || essays.prompt || ' ' || essays.byline || ' ' || essays.body"
KIND = "CASE WHEN replies.lever IS NULL THEN 'comment' ELSE 'proposal' END"


class Kept(NamedTuple):
    """A table whose words are indexed: its key there, its columns, and when and what it shows."""

    key: str
    rowid: str
    columns: str
    shown: str
    below: str


TABLES = {
    "replies": Kept(
        "rowid", "{}.id", "title, body, trade_off, lever, jurisdiction, ambition, status, "
        "essay_id, thread_id", "{}.status = 'visible'", "thread_id",
    ),
    "essays": Kept(
        "essay_id", "-{}.id", "title, summary, prompt, byline, body, state",
        "{}.state <> 'draft'", "essay_id",
    ),
}  # fmt: skip


def upgrade() -> None:
    """An index of the words of replies, under their numbers, and of essays, under theirs below 0.

    The views say what may be found; the triggers keep the index to them, in the transaction of
    the change. A comment is found for as long as the proposal it stands under is shown.
    """
    if op.get_bind().dialect.name == "postgresql":
        on_postgresql()
    else:
        on_sqlite()


def run(*statements: str) -> None:
    """Run each statement as it is written."""
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def spelt_out(expression: str) -> str:
    """Return SQL in which the letters above are written as others."""
    capitals = {letter.upper(): plain for letter, plain in SPELT_OUT.items() if letter != "ß"}
    pairs = {**SPELT_OUT, **capitals}.items()
    return reduce(lambda sql, pair: f"replace({sql}, '{pair[0]}', '{pair[1]}')", pairs, expression)


def on_sqlite() -> None:
    """FTS5 with the words' English stems, without accents; what filters ask for is ``tags``.

    There ``n…`` and ``m…`` say which 4,096 and which 65,536 replies a reply is among, so that a
    search can be kept to the newest.
    """
    tag = "coalesce(' ' || replies.{}, '')"
    tags = " || ".join(tag.format(name) for name in ("lever", "jurisdiction", "ambition"))
    run(
        "CREATE VIRTUAL TABLE search_words USING fts5 "
        "(title, body, tags, tokenize = 'porter unicode61 remove_diacritics 2')",
        f"""
        CREATE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, {spelt_out("coalesce(replies.title, '')")} AS title,
            {spelt_out(BODY)} AS body,
            {KIND} || ' e' || replies.essay_id || {tags}
            || ' n' || (replies.id >> 12) || ' m' || (replies.id >> 16) AS tags
        {REPLIES}
        """,
        f"""
        CREATE VIEW searchable_essays AS SELECT -essays.id AS rowid, essays.id AS essay_id,
            {spelt_out("essays.title")} AS title, {spelt_out(ESSAY_BODY)} AS body,
            'essay e' || essays.id AS tags
        {ESSAYS}
        """,
        *(fill_sqlite(table) for table in TABLES),
        "INSERT INTO search_words (search_words) VALUES ('optimize')",
    )
    for table, kept in TABLES.items():
        forget = f"DELETE FROM search_words WHERE rowid = {kept.rowid.format('OLD')};"
        learn = f"{fill_sqlite(table)} WHERE {kept.key} = NEW.id;"
        trigger = f"CREATE TRIGGER search_{table}"
        run(
            f"{trigger}_added AFTER INSERT ON {table} BEGIN {learn} END",
            f"{trigger}_deleted AFTER DELETE ON {table} BEGIN {forget} END",
            f"""
            {trigger}_changed AFTER UPDATE OF {kept.columns} ON {table}
            BEGIN {forget} {learn} END
            """,
            f"""
            {trigger}_shown AFTER UPDATE ON {table}
            WHEN ({kept.shown.format("OLD")}) <> ({kept.shown.format("NEW")})
            BEGIN
                DELETE FROM search_words
                WHERE rowid IN (SELECT id FROM replies WHERE {kept.below} = NEW.id);
                {fill_sqlite("replies")} WHERE {kept.below} = NEW.id;
            END
            """,
        )


def fill_sqlite(table: str) -> str:
    """Return the INSERT of what may be found, to which a condition may be added."""
    return (
        "INSERT INTO search_words (rowid, title, body, tags) "
        f"SELECT rowid, title, body, tags FROM searchable_{table}"
    )


MARKS = r"[\u0300-\u036f]"
BETWEEN_WORDS = (
    r"[\u0001-\u002f\u003a-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u20a0-\u20bf\u2190-\u2bff\u3000-\u3004\u3008-\u3020\ufe10-\ufe6f\ufffd]+"
)
KINDS = (
    "asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, "
    "hword_numpart, email, protocol, url, host, url_path, file, sfloat, float, int, uint, version"
)
LENGTH = 100_000
"""Characters of a text that are looked at, before and after accents are taken off."""


def on_postgresql() -> None:
    """A tsvector with the words' English stems, without accents; and lexemes of our own.

    ``^word`` is a word of the title, ``#tag`` what a filter asks for, and ``#n…`` and ``#m…`` are
    as in ``on_sqlite``.
    """
    folded = f"left(normalize(left(words, {LENGTH}), NFKD), {LENGTH})"
    folded = spelt_out(f"lower(regexp_replace({folded}, '{MARKS}', '', 'g'))")
    lexemes = """array_to_tsvector(ARRAY(
        SELECT '^' || lexeme FROM unnest(tsvector_to_array(titles.words)) AS lexeme
    ))"""
    run(
        "CREATE TEXT SEARCH DICTIONARY forum_stems (TEMPLATE = snowball, LANGUAGE = english)",
        "CREATE TEXT SEARCH CONFIGURATION forum_words (PARSER = default)",
        f"ALTER TEXT SEARCH CONFIGURATION forum_words ADD MAPPING FOR {KINDS} WITH forum_stems",
        f"""
        CREATE FUNCTION search_fold(words text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT regexp_replace({folded}, '{BETWEEN_WORDS}', ' ', 'g')
        $$
        """,
        f"""
        CREATE FUNCTION search_vector(title text, body text, tags text[]) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT titles.words || '''#'':1'::tsvector
                || to_tsvector('forum_words', search_fold(body)) || {lexemes}
                || array_to_tsvector(array_remove(tags, NULL))
            FROM (SELECT to_tsvector('forum_words', search_fold(title)) AS words) AS titles
        $$
        """,
        f"""
        CREATE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, search_vector(coalesce(replies.title, ''), {BODY}, ARRAY[
                '#' || {KIND}, '#e' || replies.essay_id, '#' || replies.lever,
                '#' || replies.jurisdiction, '#' || replies.ambition,
                '#n' || (replies.id >> 12), '#m' || (replies.id >> 16)
            ]) AS words
        {REPLIES}
        """,
        f"""
        CREATE VIEW searchable_essays AS SELECT -essays.id AS rowid, essays.id AS essay_id,
            search_vector(essays.title, {ESSAY_BODY}, ARRAY['#essay', '#e' || essays.id]) AS words
        {ESSAYS}
        """,
        "CREATE TABLE search_words "
        "(rowid bigint CONSTRAINT pk_search_words PRIMARY KEY, words tsvector NOT NULL)",
        # Without figures of its own the planner always takes the index, which is always right.
        "ALTER TABLE search_words ALTER words SET STATISTICS 0",
        *(fill_postgresql(table) for table in TABLES),
        "CREATE INDEX ix_search_words_words ON search_words USING gin (words) "
        "WITH (fastupdate = off)",
    )
    again = "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words"
    for table, kept in TABLES.items():
        run(
            f"""
            CREATE FUNCTION search_keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    DELETE FROM search_words WHERE rowid = {kept.rowid.format("OLD")};
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    {fill_postgresql(table)} WHERE {kept.key} = NEW.id {again};
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF ({kept.shown.format("OLD")}) <> ({kept.shown.format("NEW")}) THEN
                        DELETE FROM search_words
                        WHERE rowid IN (SELECT id FROM replies WHERE {kept.below} = NEW.id);
                        {fill_postgresql("replies")} WHERE {kept.below} = NEW.id {again};
                    END IF;
                END IF;
                RETURN NULL;
            END $$
            """,
            f"CREATE TRIGGER search_{table} AFTER INSERT OR DELETE OR UPDATE OF {kept.columns} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION search_keep_{table}()",
        )


def fill_postgresql(table: str) -> str:
    """Return the INSERT of what may be found, to which a condition may be added."""
    return f"INSERT INTO search_words (rowid, words) SELECT rowid, words FROM searchable_{table}"


def downgrade() -> None:
    """Take search away."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            run(f"DROP TRIGGER search_{table} ON {table}", f"DROP FUNCTION search_keep_{table}()")
    else:
        for table in TABLES:
            for when in ("added", "deleted", "changed", "shown"):
                run(f"DROP TRIGGER search_{table}_{when}")
    run(*(f"DROP VIEW searchable_{table}" for table in TABLES), "DROP TABLE search_words")
    if op.get_bind().dialect.name == "postgresql":
        run(
            "DROP FUNCTION search_vector(text, text, text[])",
            "DROP FUNCTION search_fold(text)",
            "DROP TEXT SEARCH CONFIGURATION forum_words",
            "DROP TEXT SEARCH DICTIONARY forum_stems",
        )
