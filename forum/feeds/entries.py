"""An entry of a feed, whatever it tells of: an essay opened, or a reply written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from ..answers.ledger import AnsweredDue
from ..moderation import published
from ..moderation.changes import changes_of
from ..moderation.models import Action
from ..replies.models import Reply
from ..replies.reasons import REASON_LABELS, Reason
from ..replies.tags import LEVER, Lever
from ..web.languages import current_language
from .addresses import full_url
from .models import NewProposal


@dataclass(frozen=True)
class Entry:
    """What a feed says about one page: its address is its name for ever."""

    address: str
    title: str
    language: str
    published: datetime
    updated: datetime
    summary: str
    author: str
    author_address: str = ""
    html: str = ""
    lever: Lever | None = None

    @property
    def lever_label(self) -> str:
        """The lever in the reader's language."""
        return LEVER.label(self.lever) if self.lever else ""


def of_essay(essay: Row[Any]) -> Entry:
    """Return the entry that tells of an essay."""
    return Entry(
        full_url("reading.essay", slug=essay.slug),
        essay.title,
        essay.language,
        essay.opened_at,
        essay.edited_at or essay.opened_at,
        essay.summary,
        essay.byline,
    )


def of_proposal(new: NewProposal) -> Entry:
    """Return the entry that tells of a proposal in a list."""
    card = new.card
    return Entry(
        full_url("reading.reply", reply_id=card.id),
        card.title,
        card.language,
        card.created_at,
        card.edited_at or card.created_at,
        card.excerpt,
        card.author_name,
        full_url("reading.person", user_id=card.author_id),
        new.body_html,
        Lever(card.lever),
    )


def of_action(action: Action) -> Entry:
    """Return the entry that tells of what a moderator did, as the public log tells it."""
    why = REASON_LABELS[Reason(action.reason)]
    summary = " ".join([*changes_of(action), _("The reason: %(reason)s.", reason=why)])
    return Entry(
        published.address(action),
        published.in_words(action),
        current_language(),
        action.at,
        action.at,
        f"{summary} {action.note}".rstrip(),
        published.by(action) or "",
    )


def of_answer(row: AnsweredDue) -> Entry:
    """Return the entry that tells of an official answer, in the reader's language if it has it."""
    sentence, language = row.edition.text("sentence", current_language())
    title = _("%(body)s: %(status)s", body=row.body.name, status=row.label)
    return Entry(
        full_url("answers.answer", answer_id=row.edition.answer_id),
        f"{title} – {row.title}",
        language,
        row.first_at,
        row.edition.at,
        sentence,
        row.body.name,
        full_url("bodies.body", slug=row.body.slug),
    )


def of_reply(reply: Reply, author: str) -> Entry:
    """Return the entry that tells of anything a person wrote; a comment is named by its place."""
    under = reply.thread or reply
    anchor = f"reply-{reply.id}" if reply.thread else None
    return Entry(
        full_url("reading.reply", reply_id=under.id, _anchor=anchor),
        reply.title or under.title or reply.essay.title,
        reply.language,
        reply.created_at,
        reply.edited_at or reply.created_at,
        reply.excerpt,
        author,
        full_url("reading.person", user_id=reply.author_id),
        reply.body_html,
        Lever(reply.lever) if reply.lever else None,
    )
