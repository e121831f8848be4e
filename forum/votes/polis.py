"""A Polis export as it lies in a folder: every file read and checked, row by row.

Statements stand in comments.csv. Votes stand in the first of these that is there: votes.csv (a row
an event, so that a person's last vote on a statement counts), participants-votes.csv (a row a
person, a column a statement) or matrix_votes.csv (a row a person and statement).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..console import BadFile
from ..replies.models import BODY_LENGTH, TITLE_LENGTH
from ..words import text
from ..words.plain_text import as_markdown
from .csv_rows import NUMBER, Row, rows

STATEMENTS = "comments.csv"
EVENTS = "votes.csv"
WIDE = "participants-votes.csv"
MATRIX = "matrix_votes.csv"
MODERATED = ("1", "0", "-1")
VOTES = ("1", "0", "-1")


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


@dataclass
class PolisExport:
    """Everything that an export holds which the forum keeps."""

    statements: dict[int, Statement] = field(default_factory=dict)
    ballots: dict[tuple[int, int], Ballot] = field(default_factory=dict)
    """By statement and person."""
    own: int = 0
    """Votes of authors on their own statements, left out."""

    def people(self) -> set[int]:
        """Return everyone who put a statement or voted."""
        authors = {statement.author for statement in self.statements.values()}
        return authors | {person for _statement, person in self.ballots}


def read_export(folder: Path) -> PolisExport:
    """Read and check a folder; raise BadFile with file, line and reason for whatever is wrong."""
    export = PolisExport()
    for row in rows(
        folder / STATEMENTS, "timestamp", "comment-id", "author-id", "moderated", "comment-body"
    ):
        statement = read_statement(row)
        if statement.id in export.statements:
            raise row.refuse(f"Statement {statement.id} stands here twice.")
        export.statements[statement.id] = statement
    for row, statement_id, person, ballot in read_ballots(folder):
        if statement_id not in export.statements:
            raise row.refuse(f"There is no statement {statement_id} in {STATEMENTS}.")
        before = export.ballots.get((statement_id, person))
        if before is None or before.at is None or ballot.at is None or before.at <= ballot.at:
            export.ballots[statement_id, person] = ballot
    authors = {(each.id, each.author) for each in export.statements.values()}
    export.own = sum(export.ballots.pop(pair, None) is not None for pair in authors)
    return export


def read_statement(row: Row) -> Statement:
    """Read one statement."""
    try:
        words = text.clean(row.cells["comment-body"]).strip()
        title = title_of(text.clean_line(words))
    except text.BadText as error:
        raise row.refuse(f"comment-body: {error}") from error
    body = as_markdown(words)
    if not words or len(body) > BODY_LENGTH:
        raise row.refuse(f"comment-body must hold 1 to {BODY_LENGTH:,} characters.")
    return Statement(
        row.number("comment-id"),
        row.number("author-id"),
        title,
        body,
        row.moment("timestamp"),
        hidden=row.one_of("moderated", MODERATED) == -1,
    )


def read_ballots(folder: Path) -> Iterator[tuple[Row, int, int, Ballot]]:
    """Yield every vote with its row, its statement and its voter, in the order of the file."""
    if (folder / EVENTS).exists():
        for row in rows(folder / EVENTS, "timestamp", "comment-id", "voter-id", "vote"):
            ballot = Ballot(row.one_of("vote", VOTES), row.moment("timestamp"))
            yield row, row.number("comment-id"), row.number("voter-id"), ballot
    elif (folder / WIDE).exists():
        for row in rows(folder / WIDE, "participant"):
            person = row.number("participant")
            for column in filter(NUMBER.fullmatch, row.cells):
                if row.cells[column]:
                    yield row, int(column), person, Ballot(row.one_of(column, VOTES), None)
    elif (folder / MATRIX).exists():
        for row in rows(folder / MATRIX, "voter-id", "comment-id", "vote"):
            ballot = Ballot(row.one_of("vote", VOTES), None)
            yield row, row.number("comment-id"), row.number("voter-id"), ballot
    else:
        raise BadFile(folder, f"It holds none of {EVENTS}, {WIDE} and {MATRIX}.")


def title_of(line: str) -> str:
    """Return a statement, cut after a whole word where it is too long for a title."""
    if len(line) <= TITLE_LENGTH:
        return line
    start = line[:TITLE_LENGTH]
    return (start.rpartition(" ")[0] or start[:-1]).rstrip(" ,;:–—-") + "…"
