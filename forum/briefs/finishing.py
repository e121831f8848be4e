"""Writing the files that a brief lacks: at publication, and after a crash that cut it short."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import func, select

from ..db import db, now
from ..exports.formats import FORMATS
from ..exports.snapshot import open_snapshot
from . import files
from .models import Brief, BriefFile

PATIENCE = timedelta(minutes=1)
"""How long after publication whoever published it is thought to be writing the files still."""

given_up: set[int] = set()
"""Briefs that this worker has tried to finish; where it could not, the next one tries again."""

log = structlog.get_logger("forum.briefs")


def finish(brief: Brief) -> None:
    """Write and store the files that a brief lacks, with no transaction open meanwhile."""
    missing = files.unwritten(brief)
    db.session.commit()
    files.store(files.write(brief, missing))
    db.session.commit()


def finish_next() -> bool:
    """Finish a brief whose publication was cut short; say whether there was one."""
    stored = select(func.count()).where(BriefFile.brief_id == Brief.id).scalar_subquery()
    left = select(Brief.id).where(
        stored < len(FORMATS), Brief.published_at < now() - PATIENCE, Brief.id.not_in(given_up)
    )
    with open_snapshot() as snapshot:
        number = snapshot.scalar(left.order_by(Brief.id).limit(1))
    if number is None:
        return False
    given_up.add(number)
    try:
        finish(db.session.get_one(Brief, number))
    except Exception as error:
        log.exception("brief not finished", brief=number, kind=type(error).__name__)
    return True
