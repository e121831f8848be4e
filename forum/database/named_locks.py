"""Locks by a name: for what no row stands for yet, such as the letters to an address."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from ..db import db, sqlite_connection
from .writers_queue import take_turn


def take_lock(name: str) -> None:
    """Wait until no other transaction holds the lock of this name; keep it until this one ends.

    On SQLite it is the one turn to write. Raises OperationalError where it does not come.
    """
    connection = db.session.connection()
    held = sqlite_connection(connection)
    if held is None:
        connection.execute(select(func.pg_advisory_xact_lock(lock_number(name))))
    else:
        take_turn(held)


def lock_number(name: str) -> int:
    """Return the number by which PostgreSQL knows a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest())
