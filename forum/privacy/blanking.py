"""Blanking words wherever they stand, frozen rows and files included; each holds the pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, update

from ..accounts.models import User
from ..briefs import blanking as briefs
from ..briefs.models import BriefQuote
from ..db import db
from ..drafts.models import Draft
from ..exports.file_parts import forget_files
from ..feeds.pictures import SharePicture
from ..moderation.models import Action
from ..replies.models import Reply, ReplyVersion
from ..replies.writing import Content, put_words
from ..words import differences
from .models import erasure_pass
from .tombstones import mark_of, nobodys_name, tombstone


def blank_reply(reply: Reply) -> None:
    """Blank the text of a held reply: as it stands, its versions, and every copy of it."""
    words = tombstone(reply)
    with erasure_pass():
        blank_versions(reply, words)
        put_words(reply, None, words, "")
        reply.fingerprint = mark_of(reply)
        blank_log(reply, words)
        briefs.blank_text(reply.id, words)
    forget_copies(reply)


def blank_versions(reply: Reply, words: Content) -> None:
    """Blank what the reply said before; how often it was changed can still be seen."""
    content = asdict(words)
    theirs = update(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    db.session.execute(theirs.values(content=content, note=""))
    same = differences.kept(content, content)
    db.session.execute(theirs.where(ReplyVersion.version > 1).values(changes=same))


def blank_log(reply: Reply, words: Content) -> None:
    """Blank what the log keeps of the reply's words: titles of before and after."""
    said = {name: value for name, value in asdict(words).items() if name in ("title", "trade_off")}
    for action in db.session.scalars(select(Action).where(Action.reply_id == reply.id)):
        action.subject = words.title or words.body
        action.before, action.after = without(action.before, said), without(action.after, said)


def without(values: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return what an action changed, with other words in place of those that stood there."""
    return {name: said.get(name, value) for name, value in values.items()}


def forget_copies(reply: Reply) -> None:
    """Delete what was made of the reply's words: drafts, its picture, files kept to be fetched."""
    edits = Draft.place.startswith(f"/replies/{reply.id}/", autoescape=True)
    db.session.execute(delete(Draft).where(Draft.user_id == reply.author_id, edits))
    db.session.execute(delete(SharePicture).where(SharePicture.reply_id == reply.id))
    forget_files()


def blank_name(person: User) -> None:
    """Blank a person's name in the log and in briefs; each reply of theirs keeps its number."""
    name = nobodys_name()
    with erasure_pass():
        acted = update(Action).where(Action.by_id == person.id, Action.by_name != "")
        db.session.execute(acted.values(by_name=name))
        about = Action.user_id == person.id, Action.reply_id.is_(None)
        for action in db.session.scalars(select(Action).where(*about)):
            action.subject = name
            said = {"name": name}
            action.before, action.after = without(action.before, said), without(action.after, said)
        quoted = select(BriefQuote.reply_id).join(Reply, Reply.id == BriefQuote.reply_id)
        briefs.blank_author(set(db.session.scalars(quoted.where(Reply.author_id == person.id))))
        briefs.blank_publisher(person.id)
    forget_files()


def standing_in(reply: Reply) -> Collection[str]:
    """Return the references of the briefs in which a reply's words stand."""
    return briefs.references_of(reply.id)
