"""What was erased, kept outside of the database as well: a backup that is put back is of before.

A line of JSON an erasure in ``erasures.jsonl`` of the instance folder: numbers and moments, no word
and no name. A line is written once the database holds the erasure, so that none speaks of what was
given up; one that a loss of power kept back is written when the erasures are asked for next.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ..db import PageSession, db, looking
from .models import Erasure

FILE = "erasures.jsonl"
PENDING = "erasures"
"""What a session keeps until its transaction is done."""


@dataclass(frozen=True, order=True)
class Erased:
    """One erasure as it stands outside: moments as text, with their zone."""

    at: str
    kind: str
    number: int
    made_at: str
    texts: bool

    @classmethod
    def of(cls, row: Any) -> Erased:
        """Return what stands outside of a row."""
        return cls(row.at.isoformat(), row.kind, row.number, row.made_at.isoformat(), row.texts)

    @classmethod
    def read(cls, line: bytes) -> Erased:
        """Return what a line says; raise ValueError where it says nothing of the kind."""
        try:
            found = cls(**json.loads(line))
            moments = datetime.fromisoformat(found.at), datetime.fromisoformat(found.made_at)
        except TypeError as error:
            raise ValueError(f"This is no erasure: {line[:80]!r}") from error
        if any(moment.tzinfo is None for moment in moments) or not isinstance(found.number, int):
            raise ValueError(f"This is no erasure: {line[:80]!r}")
        return found


def path() -> Path:
    """Return the file."""
    return Path(current_app.instance_path) / FILE


def keep_outside(erasure: Erasure) -> None:
    """Write an erasure into the file as soon as its transaction is done."""
    db.session().info.setdefault(PENDING, []).append(Erased.of(erasure))


@event.listens_for(PageSession, "after_commit")
def write_pending(session: Session) -> None:
    """Write what this transaction erased."""
    if erased := session.info.pop(PENDING, None):
        write(erased)


@event.listens_for(PageSession, "after_rollback")
def drop_pending(session: Session) -> None:
    """Forget what was not erased after all."""
    session.info.pop(PENDING, None)


def write(erased: Iterable[Erased]) -> None:
    """Add what the file does not hold yet, onto the disk; its owner alone can read it.

    Whoever else writes waits; a last line that was cut short gives way.
    """
    handle = os.open(path(), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held = whole(file.read())
        missing = sorted(set(erased) - set(map(Erased.read, held.splitlines())))
        file.seek(len(held))
        file.truncate()
        file.writelines(json.dumps(asdict(each)).encode() + b"\n" for each in missing)
        file.flush()
        os.fsync(file.fileno())


def read(file: Path) -> Iterator[Erased]:
    """Yield what a file holds; raise ValueError at a line that is none of ours."""
    if file.is_file():
        yield from map(Erased.read, whole(file.read_bytes()).splitlines())


def whole(content: bytes) -> bytes:
    """Return the lines that were written to their end: of another the database knows nothing."""
    return content[: content.rfind(b"\n") + 1]


def all_known() -> list[Erased]:
    """Return every erasure of which this database or its file knows, the first one first.

    The file holds all of them then. A database that is away or of before knows none.
    """
    found = set(read(path()))
    try:
        with looking() as connection:
            found |= set(map(Erased.of, connection.execute(select(Erasure.__table__))))
    except SQLAlchemyError:
        return sorted(found)
    write(found)
    return sorted(found)
