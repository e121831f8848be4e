"""What a Polis export holds, on the disk while it is read and brought in: never in memory whole.

It lies in a database of its own, in a file that SQLite makes where temporary files go and that is
gone with it, whichever database the forum has.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from .csv_rows import EPOCH

KIBIBYTES = 4 * 1024
"""That may be in memory of it."""
TABLES = f"""
    PRAGMA cache_size = -{KIBIBYTES};
    PRAGMA journal_mode = OFF;
    CREATE TABLE statements (
        id INTEGER PRIMARY KEY, author INTEGER, title TEXT, body TEXT, at INTEGER, hidden INTEGER
    );
    CREATE TABLE ballots (
        statement INTEGER, person INTEGER, value INTEGER, at INTEGER,
        PRIMARY KEY (statement, person)
    ) WITHOUT ROWID;
    CREATE TABLE people (number INTEGER PRIMARY KEY, arrived INTEGER, account INTEGER);
"""
LAST = """
    INSERT INTO ballots VALUES (?, ?, ?, ?) ON CONFLICT (statement, person)
    DO UPDATE SET value = excluded.value, at = excluded.at
    WHERE at IS NULL OR excluded.at IS NULL OR at <= excluded.at
"""
OWN = """
    DELETE FROM ballots
    WHERE person = (SELECT author FROM statements WHERE statements.id = ballots.statement)
"""
PEOPLE = """
    INSERT INTO people (number, arrived)
    SELECT person, min(at) FROM (
        SELECT author AS person, at FROM statements UNION ALL SELECT person, at FROM ballots
    ) GROUP BY person
"""
"""Everyone who put a statement or voted, and when they are first seen, where a time tells."""


@dataclass(frozen=True)
class Statement:
    """What a person put to the vote."""

    id: int
    author: int
    title: str
    body: str
    """The statement as Markdown that reads the same."""
    at: datetime
    hidden: bool
    """Whether the hosts of the discussion rejected it."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A person's last vote on a statement: 1, -1, or 0 for a pass; and when, where known."""

    value: int
    at: datetime | None


class PolisStore:
    """Statements, last votes and people of one export; each by the number that it has there."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect("")
        self.connection.executescript(TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def add_statement(self, statement: Statement) -> None:
        """Keep a statement."""
        number, author, title, body, at, hidden = astuple(statement)
        row = number, author, title, body, stored_moment(at), hidden
        self.connection.execute("INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?)", row)

    def add_ballots(self, found: Iterable[tuple[int, int, Ballot]]) -> None:
        """Keep votes, each with its statement and its voter; of several the last one stands."""
        self.connection.executemany(
            LAST, ((number, who, each.value, stored_moment(each.at)) for number, who, each in found)
        )

    def leave_out_own(self) -> int:
        """Leave out the votes of authors on their own statements; return how many."""
        return self.connection.execute(OWN).rowcount

    def gather_people(self) -> None:
        """Find everyone, once all statements and votes are here."""
        self.connection.execute(PEOPLE)

    def statements(self, numbers: Iterable[int]) -> Iterator[Statement]:
        """Yield these statements."""
        for number in numbers:
            row = self.connection.execute("SELECT * FROM statements WHERE id = ?", (number,))
            same, author, title, body, at, hidden = row.fetchone()
            put_at = EPOCH + timedelta(microseconds=at)
            yield Statement(same, author, title, body, put_at, bool(hidden))

    def ballots(self, number: int) -> Iterator[tuple[int, Ballot]]:
        """Yield the votes on a statement, each with the account of its voter."""
        query = (
            "SELECT account, value, ballots.at FROM ballots JOIN people ON number = person "
            "WHERE statement = ? ORDER BY person"
        )
        with closing(self.connection.execute(query, (number,))) as rows:
            for account, value, at in rows:
                yield account, Ballot(value, moment(at))

    def newcomers(self, most: int) -> list[tuple[int, datetime | None]]:
        """Return so many of those who have no account yet, and when they are first seen."""
        query = "SELECT number, arrived FROM people WHERE account IS NULL ORDER BY number LIMIT ?"
        found = self.connection.execute(query, (most,))
        return [(number, moment(arrived)) for number, arrived in found]

    def know(self, accounts: Iterable[tuple[int, int]]) -> None:
        """Keep the accounts of people, by their numbers; whom the export does not know is left."""
        known = "UPDATE people SET account = ?2 WHERE number = ?1"
        self.connection.executemany(known, accounts)

    def account(self, person: int) -> int:
        """Return the account of somebody who has one."""
        return int(self.one("SELECT account FROM people WHERE number = ?", person))

    def number_of_people(self) -> int:
        """Return how many people there are."""
        return int(self.one("SELECT count(*) FROM people"))

    def number_without_account(self) -> int:
        """Return how many of them have no account yet."""
        return int(self.one("SELECT count(*) FROM people WHERE account IS NULL"))

    def number_hidden(self) -> int:
        """Return how many statements their hosts rejected."""
        return int(self.one("SELECT count(*) FROM statements WHERE hidden"))

    def votes_by_value(self) -> Counter[int]:
        """Return how many votes say what."""
        query = "SELECT value, count(*) FROM ballots GROUP BY value"
        return Counter(dict(self.connection.execute(query)))

    def one(self, query: str, *given: int) -> Any:
        """Return the only value of the only row that a query finds."""
        return self.connection.execute(query, given).fetchone()[0]


def stored_moment(moment: datetime | None) -> int | None:
    """Return a moment as microseconds since 1970, or nothing where it is unknown."""
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


def moment(stored: int | None) -> datetime | None:
    """Return a moment as it was before it was stored."""
    return None if stored is None else EPOCH + timedelta(microseconds=stored)
