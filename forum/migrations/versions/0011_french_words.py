"""Search: the words of French texts and of titles stand by themselves as well

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import unicodedata
from functools import reduce
from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

search = import_module("forum.migrations.versions.0007_search")
run = search.run

SHORTEST, LONGEST = 5, 40
"""Letters of the words that are kept."""
BETWEEN = "'’-–—/|_.·\u00a0\u2011\u202f"
AROUND = ',;:!?()[]{}<>«»“”*#`~=+…"'
"""Signs between words, beside spaces, and those at the edges of words."""

TEXTS = ("title", "summary", "prompt", "byline", "body")
essays = sa.table("essays", *(sa.column(name) for name in ("id", "search", *TEXTS)))


def upgrade() -> None:
    """A table of the words of French texts, kept by triggers, and a tag on those texts.

    With it a word also finds the longer ones that it begins. A word stays when its text goes: the
    table only completes what someone typed. It has no unique key, so that on PostgreSQL writers
    who bring the same new word do not wait for each other.
    """
    op.execute("ALTER TABLE essays ADD COLUMN search TEXT DEFAULT '' NOT NULL")
    fold_essays()
    word = sa.String(LONGEST).with_variant(sa.String(LONGEST, collation="C"), "postgresql")
    op.create_table("french_words", sa.Column("word", word, nullable=False))
    op.create_index("ix_french_words_word", "french_words", ["word"])
    if op.get_bind().dialect.name == "postgresql":
        on_postgresql()
    else:
        on_sqlite()


def fold_essays() -> None:
    """Write down the words of every essay as they are searched, as replies have them."""
    bind = op.get_bind()
    for number in bind.scalars(sa.select(essays.c.id)).all():
        this = essays.c.id == number
        row = bind.execute(sa.select(*(essays.c[name] for name in TEXTS)).where(this)).one()
        bind.execute(essays.update().where(this).values(search=folded(" ".join(row))))


def folded(text: str) -> str:
    """Return a text without case and accents, with one space between words."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    for letter, others in search.SPELT_OUT.items():
        plain = plain.replace(letter, others)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def is_french(row: str) -> str:
    """Return SQL that says whether a row is in French."""
    return f"substr({row}.language, 1, 2) = 'fr'"


def learn(words: str) -> str:
    """Return the INSERT of those of the words that are not known yet."""
    return f"""
        INSERT INTO french_words (word) SELECT word FROM ({words}) AS found
        WHERE length(word) BETWEEN {SHORTEST} AND {LONGEST}
        AND NOT EXISTS (SELECT 1 FROM french_words AS known WHERE known.word = found.word)
    """


def on_sqlite() -> None:
    """``fr`` among the tags, and each word of a title once more with a 0 before it.

    So what stands in titles is found without reading where its words stand in texts, as
    PostgreSQL has it from the first. The tags that kept a search to the newest go, as FTS5 reads
    these first.
    """
    tag = "coalesce(' ' || replies.{}, '')"
    tags = " || ".join(tag.format(name) for name in ("lever", "jurisdiction", "ambition"))
    french = "CASE WHEN {} THEN ' fr' ELSE '' END"
    title = search.spelt_out("replies.title")
    run(
        "DROP VIEW searchable_replies",
        "DROP VIEW searchable_essays",
        f"""
        CREATE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, coalesce({title}, '') AS title,
            {search.spelt_out(search.BODY)} AS body,
            {search.KIND} || ' e' || replies.essay_id || {tags}
            || {french.format(is_french("replies"))} || coalesce({marked(title)}, '') AS tags
        {search.REPLIES}
        """,
        f"""
        CREATE VIEW searchable_essays AS SELECT -essays.id AS rowid, essays.id AS essay_id,
            {search.spelt_out("essays.title")} AS title,
            {search.spelt_out(search.ESSAY_BODY)} AS body,
            'essay e' || essays.id || {french.format(is_french("essays"))} AS tags
        {search.ESSAYS}
        """,
        "DELETE FROM search_words",
    )
    for table, kept in search.TABLES.items():
        fill = search.fill_sqlite(table)
        run(
            fill,
            learn(f"{words_on_sqlite(f'{table}.search', f'{table}, ')} WHERE {is_french(table)}"),
            f"""
            CREATE TRIGGER french_{table}_added AFTER INSERT ON {table} WHEN {is_french("NEW")}
            BEGIN {learn(words_on_sqlite("NEW.search"))}; END
            """,
            f"""
            CREATE TRIGGER french_{table}_changed AFTER UPDATE OF search, language ON {table}
            WHEN {is_french("NEW")} BEGIN {learn(words_on_sqlite("NEW.search"))}; END
            """,
            f"""
            CREATE TRIGGER search_{table}_spoken AFTER UPDATE OF language ON {table}
            WHEN OLD.language <> NEW.language
            BEGIN
                DELETE FROM search_words WHERE rowid = {kept.rowid.format("OLD")};
                {fill} WHERE {kept.key} = NEW.id;
            END
            """,
        )
    run("INSERT INTO search_words (search_words) VALUES ('optimize')")


def marked(title: str) -> str:
    """Return SQL that writes every word of a title with a space and a 0 before it."""
    spelt = f"(SELECT {title} AS title) AS spelt"
    parts = f"{spelt}, {parts_of('spelt.title')}"
    return f"(SELECT group_concat(' 0' || {WORD}, '') FROM {parts} WHERE {WORD} <> '')"


def words_on_sqlite(text: str, source: str = "") -> str:
    """Return the SELECT of a folded text's words, taken from a table or, in a trigger, its row."""
    return f"SELECT DISTINCT {WORD} AS word FROM {source}{parts_of(text)}"


def parts_of(text: str) -> str:
    """Return what gives a text in parts, one row for what stands between two spaces."""
    spaced = reduce(lambda sql, sign: f"replace({sql}, {quoted(sign)}, ' ')", BETWEEN, text)
    return f"""json_each('[' || replace(json_quote({spaced}), ' ', '","') || ']') AS parts"""


def quoted(characters: str) -> str:
    """Return a string of SQL."""
    return "'" + characters.replace("'", "''") + "'"


WORD = f"trim(parts.value, {quoted(AROUND)})"


def on_postgresql() -> None:
    """``#fr`` among the lexemes."""
    run(
        """
        CREATE FUNCTION search_words_in(text text) RETURNS TABLE (word text)
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT DISTINCT word FROM regexp_split_to_table(search_fold(text), '[^a-z]+') AS word
        $$
        """,
        f"""
        CREATE OR REPLACE VIEW searchable_replies AS SELECT replies.id AS rowid, replies.thread_id,
            replies.essay_id, search_vector(coalesce(replies.title, ''), {search.BODY}, ARRAY[
                '#' || {search.KIND}, '#e' || replies.essay_id, '#' || replies.lever,
                '#' || replies.jurisdiction, '#' || replies.ambition,
                '#n' || (replies.id >> 12), '#m' || (replies.id >> 16),
                CASE WHEN {is_french("replies")} THEN '#fr' END
            ]) AS words
        {search.REPLIES}
        """,
        f"""
        CREATE OR REPLACE VIEW searchable_essays AS SELECT -essays.id AS rowid,
            essays.id AS essay_id,
            search_vector(essays.title, {search.ESSAY_BODY}, ARRAY[
                '#essay', '#e' || essays.id, CASE WHEN {is_french("essays")} THEN '#fr' END
            ]) AS words
        {search.ESSAYS}
        """,
    )
    for table, kept in search.TABLES.items():
        french = f"SELECT {kept.rowid.format(table)} FROM {table} WHERE {is_french(table)}"
        run(
            f"DELETE FROM search_words WHERE rowid IN ({french})",
            f"{search.fill_postgresql(table)} WHERE rowid IN ({french})",
            learn(
                f"SELECT DISTINCT word FROM {table}, search_words_in({table}.search) "
                f"WHERE {is_french(table)}"
            ),
            f"""
            CREATE FUNCTION search_french_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {learn("SELECT word FROM search_words_in(NEW.search)")};
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE TRIGGER french_{table} AFTER INSERT OR UPDATE OF search, language ON {table}
            FOR EACH ROW WHEN ({is_french("NEW")}) EXECUTE FUNCTION search_french_{table}()
            """,
            f"DROP TRIGGER search_{table} ON {table}",
            f"""
            CREATE TRIGGER search_{table} AFTER INSERT OR DELETE
            OR UPDATE OF {kept.columns}, language ON {table}
            FOR EACH ROW EXECUTE FUNCTION search_keep_{table}()
            """,
        )


def downgrade() -> None:
    """Search as it was: its index is made anew."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in search.TABLES:
        if is_postgresql:
            run(f"DROP TRIGGER french_{table} ON {table}", f"DROP FUNCTION search_french_{table}()")
        else:
            for name in ("french_{}_added", "french_{}_changed", "search_{}_spoken"):
                run(f"DROP TRIGGER {name.format(table)}")
    search.downgrade()
    search.upgrade()
    if is_postgresql:
        run("DROP FUNCTION search_words_in(text)")
    op.drop_index("ix_french_words_word", "french_words")
    op.drop_table("french_words")
    op.execute("ALTER TABLE essays DROP COLUMN search")
