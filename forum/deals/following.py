"""Keeping holds and dues in step with what happens to proposals and to their discussion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from ..db import db, now
from ..essays.models import Essay
from ..replies.models import Reply, ReplyVersion
from .holding import after_votes, before_votes, begin_holds, end_hold, held, hold_rule
from .models import Due, deal_of
from .settling import settle
from .standing_still import days_of_discussion, days_of_reply

WORDS = ("title", "body", "trade_off", "evidence")
"""What an answer would be given to. Tags are corrected without it, so they end no hold."""


def watch(reply: Reply) -> Callable[[], None]:
    """Write what a proposal's hold has earned before it changes; return what follows after."""
    if not reply.is_proposal:
        return lambda: None
    before_votes(reply)
    since, words, place = reply.held_since, words_of(reply), place_of(reply)

    def after() -> None:
        if place_of(reply) != place:
            days_of_reply(reply)
        if reply.status != "visible" or not reply.is_proposal:
            end_hold(reply)
        elif words_of(reply) != words:
            reworded(reply, since)
        elif place_of(reply) != place:
            end_hold(reply)
            after_votes(reply, hold_rule(reply), reply)

    return after


def words_of(reply: Reply) -> tuple[Any, ...]:
    """Return the words of a proposal as they are now."""
    return tuple(getattr(reply, name) for name in WORDS)


def place_of(reply: Reply) -> tuple[int, str, bool]:
    """Return where a proposal stands now, and whether it is shown there."""
    return reply.essay_id, reply.status, reply.is_proposal


def reworded(reply: Reply, since: datetime | None) -> None:
    """End the hold of a proposal whose words changed, and let a new one begin with its version.

    The version keeps the hold that it ended, in case only the wording changed (``wording``).
    """
    db.session.flush()
    version = newest_version(reply)
    version.held_since = since
    end_hold(reply)
    rule = hold_rule(reply)
    after_votes(reply, rule, reply)
    if reply.held_since is not None:
        reply.held_since = version.at


def newest_version(reply: Reply) -> ReplyVersion:
    """Return the version of a proposal as it stands."""
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    return db.session.scalars(query.order_by(ReplyVersion.version.desc()).limit(1)).one()


def follow_discussion(essay: Essay, paused_at: datetime | None) -> None:
    """Keep step with a discussion that was closed, opened again, paused (``paused_at`` is since
    when it was before) or goes on. Its held proposals and then its own row are locked."""
    if essay.paused_at != paused_at:
        for reply in held(essay.id):
            if reply.held_since is not None:
                reply.held_since += (essay.paused_at or now()) - (paused_at or now())
            before_votes(reply)
        days_of_discussion(essay)
    if essay.is_over:
        settle(essay)
    elif essay.settled_at is not None:
        essay.settled_at = None
    db.session.flush()


def carry_dues(source: Reply, target: Reply) -> None:
    """Let what stands on a merged proposal stand on its successor, which answers for it."""
    moved = update(Due).where(Due.stands_on_id == source.id).values(stands_on_id=target.id)
    db.session.execute(moved, execution_options={"synchronize_session": "fetch"})
    days_of_reply(target)


def return_dues(source: Reply, target: Reply) -> None:
    """Take back what a merge carried: the dues of the proposal and of those merged into it."""
    tree = select(Reply.id).where(Reply.id == source.id).cte(recursive=True)
    tree = tree.union_all(select(Reply.id).join(tree, Reply.merged_into_id == tree.c.id))
    theirs = Due.stands_on_id == target.id, Due.reply_id.in_(select(tree.c.id))
    moved = update(Due).where(*theirs).values(stands_on_id=source.id)
    db.session.execute(moved, execution_options={"synchronize_session": "fetch"})
    days_of_reply(source)


@contextmanager
def under_deal(essay_id: int) -> Iterator[None]:
    """Keep step with many votes of a discussion that change at once, as an import brings them."""
    for reply in held(essay_id):
        before_votes(reply)
    yield
    essay = db.session.get_one(Essay, essay_id)
    deal = deal_of(essay)
    if deal is None or not essay.is_open:
        return
    for reply in held(essay_id):
        after_votes(reply, hold_rule(reply), reply)
    begin_holds(essay, deal)
