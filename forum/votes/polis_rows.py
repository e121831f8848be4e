"""The rows that a Polis export becomes: people, proposals with their first version, and votes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from ..accounts.grounds import VoterGround
from ..accounts.look_alikes import skeleton
from ..db import now
from ..essays.models import Essay
from ..replies.tags import Lever
from ..replies.writing import Content, stored
from .models import Value
from .polis import Ballot, PolisExport, Statement

STAGED, WHOLE = "importing:", "polis:"
"""What the source of an imported proposal begins with: until all are there, and from then on."""
VALUES = {1: Value.SUPPORT, -1: Value.OPPOSE, 0: Value.NEUTRAL}


def arrivals(export: PolisExport) -> dict[int, datetime]:
    """Return when each person is first seen; where only votes without a time tell of them, now."""
    seen = [(each.author, each.at) for each in export.statements.values()]
    seen += [(person, each.at) for (_, person), each in export.ballots.items() if each.at]
    first: dict[int, datetime] = {}
    for person, moment in seen:
        first[person] = min(moment, first.get(person, moment))
    return dict.fromkeys(export.people(), now()) | first


def pseudonym(source: str, number: int, moment: datetime) -> dict[str, Any]:
    """Return the row of a person who cannot sign in."""
    name = f"Participant {number}"
    return {
        "name": name,
        "role": "reader",
        "ground": VoterGround.IMPORT,
        "source": source,
        "name_skeleton": skeleton(name),
        "created_at": moment,
    }


def proposal(essay: Essay, author_id: int, lever: Lever, statement: Statement) -> dict[str, Any]:
    """Return the row of the proposal that a statement becomes."""
    content = Content(statement.body, lever.value, statement.title)
    named = f"{essay.id} {WHOLE}{statement.id}"
    return {
        **stored(content, essay.language),
        "essay_id": essay.id,
        "author_id": author_id,
        "status": "hidden",
        "created_at": statement.at,
        "source": f"{STAGED}{statement.id}",
        "fingerprint": hashlib.sha256(named.encode()).hexdigest(),
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


def ballot_row(
    reply_id: int, user_id: int, essay_id: int, ballot: Ballot, moment: datetime
) -> dict[str, Any]:
    """Return the row of a vote, given now where the export does not say when."""
    return {
        "reply_id": reply_id,
        "user_id": user_id,
        "essay_id": essay_id,
        "value": VALUES[ballot.value].value,
        "version": 1,
        "voted_at": ballot.at or moment,
        "carried_from_id": None,
    }


def chunks(rows: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """Yield what is there, so much at a time."""
    rest = iter(rows)
    while chunk := list(islice(rest, most)):
        yield chunk


def by_number(rows: Iterable[Any], prefix: str) -> dict[int, Any]:
    """Return what stands beside each source, by the number in that source."""
    return {int(source.removeprefix(prefix)): value for source, value in rows}
