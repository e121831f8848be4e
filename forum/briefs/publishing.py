"""From a draft to a brief: numbered and frozen, once; files.py then writes it in every format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now, upsert
from ..deals.writing_dues import due_by_brief
from ..essays.models import Essay, touch
from ..exports.fields import Row
from ..exports.json.reader import named_now
from ..exports.json.writer import written
from ..replies.models import Reply
from ..words import html
from .brief_subjects import announce_brief
from .freezing import Frozen, freeze
from .models import Brief, BriefDraft, BriefNumber, BriefQuote, Shortlist

WORDS = ("body", "note", "quoted_support", "quoted_challenge")
"""The fields of a row that are people's Markdown."""


class NothingToPublish(ValueError):
    """There is not one proposal in it."""


class BriefTooLong(ValueError):
    """There is more text in it than every format can hold."""


class Changed(ValueError):
    """The brief would hold other words than those that were read in the preview."""


class Superseded(ValueError):
    """The brief that this one should supersede has been superseded by another already."""


def start_draft(
    by: User,
    words: dict[str, Any],
    shortlist: Shortlist | None,
    essay: Essay | None,
    supersedes: Brief | None,
) -> BriefDraft:
    """Return a draft of these words; sent twice before it is published, it is one draft."""
    values = {
        **words,
        "shortlist_id": shortlist.id if shortlist else None,
        "essay_id": shortlist.essay_id if shortlist else essay.id if essay else None,
        "supersedes_id": supersedes.id if supersedes else None,
        "created_by_id": by.id,
    }
    mark = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    once = upsert(BriefDraft).values(**values, version=1, fingerprint=mark, created_at=now())
    db.session.execute(once.on_conflict_do_nothing(index_elements=["fingerprint"]))
    return db.session.scalars(select(BriefDraft).filter_by(fingerprint=mark)).one()


def edit_draft(draft: BriefDraft, words: dict[str, Any], supersedes: Brief | None) -> None:
    """Change a held draft that is not published yet."""
    values = {**words, "supersedes_id": supersedes.id if supersedes else None}
    if all(getattr(draft, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.edited_at = now()


def discard_draft(draft: BriefDraft) -> None:
    """Throw a held draft away that is not published; a shortlist that it was made of stays."""
    db.session.delete(draft)


def draft_for_update(draft_id: int) -> BriefDraft | None:
    """Return the draft with its row locked until the transaction ends."""
    return db.session.scalar(
        select(BriefDraft)
        .where(BriefDraft.id == draft_id)
        .with_for_update(of=BriefDraft, key_share=True)
        .execution_options(populate_existing=True)
    )


def publish(draft: BriefDraft, by: User, seen: str) -> Brief:
    """Publish a held draft and return the brief; the second time, the same brief.

    ``seen`` is the mark of the preview that was read. Raises NothingToPublish, TooLong, Changed,
    Superseded.
    """
    if draft.brief is not None:
        return draft.brief
    moment = now()
    frozen = freeze(draft, moment)
    if not frozen.rows:
        raise NothingToPublish
    if frozen.is_too_long:
        raise BriefTooLong
    if frozen.mark(draft) != seen:
        raise Changed
    hold_predecessor(draft)
    brief = numbered(draft, by, moment)
    frozen = frozen.published(address_of(brief), by)
    fill(brief, draft, frozen)
    db.session.add(brief)
    db.session.flush()
    numbers = quoted(frozen.rows)
    db.session.add_all(BriefQuote(brief_id=brief.id, reply_id=number) for number in numbers)
    due_by_brief((int(str(row["id"])) for row in frozen.rows), brief.published_at)
    announce_brief(brief, by, numbers)
    draft.brief_id, draft.fingerprint = brief.id, None
    if brief.essay_id is not None:
        touch(brief.essay_id)
    return brief


def hold_predecessor(draft: BriefDraft) -> None:
    """Lock the brief that this one supersedes; raise Superseded where another already does."""
    if draft.supersedes_id is None:
        return
    held = select(Brief.id).where(Brief.id == draft.supersedes_id)
    db.session.execute(held.with_for_update(key_share=True))
    if db.session.scalar(select(Brief.id).where(Brief.supersedes_id == draft.supersedes_id)):
        raise Superseded


def numbered(draft: BriefDraft, by: User, moment: datetime) -> Brief:
    """Return a brief with the next number of the year; publishers wait for each other here."""
    taken = upsert(BriefNumber).values(year=moment.year, last=1)
    number = db.session.scalar(
        taken.on_conflict_do_update(
            index_elements=["year"], set_={"last": BriefNumber.last + 1}
        ).returning(BriefNumber.last)
    )
    return Brief(
        year=moment.year,
        number=number,
        published_at=moment,
        published_by_id=by.id,
        supersedes_id=draft.supersedes_id,
        essay_id=draft.shortlist.essay_id if draft.shortlist else draft.essay_id,
    )


def fill(brief: Brief, draft: BriefDraft, frozen: Frozen) -> None:
    """Put the words and the rows into the brief, as they will stay."""
    brief.title, brief.introduction = draft.title, draft.introduction
    brief.language = draft.language
    brief.rows = json.loads(json.dumps(frozen.rows, default=written))
    brief.provenance = frozen.provenance.as_dict()
    brief.html, brief.renderer = rendered(draft.introduction, frozen.rows), html.RENDERER


def address_of(brief: Brief) -> str:
    """Return the address at which a brief can be read."""
    return f"{current_app.config['BASE_URL']}/briefs/{brief.reference}"


def rendered(introduction: str, rows: Iterable[Any]) -> dict[str, Any]:
    """Return the HTML of all Markdown in a brief: the introduction, and the words of each row."""
    return {
        "introduction": as_html(introduction, "introduction", 1),
        "rows": {
            str(row["id"]): {
                name: as_html(row[name], f"{name.replace('_', '-')}-{row['id']}", 3, name != "note")
                for name in WORDS
            }
            for row in map(named_now, rows)
        },
    }


def as_html(source: str, prefix: str, offset: int, typed: bool = False) -> Markup:
    """Return safe HTML, nothing for nothing."""
    if not source:
        return Markup()
    return html.shown(source, prefix=prefix, heading_offset=offset, typed=typed)


def quoted(rows: Iterable[Row]) -> list[int]:
    """Return the replies whose words stand in the rows: proposals, and the comments beside them.

    Those that are gone from the database since the rows were read are left out.
    """
    numbers = set()
    for row in rows:
        numbers |= {int(str(row["id"])), *comments_of(row)}
    held = select(Reply.id).where(Reply.id.in_(numbers)).order_by(Reply.id)
    return list(db.session.scalars(held))


def comments_of(row: Any) -> dict[int, str]:
    """Return the comments that a row quotes, by number, with the field that holds each."""
    found, row = {}, named_now(row)
    for name in ("quoted_support", "quoted_challenge"):
        _page, _mark, number = str(row[f"{name}_permalink"]).rpartition("#reply-")
        if number.isdigit():
            found[int(number)] = name
    return found
