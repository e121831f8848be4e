"""The files of a brief: written once from its frozen rows, and the same bytes ever after.

A document takes a second to set, and the database would keep everyone else waiting. So a brief is
published first, its files are written with no transaction open, and then stored; whichever bytes
are stored first stay. Where a crash comes between, ``flask worker`` goes on here by itself; so does
a facilitator who asks for it on the brief's page, or sends the form once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from ..db import db, upsert
from ..exports.formats import FORMATS, Refused
from ..exports.json.reader import as_kept_row
from ..exports.provenance import Provenance
from ..exports.tables import Table
from ..exports.unprintable import Unprintable
from .models import Brief, BriefFile

log = structlog.get_logger("forum.briefs")


def unwritten(brief: Brief) -> list[str]:
    """Return the formats in which a brief is not stored yet; loads what writing them takes."""
    loads = (undefer(Brief.rows), undefer(Brief.introduction))
    query = select(Brief).where(Brief.id == brief.id).options(*loads)
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    there = select(BriefFile.extension).where(BriefFile.brief_id == brief.id)
    return lacking(brief, set(db.session.scalars(there)))


def lacking(brief: Brief, there: Collection[str]) -> list[str]:
    """Return the formats that can hold the brief and are not among those stored."""
    return [
        extension
        for extension, format in FORMATS.items()
        if extension not in there and format.holds(len(brief.rows))
    ]


def write(brief: Brief, extensions: Iterable[str]) -> list[BriefFile]:
    """Return the brief in these formats, in its own language; asks nothing of the database.

    A format that refuses it is left out: publishing sees to it that none does.
    """
    files = []
    with force_locale(brief.language):
        table = table_of(brief)
        for extension in extensions:
            try:
                files.append(file_of(brief, table, extension))
            except Refused as error:
                log.error("refused", brief=brief.reference, format=extension, why=str(error))
    return files


def table_of(brief: Brief) -> Table:
    """Return the table that the writers of exports take."""
    rows = [as_kept_row(row) for row in brief.rows]
    return Table(
        name=f"brief-{brief.reference}",
        title=_("Brief %(number)s: %(title)s", number=brief.reference, title=brief.title),
        language=brief.language,
        introduction=brief.introduction,
        provenance=Provenance.from_dict(brief.provenance),
        read=lambda: iter(rows),
    )


def unprintable(brief: Brief) -> Unprintable:
    """Return what the documents of a brief could not show."""
    return Unprintable.of_table(table_of(brief))


def file_of(brief: Brief, table: Table, extension: str) -> BriefFile:
    """Return the brief in one format; raises Refused where it is too much for that."""
    format = FORMATS[extension]
    content = b"".join(format.begin(table))
    return BriefFile(
        brief_id=brief.id,
        extension=extension,
        name=format.name,
        mimetype=format.mimetype,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def store(files: Iterable[BriefFile]) -> None:
    """Store the files; one that is there already stays as it is."""
    for file in files:
        names = [column.key for column in BriefFile.__table__.columns]
        once = upsert(BriefFile).values({name: getattr(file, name) for name in names})
        db.session.execute(once.on_conflict_do_nothing(index_elements=["brief_id", "extension"]))
