"""Edits that changed the wording only: a moderator says so, and the hold goes on as if unbroken."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ..db import db
from ..replies.models import Reply, ReplyVersion
from .holding import before_votes


def wording_only(reply: Reply) -> list[int]:
    """Return the versions of a proposal that are said to have changed its wording only."""
    mine = ReplyVersion.reply_id == reply.id, ReplyVersion.wording_only
    return list(db.session.scalars(select(ReplyVersion.version).where(*mine).order_by("version")))


def mark_wording(reply: Reply, numbers: Iterable[int]) -> None:
    """Let exactly these versions of a proposal, whose row is held, be of wording only.

    The hold that such a version ended goes on, unless votes have ended the one after it as well;
    where that is found to be no matter of wording after all, the hold begins with the version.
    """
    wanted = set(numbers)
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    for version in db.session.scalars(query.order_by(ReplyVersion.version.desc())):
        marked = version.version in wanted
        if marked == version.wording_only:
            continue
        version.wording_only = marked
        began, before = version.at, version.held_since
        if before is not None and reply.held_since == (began if marked else before):
            reply.held_since = before if marked else began
    before_votes(reply)
    db.session.flush()
