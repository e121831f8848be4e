"""What stands in feeds and sitemaps: only what a stranger may read, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from ..db import db
from ..essays.models import Essay
from ..replies.filters import Filter, Sort
from ..replies.listing import COLUMNS, Card, listed, rows_of
from ..replies.looking import looked_for
from ..replies.models import Reply
from ..replies.orders import Place

NEWEST = 30
ESSAYS_MOST = 50_000  # as many as a sitemap may hold
REPLIES_A_MAP = 10_000


@dataclass(frozen=True)
class NewProposal:
    """A proposal with its words in full."""

    card: Card
    body_html: str


@dataclass(frozen=True)
class SitemapPage:
    """A page in a sitemap: the essay or reply at it, and when it last changed."""

    name: str | int
    changed_at: datetime


def newest_proposals(chosen: Filter, essay_id: int | None) -> list[NewProposal]:
    """Return the newest proposals that the filter lets through, in one essay or in all."""
    newest = replace(chosen, sort=Sort.NEWEST)
    query = listed(newest, essay_id, Sort.NEWEST, Reply.body_html)

    def ask(last: Place | None) -> list[Row[Any]]:
        return rows_of(query, newest, essay_id, Sort.NEWEST, NEWEST, last=last)

    rows, _edge = looked_for(ask, NEWEST, newest, essay_id, Sort.NEWEST)
    return [NewProposal(Card._make(row[: len(COLUMNS)]), row.body_html) for row in rows]


def newest_essays() -> list[Row[Any]]:
    """Return the essays published last, without their bodies."""
    opened = func.coalesce(Essay.opened_at, Essay.created_at)
    columns = (
        Essay.slug,
        Essay.title,
        Essay.summary,
        Essay.byline,
        Essay.language,
        Essay.edited_at,
        opened.label("opened_at"),
    )
    query = select(*columns).where(Essay.state != "draft")
    return list(db.session.execute(query.order_by(opened.desc()).limit(NEWEST)))


def essays_listed() -> list[SitemapPage]:
    """Return every published essay, the newest first."""
    changed = func.coalesce(Essay.edited_at, Essay.opened_at, Essay.created_at)
    query = select(Essay.slug, changed).where(Essay.state != "draft")
    return pages(query.order_by(Essay.opened_at.desc()).limit(ESSAYS_MOST))


def replies_listed(number: int) -> list[SitemapPage]:
    """Return the proposals and comments with a page of their own in one part of all numbers."""
    first = (number - 1) * REPLIES_A_MAP
    changed = func.coalesce(Reply.edited_at, Reply.created_at)
    query = (
        select(Reply.id, changed)
        .join(Essay, Essay.id == Reply.essay_id)
        .where(Reply.id > first, Reply.id <= first + REPLIES_A_MAP)
        .where(Reply.status == "visible", Reply.thread_id.is_(None), Essay.state != "draft")
    )
    return pages(query.order_by(Reply.id))


def reply_maps() -> range:
    """Return the numbers of the parts in which replies are listed."""
    last = db.session.scalar(select(func.max(Reply.id))) or 0
    return range(1, -(-last // REPLIES_A_MAP) + 1)


def pages(query: Select[*tuple[Any, ...]]) -> list[SitemapPage]:
    """Return the rows of the query as pages of a sitemap."""
    return [SitemapPage(*row) for row in db.session.execute(query)]
