"""Votes for an earlier version: the text has changed since, and not in its wording alone.

A proposal knows the version from which on its text says what it says now (``text_since``). Votes
from before it are counted beside the others and said on every list; they count all the same. What
moderators find to be a change of wording only makes no such version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from sqlalchemy import select

from ..db import db
from ..deals.following import WORDS, words_of
from ..replies.models import Reply, ReplyVersion
from .counting import recount_votes


def watch(reply: Reply) -> Callable[[], None]:
    """Look at a proposal before it changes; return what counts its votes as earlier after it."""
    words, was_proposal = words_of(reply), reply.is_proposal

    def after() -> None:
        if (was_proposal or reply.is_proposal) and words_of(reply) != words:
            begin_text_anew(reply)

    return after


def begin_text_anew(reply: Reply) -> None:
    """Find the version from which on a proposal's text stands, and count its votes by that.

    Its row is held.
    """
    db.session.flush()
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    versions = db.session.scalars(query.order_by(ReplyVersion.version)).all()
    reply.text_since = begun(versions, reply.author_id)
    db.session.flush()
    found = recount_votes([reply.id], redraw=False)[reply.id]
    reply.earlier, reply.carried = found.earlier, found.carried


def begun(versions: Sequence[ReplyVersion], author_id: int) -> int:
    """Return the version with which the text as it stands began.

    What someone else changed and put back again, as an undone correction is, began none.
    """
    texts = [0]
    for place, (before, version) in enumerate(pairwise(versions), start=1):
        if version.wording_only or not differ(before, version):
            continue
        last = texts[-1]
        theirs = all(each.by_id not in {None, author_id} for each in (versions[last], version))
        if last and theirs and not differ(versions[last - 1], version):
            texts.pop()
        else:
            texts.append(place)
    return versions[texts[-1]].version


def differ(before: ReplyVersion, after: ReplyVersion) -> bool:
    """Say whether two versions say something else, their tags aside."""
    return any(before.content.get(name) != after.content.get(name) for name in WORDS)
