"""Finding and showing published briefs, and keeping back what moderators have withdrawn since.

A brief is frozen, and hidden text is for nobody to read. So the words of a reply that is hidden
today are left out of every page, and the files, which hold them, wait until it is shown again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from markupsafe import Markup
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, undefer

from ..db import db
from ..exports import phrases
from ..exports.fields import Row
from ..exports.formats import FORMATS
from ..exports.json.reader import as_kept_row, named_now
from ..moderation.kinds import names_where
from ..moderation.models import Action
from ..permissions import READABLE
from ..replies.models import Reply
from ..replies.withdrawing import Withdrawal, withdrawals_of
from ..words import html
from .models import Brief, BriefDraft, BriefFile, BriefQuote
from .publishing import comments_of, rendered

REFERENCE = re.compile(r"(\d{4})-([1-9]\d{0,8})")
KEPT = ("id", "place", "rank", "ranked", "rank_in_lever", "lever")
"""What stays of a proposal that is kept back."""


@dataclass(frozen=True)
class Shown:
    """One proposal of a brief as readers may see it today.

    ``withdrawn`` holds the fields whose words are kept back, each with the time at which a
    moderator hid them (none where it is not known); "body" stands for the proposal as a whole.
    """

    row: Row
    html: dict[str, Markup]
    withdrawn: dict[str, datetime | None] = field(default_factory=dict)
    taken_back: dict[str, datetime] = field(default_factory=dict)
    """When authors withdrew what stands in these fields; it stays readable."""

    @property
    def outcome(self) -> list[str]:
        """What was due and answered when the brief was published, in words."""
        return phrases.outcome(self.row)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the proposal itself is kept back."""
        return "body" in self.withdrawn


def brief_by_reference(reference: str) -> Brief | None:
    """Return the brief of this number, such as 2026-3."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        return None
    query = select(Brief).where(Brief.year == int(found[1]), Brief.number == int(found[2]))
    return db.session.scalar(
        query.options(joinedload(Brief.supersedes), joinedload(Brief.published_by))
    )


def with_words(brief: Brief) -> Brief:
    """Return the brief with its rows and its HTML loaded."""
    query = select(Brief).where(Brief.id == brief.id)
    loads = (undefer(Brief.rows), undefer(Brief.html), undefer(Brief.introduction))
    return db.session.scalars(query.options(*loads)).one()


def briefs(essay_id: int | None = None, most: int = 200) -> list[Brief]:
    """Return the published briefs, of one essay or of all, the newest first."""
    which = NEWEST if essay_id is None else NEWEST_OF_ESSAY
    return list(db.session.scalars(which, {"most": most, "essay": essay_id}))


NEWEST = (
    select(Brief)
    .options(joinedload(Brief.essay), joinedload(Brief.published_by))
    .order_by(Brief.year.desc(), Brief.number.desc())
    .limit(bindparam("most"))
)
NEWEST_OF_ESSAY = NEWEST.where(Brief.essay_id == bindparam("essay"))


def briefs_by_essay(essay_ids: Sequence[int], most: int = 200) -> dict[int, list[Brief]]:
    """Return the briefs of each of these essays that no newer one supersedes, the newest first."""
    found: dict[int, list[Brief]] = {}
    for brief in db.session.scalars(NEWEST_BY_ESSAY, {"essay_ids": essay_ids, "most": most}):
        found.setdefault(brief.essay_id or 0, []).append(brief)
    return found


NEWER = aliased(Brief)
NEWEST_BY_ESSAY = (
    select(Brief)
    .outerjoin(NEWER, NEWER.supersedes_id == Brief.id)
    .where(Brief.essay_id.in_(bindparam("essay_ids", expanding=True)), NEWER.id.is_(None))
    .order_by(Brief.year.desc(), Brief.number.desc())
    .limit(bindparam("most"))
)


def successor_of(brief: Brief) -> Brief | None:
    """Return the brief that supersedes this one."""
    return db.session.scalar(select(Brief).where(Brief.supersedes_id == brief.id))


def superseded(ids: Sequence[int]) -> set[int]:
    """Return those of these briefs that a newer one supersedes."""
    query = select(Brief.supersedes_id).where(Brief.supersedes_id.in_(ids))
    return {int(number) for number in db.session.scalars(query) if number is not None}


def drafts(most: int = 100) -> list[BriefDraft]:
    """Return the drafts that are not published, the newest first."""
    query = (
        select(BriefDraft)
        .where(BriefDraft.brief_id.is_(None))
        .options(joinedload(BriefDraft.created_by))
        .order_by(BriefDraft.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def files_of(brief: Brief) -> list[BriefFile]:
    """Return the files of a brief without their content, in the order of the formats."""
    query = select(BriefFile).where(BriefFile.brief_id == brief.id)
    stored = {file.extension: file for file in db.session.scalars(query)}
    known = [stored.pop(extension) for extension in FORMATS if extension in stored]
    return [*known, *stored.values()]


def file_of(brief: Brief, extension: str) -> BriefFile | None:
    """Return one file of a brief with its content."""
    query = select(BriefFile).where(
        BriefFile.brief_id == brief.id, BriefFile.extension == extension
    )
    return db.session.scalar(query.options(undefer(BriefFile.content)))


def readable(brief: Brief) -> set[int]:
    """Return the replies quoted in a brief that everyone may read today."""
    thread = aliased(Reply)
    query = (
        select(BriefQuote.reply_id)
        .join(Reply, Reply.id == BriefQuote.reply_id)
        .outerjoin(thread, thread.id == Reply.thread_id)
        .where(BriefQuote.brief_id == brief.id, Reply.status.in_(READABLE))
        .where(thread.id.is_(None) | thread.status.in_(READABLE))
    )
    return set(db.session.scalars(query))


def withdrawn_from(brief: Brief) -> set[int]:
    """Return the replies whose words stand in a brief and may not be read any more."""
    held = {number for row in brief.rows for number in (row["id"], *comments_of(row))}
    return held - readable(brief)


def hidden_at(ids: set[int]) -> dict[int, datetime]:
    """Return when each of these replies was last hidden by a moderator."""
    query = (
        select(Action.reply_id, func.max(Action.at))
        .where(Action.reply_id.in_(ids), Action.kind.in_(names_where(lambda kind: kind.hides)))
        .group_by(Action.reply_id)
    )
    return {int(number): at for number, at in db.session.execute(query) if number is not None}


def shown(brief: Brief) -> list[Shown]:
    """Return the proposals of a brief without the words that moderators have withdrawn since."""
    out = withdrawn_from(brief)
    times = hidden_at(out) if out else {}
    words = words_of(brief)["rows"]
    rows = [shown_row(as_kept_row(row), words[str(row["id"])], out, times) for row in brief.rows]
    held = [{int(row["id"]): "body", **comments_of(row)} for row in brief.rows]
    standing = withdrawals_of(number for fields in held for number in fields)
    return [
        replace(row, taken_back=since(of, standing)) for row, of in zip(rows, held, strict=True)
    ]


def since(held: Mapping[int, str], standing: Mapping[int, Withdrawal]) -> dict[str, datetime]:
    """Return when authors withdrew what stands in a row, by the field that holds it."""
    return {name: standing[number].at for number, name in held.items() if number in standing}


def words_of(brief: Brief) -> dict[str, Any]:
    """Return the HTML of a brief: as stored, or anew where the sanitiser has changed since."""
    if brief.renderer == html.RENDERER:
        return brief.html
    return rendered(brief.introduction, brief.rows)


def shown_row(
    given: Row,
    words: dict[str, str],
    out: Collection[int] = (),
    times: Mapping[int, datetime] | None = None,
) -> Shown:
    """Return one proposal, with what may not be read taken out of row and HTML alike."""
    row, times = dict(given), times or {}
    withdrawn: dict[str, datetime | None] = {}
    for number, name in comments_of(given).items():
        if number in out:
            withdrawn[name] = times.get(number)
            row |= {name: "", f"{name}_author": "", f"{name}_permalink": ""}
    if given["id"] in out:
        withdrawn = {"body": times.get(cast(int, row["id"]))}
        row = {name: row[name] for name in KEPT}
    kept = {name: Markup(text) for name, text in named_now(words).items() if row.get(name)}  # noqa: S704
    return Shown(row, kept, withdrawn)
