"""What happened to a reply, for those who follow it by feed: what was said of it, what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from ..db import db
from ..essays.models import EssayEvent
from ..moderation.events import events_in
from ..replies.models import Reply
from ..replies.tags import STANCE
from ..replies.threads import comments_on
from ..replies.versions import versions_of
from ..replies.withdrawing import withdrawals_of
from ..web.languages import current_language
from .addresses import full_url
from .entries import Entry, of_action, of_reply
from .models import NEWEST


def happenings(reply: Reply) -> list[Entry]:
    """Return what happened to a reply that everyone may read, from its writing on, newest first."""
    told = [
        of_reply(reply, reply.author.name),
        *(of_comment(each) for each in comments_on(reply)[-NEWEST:]),
        *(of_action(each) for each in events_in(reply)),
        *edits_of(reply),
        *withdrawal_of(reply),
        *ends_of(reply),
    ]
    return sorted(told, key=lambda entry: entry.published, reverse=True)[:NEWEST]


def of_comment(comment: Reply) -> Entry:
    """Return the entry that tells of a comment, named by who says it and what it does."""
    name = comment.author.name
    said = _("A comment by %(name)s", name=name)
    if comment.stance:
        said = _("%(name)s: %(value)s", name=STANCE.label(comment.stance), value=name)
    return replace(of_reply(comment, name), title=said)


def edits_of(reply: Reply) -> list[Entry]:
    """Return the entries that tell how its author changed it; moderators' changes are actions."""
    address = full_url("replies.history", reply_id=reply.id)
    return [
        Entry(
            f"{address}#version-{version.version}",
            _("Edited: %(title)s", title=name_of(reply)),
            reply.language,
            version.at,
            version.at,
            version.note,
            reply.author.name,
        )
        for version in versions_of(reply)
        if version.version > 1 and version.by_id == reply.author_id
    ]


def withdrawal_of(reply: Reply) -> list[Entry]:
    """Return the entry that tells of its withdrawal, where it was withdrawn."""
    address = full_url("reading.reply", reply_id=reply.id, _anchor="withdrawn")
    said = _("Its author withdrew this.")
    return [
        Entry(address, said, current_language(), each.at, each.at, said, reply.author.name)
        for each in withdrawals_of([reply.id]).values()
        if reply.status == "withdrawn"
    ]


def ends_of(reply: Reply) -> list[Entry]:
    """Return the entries that tell when its discussion was closed and opened again."""
    essay = reply.essay
    query = select(EssayEvent).where(
        EssayEvent.essay_id == essay.id,
        EssayEvent.kind.in_(("close", "reopen")),
        EssayEvent.at >= reply.created_at,
    )
    told = [
        of_end(reply, f"event-{each.id}", each.kind, each.at) for each in db.session.scalars(query)
    ]
    if essay.closes_at and essay.is_over and essay.state == "open":
        told.append(of_end(reply, "closed", "close", essay.closes_at))
    return told


def of_end(reply: Reply, anchor: str, kind: str, at: datetime) -> Entry:
    """Return the entry that tells of the end of a discussion, or of its going on."""
    said = _("The discussion is closed.") if kind == "close" else _("The discussion is open again.")
    address = full_url("reading.essay", slug=reply.essay.slug, _anchor=anchor)
    return Entry(address, said, current_language(), at, at, said, "")


def name_of(reply: Reply) -> str:
    """Return what a reply is called."""
    return reply.title or _("A comment on %(essay)s", essay=reply.essay.title)
