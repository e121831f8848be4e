"""The rows that a Polis export becomes: proposals with their first version, and votes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from ..essays.models import Essay
from ..replies.tags import Lever
from ..replies.writing import Content, stored
from .models import Value
from .polis_store import Ballot, Statement

STAGED, WHOLE = "importing:", "polis:"
"""What the source of an imported proposal begins with: until all are there, and from then on."""
VALUES = {1: Value.SUPPORT, -1: Value.OPPOSE, 0: Value.NEUTRAL}


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


def by_number(rows: Iterable[Any], prefix: str) -> Iterator[tuple[int, Any]]:
    """Yield the number in each source with what stands beside it."""
    return ((int(source.removeprefix(prefix)), value) for source, value in rows)
