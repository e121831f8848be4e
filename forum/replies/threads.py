"""Comments as they are read: each with what was answered to it, one level below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from ..db import db
from .models import Reply
from .shown_comments import ShownComment

Comment = Reply | ShownComment


@dataclass(frozen=True)
class ThreadAnswer:
    """A comment on a comment; ``to`` is whom it answers, where that is another answer."""

    comment: Comment
    to: Comment | None


@dataclass(frozen=True)
class CommentThread:
    """A comment and all that was answered to it, however deep, the oldest first.

    ``is_left`` says that it answers a comment that is not shown any more.
    """

    comment: Comment
    is_left: bool = False
    answers: list[ThreadAnswer] = field(default_factory=list)

    @property
    def elsewhere(self) -> bool:
        """Whether more was answered to it than stands here."""
        return self.comment.comments > len(self.answers)


def threads(comments: Sequence[Comment]) -> list[CommentThread]:
    """Return the comments as threads, in their order; an answer comes after what it answers."""
    shown = {each.id: each for each in comments}
    found: dict[int, CommentThread] = {}
    firsts: dict[int, int] = {}
    for each in comments:
        first = firsts.get(each.parent_id or 0) or firsts.get(each.thread_id or 0)
        firsts[each.id] = first or each.id
        if first is None:
            is_left = each.parent_id not in {None, each.thread_id, *shown}
            found[each.id] = CommentThread(each, is_left)
        else:
            to = None if each.parent_id == first else shown.get(each.parent_id or 0)
            found[first].answers.append(ThreadAnswer(each, to))
    return list(found.values())


def comments_on(reply: Reply) -> list[Reply]:
    """Return the comments shown under a reply, the oldest first, with their authors."""
    return list(db.session.scalars(shown_under(), {"thread": reply.id}))


@cache
def shown_under() -> Select[Reply]:
    """Return that as a query, made once."""
    return (
        select(Reply)
        .where(Reply.thread_id == bindparam("thread"), Reply.status == "visible")
        .options(joinedload(Reply.author))
        .order_by(Reply.id)
    )
