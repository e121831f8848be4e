"""Exports made in the background: asked for as a row, written by ``flask worker``, fetched later.

The row is all there is of a job, so it survives any restart, and any worker may take it up: it is
its own for the length of a lease, which it renews as it goes on. What is written stands in rows as
well (see ``file_parts``), so any node may send it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ..db import db, looking, now, only_look
from ..essays.models import Essay
from ..moderation.action_kind import UNDO
from ..moderation.kinds import names_where
from ..moderation.models import Action
from ..replies.models import Reply
from ..worker import give_sign
from .fields import Row
from .file_parts import drop_parts, in_parts, part_of
from .formats import ARCHIVE, FORMATS
from .models import Export, State
from .snapshot import open_snapshot
from .tables import SITE, Table, table_of

STEP = 500
"""Proposals between two records of how far a file is."""

LEASE = timedelta(minutes=5)
"""How long an export is a worker's without a word from it; setting a long document is silent."""

TRIES = 3
"""How often an export is begun; then whatever stops the workers is taken to be the export."""

log = structlog.get_logger("forum.exports")


class TakenOver(Exception):
    """Another worker has taken the export since: this one was silent for longer than its lease."""


def ask_for(**values: Any) -> int:
    """Record that an export is wanted; return its number."""
    wanted = insert(Export).values(**values, state=State.WAITING.value).returning(Export.id)
    return int(db.session.execute(wanted).scalar_one())


def make_next() -> bool:
    """Make the export that has waited longest; say whether there was one.

    Where the database fails, or the worker dies, it is begun again when its lease is over.
    """
    export = take()
    if export is None:
        return False
    try:
        make(export)
    except TakenOver:
        log.warning("export taken over", export=export.id, tries=export.tries)
    except DBAPIError:
        raise
    except Exception as error:
        log.exception("export failed", export=export.id, kind=type(error).__name__)
        give_up(export)
    except BaseException:  # the worker is stopped: the next one need not wait
        note(export, state=State.WAITING, tries=export.tries - 1)
        raise
    return True


def take() -> Export | None:
    """Take the export that has waited longest, or that another worker left, for a lease."""
    is_left = and_(Export.state == State.MAKING.value, Export.taken_until < now())
    turn = select(Export).where(or_(Export.state == State.WAITING.value, is_left))
    turn = turn.order_by(Export.id).limit(1)
    with looking() as connection:
        if connection.scalar(turn.with_only_columns(Export.id)) is None:
            return None
    with Session(db.engine, expire_on_commit=False) as session, session.begin():
        export = session.scalar(turn.with_for_update(skip_locked=True))
        if export is None:
            return None
        drop_parts(session.connection(), export.id)
        if export.tries == TRIES:
            log.error("export given up", export=export.id, tries=export.tries)
            export.state, export.finished_at = State.FAILED, now()
            return None
        export.state, export.written, export.tries = State.MAKING, 0, export.tries + 1
        export.taken_until = now() + LEASE
        return export


def make(export: Export) -> None:
    """Write the file of an export, as the list stands now, a part at a time."""
    essay = db.session.get(Essay, export.essay_id) if export.essay_id else None
    only_look()  # The words of a list are asked for here, and every part is written beside.
    if essay is None and export.name != SITE:
        raise LookupError("The essay is gone.")
    if essay is not None and essay.rehearsal is not None:
        raise LookupError("The discussion has come to be rehearsed.")
    size = 0
    with force_locale(export.language), open_snapshot() as snapshot:
        for place, part in enumerate(in_parts(content_of(snapshot, export, essay))):
            size += len(part)
            with db.engine.begin() as connection:
                hold(connection, export)
                connection.execute(part_of(export.id, place, part))
    note(export, state=State.DONE, written=export.rows, size=size, finished_at=now())


def content_of(snapshot: Connection, export: Export, essay: Essay | None) -> Iterator[bytes]:
    """Return the file of an export as it is written: a list, or a discussion as one archive."""
    if export.format == ARCHIVE:
        found: Iterator[bytes] = current_app.extensions["archive"](snapshot, essay)
        return found
    chosen, rules = export.asked()
    table = counted(table_of(snapshot, chosen, rules, essay), export)
    return FORMATS[export.format].begin(table)


def counted(table: Table, export: Export) -> Table:
    """Return the table so that reading it records how far it is."""

    def read() -> Iterator[Row]:
        for number, row in enumerate(table.rows()):
            if number % STEP == 0 and number:
                note(export, written=number)
                give_sign()
            yield row

    return replace(table, read=read)


def note(export: Export, **values: Any) -> None:
    """Record how an export goes, in a transaction of its own; raise TakenOver."""
    with db.engine.begin() as connection:
        hold(connection, export, **values)


def hold(connection: Connection, export: Export, **values: Any) -> None:
    """Renew the lease and record how the export goes; raise TakenOver where it is another's."""
    mine = Export.id == export.id, Export.tries == export.tries, Export.state == State.MAKING.value
    change = update(Export).where(*mine).values(taken_until=now() + LEASE, **values)
    if not connection.execute(change).rowcount:
        raise TakenOver


def give_up(export: Export) -> None:
    """Record that an export cannot be made, and keep nothing of it."""
    with db.engine.begin() as connection:
        hold(connection, export, state=State.FAILED, finished_at=now())
        drop_parts(connection, export.id)


def withdrawn_since(export: Export) -> bool:
    """Say whether a moderator has taken anything out of the list since the file was asked for, or
    hidden anything that was moved out of it since.

    The file may hold it, and hidden words are for nobody to read; an archive says that it does.
    """
    if export.format == ARCHIVE:
        return False
    withdrawing = Action.kind.in_((*names_where(lambda kind: kind.withdraws), UNDO))
    lately = Action.at >= export.asked_at
    query = select(Action.id).where(lately, withdrawing)
    if export.essay_id is not None:
        left = Action.before["essay_id"].as_integer() == export.essay_id
        moved = select(Action.reply_id).where(lately, left)
        below = select(Reply.id).where(Reply.thread_id.in_(moved))
        query = query.where(
            or_(
                Action.essay_id == export.essay_id,
                Action.reply_id.in_(moved),
                Action.reply_id.in_(below),
            )
        )
    return db.session.scalar(query.limit(1)) is not None
