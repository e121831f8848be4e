"""Votes for an earlier version: the text has changed since, and not in its wording alone.

A proposal knows the version from which on its text says what it says now (``text_since``). Votes
from before it are counted beside the others and said on every list; they count all the same. What
moderators find to be a change of wording only makes no such version.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from sqlalchemy import select

from ..db import db
from ..deals.following import WORDS, words_of
from ..replies.models import Reply, ReplyVersion
from .counting import recount_votes


def watch(reply: Reply) -> Callable[[], None]:
    """Look at a proposal before it changes; return what counts its votes as earlier after it."""
    words = words_of(reply)

    def after() -> None:
        if reply.is_proposal and words_of(reply) != words:
            reply.text_since = reply.version
            reply.earlier = reply.support + reply.oppose + reply.neutral - reply.carried
            db.session.flush()

    return after


def begin_text_anew(reply: Reply) -> None:
    """Find the version from which on a proposal's text stands, and count its votes by that.

    Its row is held.
    """
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    versions = db.session.scalars(query.order_by(ReplyVersion.version)).all()
    since = 1
    for before, version in pairwise(versions):
        changed = any(before.content.get(name) != version.content.get(name) for name in WORDS)
        if changed and not version.wording_only:
            since = version.version
    reply.text_since = since
    db.session.flush()
    found = recount_votes([reply.id], redraw=False)[reply.id]
    reply.earlier, reply.carried = found.earlier, found.carried
