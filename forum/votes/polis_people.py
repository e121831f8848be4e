"""The people of a Polis export as pseudonyms; those of an earlier import are known again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from ..accounts.grounds import VoterGround
from ..accounts.look_alikes import skeleton
from ..accounts.models import User
from ..console import progress
from ..database.bulk_insert import bulk_insert
from ..db import db, now
from .polis_rows import by_number
from .polis_store import PolisStore

ROWS = 1_000
"""People that one step adds."""


def add_people(store: PolisStore, prefix: str) -> Iterator[int]:
    """Add pseudonyms for those who have none yet, whose sources begin with ``prefix``; yield after
    each step how many it added, and let the store know everyone's account."""
    store.know(accounts(prefix, User.source.startswith(prefix, autoescape=True)))
    yield 0
    with progress("People", length=store.number_without_account()) as bar:
        while new := store.newcomers(ROWS):
            rows = [pseudonym(f"{prefix}{number}", number, arrived) for number, arrived in new]
            bulk_insert(User, rows)
            store.know(accounts(prefix, User.source.in_([row["source"] for row in rows])))
            bar.update(len(new))
            yield len(new)


def accounts(prefix: str, which: ColumnElement[bool]) -> Iterator[tuple[int, int]]:
    """Yield pseudonyms by their number, each with its account."""
    query = select(User.source, User.id).where(which).execution_options(yield_per=ROWS)
    return by_number(db.session.execute(query), prefix)


def pseudonym(source: str, number: int, arrived: datetime | None) -> dict[str, Any]:
    """Return the row of a person who cannot sign in, and who came now where only votes without a
    time tell of them."""
    name = f"Participant {number}"
    return {
        "name": name,
        "role": "reader",
        "ground": VoterGround.IMPORT,
        "source": source,
        "name_skeleton": skeleton(name),
        "created_at": arrived or now(),
    }
