"""Exports made in the background: asked for as a row, written by ``flask worker``, fetched later.

The row is all there is of a job, so it survives any restart; a file stands under its name only when
it is complete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import insert, select, update

from ..db import db, now
from ..essays.models import Essay
from ..files import written_whole
from ..moderation.action_kind import UNDO
from ..moderation.kinds import names_where
from ..moderation.models import Action
from ..worker import give_sign
from .fields import Row
from .formats import FORMATS
from .models import Export, State
from .snapshot import open_snapshot
from .tables import SITE, Table, table_of

STEP = 500
"""Proposals between two records of how far a file is."""

KEPT = timedelta(days=7)
"""How long a file is kept to be fetched."""

ROOM = 2 * 1024**3
"""Bytes that all kept files may take; the oldest make room, and the newest stays in any case."""

log = structlog.get_logger("forum.exports")


def ask_for(**values: Any) -> int:
    """Record that an export is wanted; return its number."""
    wanted = insert(Export).values(**values, state=State.WAITING.value).returning(Export.id)
    return int(db.session.execute(wanted).scalar_one())


def file_of(export: Export) -> Path:
    """Return where the file of an export stands, once it is done."""
    return Path(current_app.instance_path) / "exports" / f"{export.id}.{export.format}"


def make_next() -> bool:
    """Make the export that has waited longest; say whether there was one.

    One that a worker had begun when it stopped is begun again: there is one worker, and it is this.
    """
    wanted = select(Export.id).where(Export.state.in_((State.WAITING.value, State.MAKING.value)))
    with open_snapshot() as snapshot:
        number = snapshot.scalar(wanted.order_by(Export.id).limit(1))
    if number is None:
        return False
    export = db.session.get_one(Export, number)
    essay = db.session.get(Essay, export.essay_id) if export.essay_id else None
    db.session.close()
    note(export.id, state=State.MAKING, written=0)
    try:
        make(export, essay)
        note(export.id, state=State.DONE, written=export.rows, finished_at=now())
    except Exception as error:
        log.exception("export failed", export=export.id, kind=type(error).__name__)
        note(export.id, state=State.FAILED, finished_at=now())
    return True


def make(export: Export, essay: Essay | None) -> None:
    """Write the file of an export, as the list stands now."""
    if essay is None and export.name != SITE:
        raise LookupError("The essay is gone.")
    chosen, rules = export.asked()
    path = file_of(export)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):  # of a worker that stopped half-way
        left.unlink(missing_ok=True)
    with force_locale(export.language), open_snapshot() as snapshot:
        table = counted(table_of(snapshot, chosen, rules, essay), export.id)
        with written_whole(path, private=True) as file:
            file.writelines(FORMATS[export.format].begin(table))


def counted(table: Table, export_id: int) -> Table:
    """Return the table so that reading it records how far it is."""

    def read() -> Iterator[Row]:
        for number, row in enumerate(table.rows()):
            if number % STEP == 0 and number:
                note(export_id, written=number)
                give_sign()
            yield row

    return replace(table, read=read)


def note(export_id: int, **values: Any) -> None:
    """Record how an export goes, in a transaction of its own."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(update(Export).where(Export.id == export_id).values(**values))


def withdrawn_since(export: Export) -> bool:
    """Say whether a moderator has taken anything out of the list since the file was asked for.

    The file may hold it, and hidden words are for nobody to read.
    """
    withdrawing = Action.kind.in_((*names_where(lambda kind: kind.withdraws), UNDO))
    query = select(Action.id).where(Action.at >= export.asked_at, withdrawing)
    if export.essay_id is not None:
        query = query.where(Action.essay_id == export.essay_id)
    return db.session.scalar(query.limit(1)) is not None


def clear_out() -> bool:
    """Remove files that were kept long enough, or for which there is no room; never more to do."""
    folder = Path(current_app.instance_path) / "exports"
    found = [(path, path.stat()) for path in folder.glob("*.*")] if folder.is_dir() else []
    room = ROOM
    for place, (path, facts) in enumerate(sorted(found, key=age)):
        room -= facts.st_size
        is_old = now().timestamp() - facts.st_mtime > KEPT.total_seconds()
        if is_old or (room < 0 and place):
            path.unlink(missing_ok=True)
    return False


def age(found: tuple[Path, os.stat_result]) -> float:
    """Return what sorts the newest file first."""
    return -found[1].st_mtime
