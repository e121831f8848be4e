"""What moderators did to a discussion, to be shown among its comments where it happened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, select, union
from sqlalchemy.orm import joinedload

from ..db import db
from ..replies.models import Reply
from ..replies.threads import Comment
from .models import Action

MOST = 200


def events_in(thread: Reply) -> list[Action]:
    """Return the actions on a reply, on what stands under it, and on what was merged into it."""
    return list(db.session.scalars(in_thread(), {"thread": thread.id}))[::-1]


@cache
def in_thread() -> Select[Action]:
    """Return that as a query, made once."""
    thread: BindParameter[int] = bindparam("thread", type_=Reply.id.type)
    there = select(Reply.id).where((Reply.id == thread) | (Reply.thread_id == thread))
    ids = union(
        select(Action.id).where(Action.reply_id.in_(there)),
        select(Action.id).where(Action.target_id == thread),
    )
    return (
        select(Action)
        .where(Action.id.in_(ids))
        .options(joinedload(Action.by), joinedload(Action.undoes))
        .order_by(Action.id.desc())
        .limit(MOST)
    )


def among(comments: Sequence[Comment], events: Sequence[Action]) -> dict[int, list[Action]]:
    """Return the events by the comment before which they happened; 0 for those after the last."""
    found: dict[int, list[Action]] = {}
    left = list(events)
    for comment in comments:
        while left and left[0].at <= comment.created_at:
            found.setdefault(comment.id, []).append(left.pop(0))
    if left:
        found[0] = left
    return found
