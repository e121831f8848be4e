"""The bytes of a file made in the background, in rows of bounded size: any node may send them.

None is ever in memory whole, neither where it is written nor where it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import Insert, delete, insert, select, update
from sqlalchemy.engine import Connection

from ..db import db, looking, now
from .models import Export, ExportPart, State

PART = 256 * 1024
"""Bytes in a row, and in memory at a time."""

KEPT = timedelta(days=7)
"""How long a file is kept to be fetched."""

ROOM = 2 * 1024**3
"""Bytes that all kept files may take; the oldest make room, and the newest stays in any case."""


def in_parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content in pieces of the size of a row; the last may be smaller."""
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def part_of(export_id: int, place: int, content: bytes) -> Insert:
    """Return what stores a part of a file; the first has place 0."""
    return insert(ExportPart).values(export_id=export_id, place=place, content=content)


def drop_parts(connection: Connection, export_id: int) -> None:
    """Delete what is stored of a file."""
    connection.execute(delete(ExportPart).where(ExportPart.export_id == export_id))


def parts_of(export: Export) -> Iterator[bytes]:
    """Yield a kept file part by part, with no transaction open while one is sent.

    A file that is cleared out meanwhile ends early, which whoever fetches it sees by its length.
    """
    place, sent = 0, 0
    while sent < (export.size or 0):
        this = ExportPart.export_id == export.id, ExportPart.place == place
        with looking() as connection:
            content = connection.scalar(select(ExportPart.content).where(*this))
        if content is None:
            return
        yield content
        place, sent = place + 1, sent + len(content)


def forget_files() -> None:
    """Delete every kept file, for words may stand in the files of a discussion that they have left
    since; what is being made is begun anew."""
    # What is being made comes first: one that is done at this very moment is kept after it.
    making = update(Export).where(Export.state == State.MAKING.value)
    db.session.execute(making.values(state=State.WAITING.value))
    kept = select(Export.id).where(Export.size.is_not(None))
    db.session.execute(delete(ExportPart).where(ExportPart.export_id.in_(kept)))
    db.session.execute(update(Export).where(Export.size.is_not(None)).values(size=None))


def clear_out() -> bool:
    """Delete files that were kept long enough, or for which there is no room; never more to do."""
    is_old = Export.finished_at < now() - KEPT
    kept = select(Export.id, Export.size, is_old).where(Export.size.is_not(None))
    with looking() as connection:
        newest_first = connection.execute(kept.order_by(Export.finished_at.desc())).all()
    room = ROOM
    for place, (number, size, old) in enumerate(newest_first):
        room -= size or 0
        if old or (room < 0 and place):
            with db.engine.begin() as connection:
                drop_parts(connection, number)
                connection.execute(update(Export).where(Export.id == number).values(size=None))
    return False
