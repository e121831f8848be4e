"""Everything about oneself as JSON: each table of the register, row by row, as it is stored.

It is written while it is sent, from one moment of the database, so it needs no memory however much
somebody wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Table, or_, select
from sqlalchemy.engine import Connection

from ..db import Base, now
from .register import REGISTER
from .stored_data import PersonalTable, StoredData

SCHEMA = "circle-back-person/1"
AT_ONCE = 200
"""Rows in memory at a time."""


def about(snapshot: Connection, person_id: int) -> Iterator[bytes]:
    """Yield the file of a person, a row at a time."""
    head = {
        "schema": SCHEMA,
        "site": current_app.config["BASE_URL"],
        "person": person_id,
        "made_at": now().isoformat(),
    }
    yield (json.dumps(head)[:-1] + ', "data": [').encode()
    for number, data in enumerate(data for data in REGISTER if data.tables):
        yield (",\n" if number else "\n").encode()
        yield from described(snapshot, person_id, data)
    yield b"\n]}\n"


def described(snapshot: Connection, person_id: int, data: StoredData) -> Iterator[bytes]:
    """Yield one line of the register with the rows that are the person's."""
    said = {"what": str(data.what), "why": str(data.why), "kept": data.how_long()}
    yield (json.dumps(said, ensure_ascii=False)[:-1] + ', "tables": {').encode()
    for number, table in enumerate(table for table in data.tables if table.mine):
        yield f'{"," if number else ""}\n  "{table.name}": ['.encode()
        for place, row in enumerate(rows(snapshot, person_id, table)):
            line = json.dumps(row, ensure_ascii=False, default=plain)
            yield f"{',' if place else ''}\n    {line}".encode()
        yield b"]"
    yield b"}}"


def rows(snapshot: Connection, person_id: int, of: PersonalTable) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that are the person's, without what nobody is given."""
    table: Table = Base.metadata.tables[of.name]
    mine = or_(*(table.c[name] == person_id for name in of.mine))
    kept_back = {*of.hidden, *of.left_out}
    given = [column for column in table.columns if column.name not in kept_back]
    query = select(*given).where(mine).order_by(*table.primary_key)
    found = snapshot.execution_options(yield_per=AT_ONCE).execute(query)
    for row in found.mappings():
        yield dict(row)


def plain(value: Any) -> Any:
    """Return a value as JSON has it; raise TypeError for what no table of the register holds."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a register's table.")
