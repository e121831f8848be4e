"""Blanking a reply's words or a person's name in published briefs, which nothing else may change.

The caller holds the pass that the triggers ask for. The files are taken away, what their checksums
were is kept, and whatever finishes briefs writes them anew from what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from ..db import db
from ..exports.json.reader import as_kept_row
from ..exports.provenance import Digest, Provenance
from ..replies.writing import Content
from ..words import html
from .models import Brief, BriefFile, BriefQuote, ErasedFile
from .publishing import comments_of, rendered

WORDS = ("title", "body", "trade_off", "evidence")
Change = Callable[[dict[str, Any]], dict[str, Any]]


def blank_text(reply_id: int, words: Content) -> None:
    """Put other words in place of a reply's in every brief that quotes it."""
    said = asdict(words)

    def change(row: dict[str, Any]) -> dict[str, Any]:
        if row["id"] == reply_id:
            row = {**row, **{name: said[name] for name in WORDS if name in row}}
        return {**row, **dict.fromkeys(quoting(row, {reply_id}), words.body)}

    rewrite(briefs_quoting({reply_id}), change)


def blank_author(reply_ids: Collection[int]) -> None:
    """Take the author's name from these replies in every brief that quotes one of them."""

    def change(row: dict[str, Any]) -> dict[str, Any]:
        if row["id"] in reply_ids:
            row = {**row, "author": ""}
        return {**row, **{f"{field}_author": "" for field in quoting(row, reply_ids)}}

    rewrite(briefs_quoting(reply_ids), change)


def blank_publisher(person_id: int) -> None:
    """Take a person's name from every brief that they published."""
    for brief in db.session.scalars(select(Brief).where(Brief.published_by_id == person_id)).all():
        origin = Provenance.from_dict(brief.provenance)
        if origin.publisher:
            brief.provenance = replace(origin, publisher="").as_dict()
            take_files(brief)


def quoting(row: dict[str, Any], reply_ids: Collection[int]) -> list[str]:
    """Return the fields of a row in which one of these comments is quoted."""
    return [field for number, field in comments_of(row).items() if number in reply_ids]


def briefs_quoting(reply_ids: Collection[int]) -> list[Brief]:
    """Return the briefs in which words of these replies stand."""
    which = select(BriefQuote.brief_id).where(BriefQuote.reply_id.in_(reply_ids))
    loads = undefer(Brief.rows), undefer(Brief.html), undefer(Brief.introduction)
    return list(db.session.scalars(select(Brief).where(Brief.id.in_(which)).options(*loads)))


def references_of(reply_id: int) -> list[str]:
    """Return how the briefs are cited in which words of a reply stand."""
    return [brief.reference for brief in briefs_quoting({reply_id})]


def rewrite(found: Iterable[Brief], change: Change) -> None:
    """Change the rows of briefs, with their HTML and checksum, and take their files away."""
    for brief in found:
        rows = [change(dict(row)) for row in brief.rows]
        if rows == brief.rows:
            continue
        brief.rows = rows
        brief.html, brief.renderer = rendered(brief.introduction, rows), html.RENDERER
        origin = Provenance.from_dict(brief.provenance)
        digest = str(Digest(map(as_kept_row, rows)))
        brief.provenance = replace(origin, sha256=digest).as_dict()
        take_files(brief)


def take_files(brief: Brief) -> None:
    """Delete a brief's files, and keep what their checksums were."""
    stored = select(BriefFile).where(BriefFile.brief_id == brief.id)
    for file in db.session.scalars(stored):
        db.session.add(
            ErasedFile(brief_id=brief.id, name=file.name, sha256=file.sha256, size=file.size)
        )
    db.session.flush()
    db.session.execute(delete(BriefFile).where(BriefFile.brief_id == brief.id))
    db.session.expire_all()


def erased_from(brief: Brief) -> list[ErasedFile]:
    """Return the files of a brief that were taken away, with their checksums, the last first."""
    query = select(ErasedFile).where(ErasedFile.brief_id == brief.id)
    return list(db.session.scalars(query.order_by(ErasedFile.id.desc()).limit(50)))
