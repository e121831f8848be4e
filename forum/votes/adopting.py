"""A deliberation held with Polis becomes proposals, pseudonyms and votes of one essay.

What an earlier import of the same discussion brought stays as it is: only what is new since is
added, and only votes that were changed since are changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click
from sqlalchemy import func, insert, or_, select

from ..accounts.models import User
from ..db import db, now, upsert
from ..essays.models import Essay, touch
from ..replies.models import Reply, ReplyVersion
from ..replies.tags import FURTHER_TAGS, Lever
from ..replies.tallies import count_proposal
from ..replies.writing import Content, stored
from ..words import text
from .counting import recount_votes
from .models import Value, Vote
from .polis import PolisExport, Statement

CHUNK = 5_000
"""Rows inserted by one statement."""
OTHER = (
    "Another discussion was imported into {slug}: its statement {number} is not this one. "
    "Import this discussion into an essay of its own."
)
VALUES = {1: Value.SUPPORT, -1: Value.OPPOSE, 0: Value.NEUTRAL}


@dataclass(frozen=True)
class Summary:
    """What an import found and what of it was new."""

    statements: int
    hidden: int
    people: int
    votes: Counter[str]
    own: int
    new_statements: int
    new_people: int
    new_votes: int
    changed_votes: int

    @property
    def changes(self) -> bool:
        """Whether anything was added or changed."""
        new = self.new_statements, self.new_people, self.new_votes, self.changed_votes
        return any(new)


def import_export(essay: Essay, export: PolisExport, lever: Lever) -> Summary:
    """Add what is new in the export to the essay; the caller commits."""
    held = select(Essay.id).where(Essay.id == essay.id).with_for_update()
    db.session.execute(held)  # a second import of the same waits here
    people, new_people = add_people(essay, export)
    proposals, new_statements = add_proposals(essay, export, people, lever)
    new_votes, changed_votes = add_votes(essay, export, people, proposals)
    summary = Summary(
        len(export.statements),
        sum(each.hidden for each in export.statements.values()),
        len(people),
        Counter(VALUES[each.value].value for each in export.ballots.values()),
        export.own,
        new_statements,
        new_people,
        new_votes,
        changed_votes,
    )
    if summary.changes:
        recount_votes(proposals.values())
        for essay_id in sorted({essay.id, *imported(essay, Reply.essay_id).values()}):
            touch(essay_id)
    return summary


def add_people(essay: Essay, export: PolisExport) -> tuple[dict[int, int], int]:
    """Add who is not there yet; return everyone's account by their number, and how many are new."""
    prefix = f"polis:{essay.slug}:"
    query = select(User.source, User.id).where(User.source.startswith(prefix, autoescape=True))
    there = by_number(db.session.execute(query), prefix)
    arrived = arrivals(export)
    new = sorted(arrived.keys() - there.keys())
    insert_all(
        insert(User),
        [
            {
                "name": f"Participant {number}",
                "role": "reader",
                "source": f"{prefix}{number}",
                "name_skeleton": text.skeleton(f"Participant {number}"),
                "created_at": arrived[number],
            }
            for number in new
        ],
    )
    if new:
        there = by_number(db.session.execute(query), prefix)
    return {number: there[number] for number in arrived}, len(new)


def arrivals(export: PolisExport) -> dict[int, datetime]:
    """Return when each person is first seen; where only votes without a time tell of them, now."""
    seen = [(each.author, each.at) for each in export.statements.values()]
    seen += [(person, each.at) for (_, person), each in export.ballots.items() if each.at]
    first: dict[int, datetime] = {}
    for person, moment in seen:
        first[person] = min(moment, first.get(person, moment))
    return dict.fromkeys(export.people(), now()) | first


def add_proposals(
    essay: Essay, export: PolisExport, people: dict[int, int], lever: Lever
) -> tuple[dict[int, int], int]:
    """Add the statements that are not there yet; return all by number, and how many are new."""
    refuse_another(essay, export)
    there = imported(essay, Reply.id)
    new = [each for number, each in sorted(export.statements.items()) if number not in there]
    if new:
        with click.progressbar(new, label="Statements") as shown:
            rows = [proposal(essay, each, people[each.author], lever) for each in shown]
        insert_all(insert(Reply), rows)
        there = imported(essay, Reply.id)
        ids = [there[each.id] for each in new]
        insert_all(insert(ReplyVersion), list(map(first_version, ids, rows)))
        shown_now = sum(not each.hidden for each in new)
        count_proposal(essay.id, (lever.value, *(None for _tag in FURTHER_TAGS)), shown_now)
    return {number: there[number] for number in export.statements}, len(new)


def refuse_another(essay: Essay, export: PolisExport) -> None:
    """Raise where the essay holds another discussion, whose statements have the same numbers."""
    for number, moment in imported(essay, Reply.created_at).items():
        if number in export.statements and export.statements[number].at != moment:
            raise click.ClickException(OTHER.format(number=number, slug=essay.slug))


def imported(essay: Essay, column: Any) -> dict[int, Any]:
    """Return a column of the proposals imported into the essay, by the statement's number.

    They are known by who put them, so that those that a moderator moved elsewhere are found too.
    """
    query = select(Reply.source, column).join(User, User.id == Reply.author_id)
    theirs = User.source.startswith(f"polis:{essay.slug}:", autoescape=True)
    mine = query.where(theirs, Reply.source.startswith("polis:", autoescape=True))
    return by_number(db.session.execute(mine), "polis:")


def proposal(essay: Essay, statement: Statement, author_id: int, lever: Lever) -> dict[str, Any]:
    """Return the row of the proposal that a statement becomes."""
    content = Content(statement.body, lever.value, statement.title)
    source = f"polis:{statement.id}"
    return {
        **stored(content, essay.language),
        "essay_id": essay.id,
        "author_id": author_id,
        "status": "hidden" if statement.hidden else "visible",
        "created_at": statement.at,
        "source": source,
        "fingerprint": hashlib.sha256(f"{essay.id} {source}".encode()).hexdigest(),
    }


def first_version(reply_id: int, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row that keeps the statement as it was put."""
    content = asdict(Content(**{name: row[name] for name in Content.__dataclass_fields__}))
    return {
        "reply_id": reply_id,
        "version": 1,
        "content": content,
        "note": "",
        "by_id": row["author_id"],
        "at": row["created_at"],
    }


def add_votes(
    essay: Essay, export: PolisExport, people: dict[int, int], proposals: dict[int, int]
) -> tuple[int, int]:
    """Record every last vote; return how many are new, and how many were changed since."""
    places = imported(essay, Reply.essay_id)
    count = select(func.count()).select_from(Vote).where(Vote.essay_id.in_(set(places.values())))
    vote = upsert(Vote)
    record = vote.on_conflict_do_update(
        index_elements=["reply_id", "user_id"],
        set_={
            "value": vote.excluded.value,
            "voted_at": vote.excluded.voted_at,
            "carried_from_id": None,
        },
        where=or_(Vote.value != vote.excluded.value, Vote.carried_from_id.is_not(None)),
    ).execution_options(preserve_rowcount=True)
    imported_at = now()
    before, written = db.session.scalars(count).one(), 0
    ballots = list(export.ballots.items())
    with click.progressbar(length=len(ballots), label="Votes") as bar:
        for start in range(0, len(ballots), CHUNK):
            chunk = ballots[start : start + CHUNK]
            rows = [
                {
                    "reply_id": proposals[statement],
                    "user_id": people[person],
                    "essay_id": places[statement],
                    "value": VALUES[ballot.value].value,
                    "version": 1,
                    "voted_at": ballot.at or imported_at,
                }
                for (statement, person), ballot in chunk
            ]
            written += db.session.connection().execute(record, rows).rowcount
            bar.update(len(chunk))
    new = db.session.scalars(count).one() - before
    return new, written - new


def insert_all(statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, so many at a time."""
    for start in range(0, len(rows), CHUNK):
        db.session.connection().execute(statement, rows[start : start + CHUNK])


def by_number(rows: Iterable[Any], prefix: str) -> dict[int, Any]:
    """Return what stands beside each source, by the number in that source."""
    return {int(source.removeprefix(prefix)): value for source, value in rows}
