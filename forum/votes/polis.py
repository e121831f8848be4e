"""A Polis export as it lies in a folder: every file read and checked, row by row.

Statements stand in comments.csv. Votes stand in the first of these that is there: votes.csv (a row
an event, so that a person's last vote on a statement counts), participants-votes.csv (a row a
person, a column a statement) or matrix_votes.csv (a row a person and statement). What people
download has a stamp in front of these names, and times in seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ..console import BadFile
from ..replies.models import BODY_LENGTH, TITLE_LENGTH
from ..words import text
from ..words.plain_text import as_markdown
from . import polis_files
from .csv_rows import NUMBER, Row, rows
from .polis_checks import Claim, refuse_contradiction

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


@dataclass(frozen=True)
class Reading:
    """How a person wants an export read where it leaves a choice."""

    turned: bool = False
    """Whether 1 means against, as in files of which the sign is turned round."""
    trusted: bool = False
    """Whether the votes count though comments.csv says something else of them."""
    with_meta: bool = False
    """Whether statements about the discussion itself become proposals too."""


@dataclass
class PolisExport:
    """Everything that an export holds which the forum keeps, and how much of it was left out."""

    statements: dict[int, Statement] = field(default_factory=dict)
    ballots: dict[tuple[int, int], Ballot] = field(default_factory=dict)
    """By statement and person."""
    own: int = 0
    """Votes of authors on their own statements, left out."""
    left_out: dict[int, str] = field(default_factory=dict)
    """Why a statement is none that becomes a proposal: ``blank`` or ``meta``."""
    left_out_votes: Counter[str] = field(default_factory=Counter)
    """Votes on such statements, by why."""
    files: list[str] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    """What the times were counted in."""
    topic: str = ""
    url: str = ""

    def people(self) -> set[int]:
        """Return everyone who put a statement or voted."""
        authors = {statement.author for statement in self.statements.values()}
        return authors | {person for _statement, person in self.ballots}


def read_export(folder: Path, reading: Reading = Reading()) -> PolisExport:
    """Read and check a folder; raise BadFile with file, line and reason for whatever is wrong."""
    export, claims, read = PolisExport(), {}, dict[int, Counter[int]]()
    statements = polis_files.statements_in(folder)
    export.files.append(statements.name)
    for row in rows(
        statements, "timestamp", "comment-id", "author-id", "moderated", "comment-body"
    ):
        number = row.number("comment-id")
        if number in export.statements or number in export.left_out:
            raise row.refuse(f"Statement {number} stands here twice.")
        claims[number] = Claim.of(row)
        if why := why_left_out(row, reading):
            export.left_out[number] = why
        else:
            export.statements[number] = read_statement(row)
            export.units.add(row.unit("timestamp"))
    for row, number, person, given in read_ballots(folder, export):
        ballot = replace(given, value=-given.value) if reading.turned else given
        read.setdefault(number, Counter())[ballot.value] += 1
        if number in export.left_out:
            export.left_out_votes[export.left_out[number]] += 1
            continue
        if number not in export.statements:
            raise row.refuse(f"There is no statement {number} in {statements.name}.")
        before = export.ballots.get((number, person))
        if before is None or before.at is None or ballot.at is None or before.at <= ballot.at:
            export.ballots[number, person] = ballot
    if not reading.trusted:
        refuse_contradiction(statements, claims, read)
    authors = {(each.id, each.author) for each in export.statements.values()}
    export.own = sum(export.ballots.pop(pair, None) is not None for pair in authors)
    read_summary(folder, export)
    return export


def why_left_out(row: Row, reading: Reading) -> str:
    """Return why a statement does not become a proposal; nothing where it does."""
    if row.cells.get("is-meta", "").strip().casefold() in {"true", "1"} and not reading.with_meta:
        return "meta"
    return "" if row.cells["comment-body"].strip() else "blank"


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


def read_ballots(folder: Path, export: PolisExport) -> Iterator[tuple[Row, int, int, Ballot]]:
    """Yield every vote with its row, its statement and its voter, in the order of the file."""
    events = polis_files.find(folder, polis_files.EVENTS)
    wide = polis_files.find(folder, *polis_files.WIDE)
    matrix = polis_files.find(folder, polis_files.MATRIX)
    found = events or wide or matrix
    if found is None:
        names = f"{polis_files.EVENTS}, {polis_files.WIDE[0]} and {polis_files.MATRIX}"
        raise BadFile(folder, f"It holds none of {names}.")
    export.files.append(found.name)
    if events:
        for row in rows(events, "timestamp", "comment-id", "voter-id", "vote"):
            ballot = Ballot(row.one_of("vote", VOTES), row.moment("timestamp"))
            export.units.add(row.unit("timestamp"))
            yield row, row.number("comment-id"), row.number("voter-id"), ballot
    elif wide:
        for row in rows(wide, "participant"):
            person = row.number("participant")
            for column in filter(NUMBER.fullmatch, row.cells):
                if row.cells[column].strip():
                    yield row, int(column), person, Ballot(row.one_of(column, VOTES), None)
    elif matrix:
        for row in rows(matrix, "voter-id", "comment-id", "vote"):
            ballot = Ballot(row.one_of("vote", VOTES), None)
            yield row, row.number("comment-id"), row.number("voter-id"), ballot


def read_summary(folder: Path, export: PolisExport) -> None:
    """Read what the discussion was called and where it was held, if the export says so."""
    path = polis_files.find(folder, polis_files.SUMMARY)
    if path is None:
        return
    export.files.append(path.name)
    try:
        said = {row.cells["topic"]: row for row in rows(path, "topic", given=("topic", "value"))}
        export.topic = text.clean_line(said["topic"].cells["value"]) if "topic" in said else ""
    except text.BadText as error:
        raise BadFile(path, f"topic: {error}") from error
    export.url = said["url"].cells["value"].strip() if "url" in said else ""


def title_of(line: str) -> str:
    """Return a statement, cut after a whole word where it is too long for a title."""
    if len(line) <= TITLE_LENGTH:
        return line
    start = line[:TITLE_LENGTH]
    return (start.rpartition(" ")[0] or start[:-1]).rstrip(" ,;:–—-") + "…"
