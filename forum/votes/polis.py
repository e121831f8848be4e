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
from .polis_store import Ballot, PolisStore, Statement

MODERATED = ("1", "0", "-1")
VOTES = ("1", "0", "-1")


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

    store: PolisStore
    """Its statements, votes and people."""
    put_at: dict[int, datetime] = field(default_factory=dict)
    """When each statement was put, by its number."""
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


def read_export(folder: Path, reading: Reading, store: PolisStore) -> PolisExport:
    """Read and check a folder; raise BadFile with file, line and reason for whatever is wrong.

    What it holds is kept in the store, which the caller closes.
    """
    export, counts = PolisExport(store), dict[int, Counter[int]]()
    statements = polis_files.statements_in(folder)
    claims = read_statements(statements, export, reading)
    store.add_ballots(kept_ballots(folder, export, reading, counts))
    if not reading.trusted:
        refuse_contradiction(statements, claims, counts)
    export.own = store.leave_out_own()
    store.gather_people()
    read_summary(folder, export)
    return export


def read_statements(path: Path, export: PolisExport, reading: Reading) -> dict[int, Claim | None]:
    """Keep every statement, or why it is left out; return what the file says of the votes."""
    claims: dict[int, Claim | None] = {}
    export.files.append(path.name)
    for row in rows(path, "timestamp", "comment-id", "author-id", "moderated", "comment-body"):
        number = row.number("comment-id")
        if number in claims:
            raise row.refuse(f"Statement {number} stands here twice.")
        claims[number] = Claim.of(row)
        if why := why_left_out(row, reading):
            export.left_out[number] = why
        else:
            statement = read_statement(row)
            export.store.add_statement(statement)
            export.put_at[number] = statement.at
            export.units.add(row.unit("timestamp"))
    return claims


def kept_ballots(
    folder: Path, export: PolisExport, reading: Reading, counts: dict[int, Counter[int]]
) -> Iterator[tuple[int, int, Ballot]]:
    """Yield every vote on a statement that was kept, with that and its voter; count them all."""
    statements = export.files[0]
    for row, number, person, given in read_ballots(folder, export):
        ballot = replace(given, value=-given.value) if reading.turned else given
        counts.setdefault(number, Counter())[ballot.value] += 1
        if number in export.left_out:
            export.left_out_votes[export.left_out[number]] += 1
        elif number in export.put_at:
            yield number, person, ballot
        else:
            raise row.refuse(f"There is no statement {number} in {statements}.")


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
