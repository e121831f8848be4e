"""One page of what was found: rows, never entities, and none that may not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..replies.listing import Card, cards_of
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES
from ..words import html
from .excerpts import Marker
from .matching import Found, shown, thread
from .queries import Search
from .result_kind import ResultKind

PAGE = 20
WHOLE = 300_000
"""Characters of plain text of which an excerpt is made."""


@dataclass(frozen=True)
class SearchResult:
    """One essay, proposal or comment that was found; ``title`` is what it stands under."""

    kind: ResultKind
    id: int
    root_id: int
    title: Markup
    title_language: str
    excerpt: Markup
    language: str
    slug: str
    essay_title: str
    created_at: datetime
    row: Any


@dataclass(frozen=True)
class ResultPage:
    """One page of results; ``number`` counts from 1, ``following`` is 0 on the last.

    The proposals among them are there as cards too, by their numbers.
    """

    results: list[SearchResult]
    cards: dict[int, Card]
    number: int
    following: int
    total: int
    is_cut: bool


def page_of(search: Search, found: Found, number: int) -> ResultPage:
    """Return a page of what was found; the first for a number that is none."""
    number = number if 0 < number <= -(-found.total // PAGE) else 1
    ids = found.ids[(number - 1) * PAGE : number * PAGE]
    marker = Marker(search.words)
    made = {**replies(ids, marker), **essays(ids, marker)}
    following = number + 1 if number * PAGE < found.total else 0
    results = [made[each] for each in ids if each in made]
    cards = cards_of(each.id for each in results if each.kind is ResultKind.PROPOSAL)
    return ResultPage(results, cards, number, following, found.total, found.is_cut)


def replies(ids: list[int], marker: Marker) -> dict[int, SearchResult]:
    """Return the replies among what was found, by their numbers."""
    rows = db.session.execute(
        select(
            Reply.id,
            Reply.thread_id,
            Reply.title,
            Reply.body_html,
            Reply.stance,
            *(getattr(Reply, name) for name in TAG_NAMES),
            Reply.language,
            Reply.created_at,
            Reply.version,
            Reply.status,
            Reply.author_id,
            User.name.label("author_name"),
            Essay.slug,
            Essay.title.label("essay_title"),
            Essay.language.label("essay_language"),
            thread.title.label("thread_title"),
            thread.language.label("thread_language"),
        )
        .join(Essay, Essay.id == Reply.essay_id)
        .join(User, User.id == Reply.author_id)
        .outerjoin(thread, thread.id == Reply.thread_id)
        .where(Reply.id.in_([number for number in ids if number > 0]), *shown())
    )
    return {row.id: of_reply(row, marker) for row in rows}


def of_reply(row: Any, marker: Marker) -> SearchResult:
    """Return a reply as a result: a comment under the title of what it is on."""
    title, language = marker.title(row.title or ""), row.language
    if row.lever is None:
        title = Markup.escape(row.thread_title or row.essay_title)
        language = row.thread_language if row.thread_title else row.essay_language
    return SearchResult(
        ResultKind.COMMENT if row.lever is None else ResultKind.PROPOSAL,
        row.id,
        row.thread_id or row.id,
        title,
        language,
        marker.excerpt(plain(row.body_html)),
        row.language,
        row.slug,
        row.essay_title,
        row.created_at,
        row,
    )


def essays(ids: list[int], marker: Marker) -> dict[int, SearchResult]:
    """Return the essays among what was found, by their numbers below zero."""
    numbers = [-number for number in ids if number < 0]
    if not numbers:
        return {}
    rows = db.session.execute(
        select(
            Essay.id,
            Essay.slug,
            Essay.title,
            Essay.summary,
            Essay.prompt,
            Essay.body_html,
            Essay.language,
            Essay.opened_at,
            Essay.created_at,
            Essay.byline,
        ).where(Essay.id.in_(numbers), Essay.state != "draft")
    )
    return {-row.id: of_essay(row, marker) for row in rows}


def of_essay(row: Any, marker: Marker) -> SearchResult:
    """Return an essay as a result."""
    said = " ".join(each for each in (row.summary, row.prompt, plain(row.body_html)) if each)
    return SearchResult(
        ResultKind.ESSAY,
        row.id,
        row.id,
        marker.title(row.title),
        row.language,
        marker.excerpt(said),
        row.language,
        row.slug,
        row.title,
        row.opened_at or row.created_at,
        row,
    )


def plain(rendered: str) -> str:
    """Return the words of stored HTML as plain text."""
    return html.excerpt(Markup(rendered), WHOLE)  # noqa: S704 - ours, and it leaves as text
