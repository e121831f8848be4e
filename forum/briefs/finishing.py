"""Writing the files that a brief lacks: at publication, and after a crash that cut it short."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import func, select

from ..db import db, now
from ..exports.formats import FORMATS
from ..exports.snapshot import open_snapshot
from . import files
from .models import Brief, BriefFile, ErasedFile

PATIENCE = timedelta(minutes=1)
"""How long after publication whoever published it is thought to be writing the files still."""

given_up: set[tuple[int, int]] = set()
"""Briefs that this worker has tried to finish, each with what was erased of it last; where it
could not, the next one tries again."""

log = structlog.get_logger("forum.briefs")


def finish(brief: Brief) -> bool:
    """Write and store the files that a brief lacks, with no transaction open meanwhile.

    Where words of it were erased meanwhile they stand in what was written: then nothing is stored,
    and False says so.
    """
    missing, origin = files.unwritten(brief), brief.provenance
    db.session.commit()
    written = files.write(brief, missing)
    held = select(Brief.provenance).where(Brief.id == brief.id).with_for_update()
    is_same = db.session.scalars(held).one() == origin
    if is_same:
        files.store(written)
    db.session.commit()
    return is_same


def finish_next() -> bool:
    """Finish a brief whose publication was cut short; say whether there was one."""
    stored = select(func.count()).where(BriefFile.brief_id == Brief.id).scalar_subquery()
    erased = select(func.coalesce(func.max(ErasedFile.id), 0)).where(
        ErasedFile.brief_id == Brief.id
    )
    left = select(Brief.id, erased.scalar_subquery()).where(
        stored < len(FORMATS), Brief.published_at < now() - PATIENCE
    )
    with open_snapshot() as snapshot:
        found = map(tuple, snapshot.execute(left.order_by(Brief.id)))
        turn = next((each for each in found if each not in given_up), None)
    if turn is None:
        return False
    given_up.add(turn)
    try:
        if not finish(db.session.get_one(Brief, turn[0])):
            given_up.discard(turn)
    except Exception as error:
        log.exception("brief not finished", brief=turn[0], kind=type(error).__name__)
    return True
