"""Changing anything about a reply at once (its tags, its place, its status), every count kept true.

This is what moderators' actions and their undoing are made of. What an author may change of their
own reply is ``edit_reply``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay, touch
from .models import Reply
from .reviews import follow
from .tags import Combination, combination
from .tallies import count_proposal
from .versions import keep_version
from .watching import watched
from .writing import FIELDS, content_of, count_comments, stored


class CannotChange(ValueError):
    """The reply cannot be changed like this: what it would stand under or beside is not there."""


@dataclass(frozen=True)
class CountedPlace:
    """Where a reply is counted, and under which tags where it is a proposal that is shown."""

    essay_id: int
    thread_id: int | None
    tags: Combination | None

    @classmethod
    def of(cls, reply: Reply) -> CountedPlace:
        """Return where the reply is counted now."""
        shown = reply.status == "visible" and reply.is_proposal
        tags = combination(reply) if shown else None
        return cls(reply.essay_id, reply.thread_id, tags)


def change_reply(
    reply: Reply, values: Mapping[str, Any], by: User | None = None, note: str = ""
) -> None:
    """Set columns of a reply whose row is held; raise CannotChange before anything is changed.

    Changed words or tags make a new version. A comment whose ``parent_id`` changes takes the
    comments below it along; so does a reply whose ``essay_id`` changes.
    """
    with watched(reply):
        put_values(reply, values, by, note)


def put_values(reply: Reply, values: Mapping[str, Any], by: User | None, note: str) -> None:
    """Set the columns, and keep every count beside the reply true."""
    left = CountedPlace.of(reply)
    root = thread_of(reply, values)
    below = descendants(reply) if root != reply.thread_id and root is None else []
    hold({left.thread_id, root} - {None}, {left.essay_id, values.get("essay_id", left.essay_id)})
    words = {name: value for name, value in values.items() if name in FIELDS}
    columns = {name: value for name, value in values.items() if name not in FIELDS}
    if words:
        columns |= stored(replace(content_of(reply), **words), reply.essay.language)
        columns["version"] = reply.version + 1
    for name, value in {**columns, "thread_id": root}.items():
        setattr(reply, name, value)
    db.session.flush()
    db.session.expire(reply, ["essay", "thread", "parent"])
    bring_along(reply, left, below)
    if words:
        keep_version(reply, vars(content_of(reply)), by, note)
    recount(reply, left)
    follow(reply, with_thread=reply.essay_id != left.essay_id)


def thread_of(reply: Reply, values: Mapping[str, Any]) -> int | None:
    """Return the reply under whose discussion this one will stand."""
    if "parent_id" not in values:
        return reply.thread_id
    if values["parent_id"] is None:
        return None
    parent = db.session.get(Reply, values["parent_id"])
    elsewhere = parent is None or parent.essay_id != values.get("essay_id", reply.essay_id)
    if parent is None or elsewhere or parent.status == "merged":
        raise CannotChange  # where it stood is gone, was merged, or has moved to another essay
    return parent.thread_id or parent.id


def descendants(reply: Reply) -> list[int]:
    """Return the comments below a comment, however deep."""
    below = select(Reply.id).where(Reply.parent_id == reply.id).cte(recursive=True)
    below = below.union_all(select(Reply.id).join(below, Reply.parent_id == below.c.id))
    return list(db.session.scalars(select(below.c.id)))


def hold(thread_ids: Iterable[int | None], essay_ids: Iterable[int]) -> None:
    """Hold the discussions and then the essays in question, each in the order of their numbers."""
    for column, ids in ((Reply.id, set(thread_ids)), (Essay.id, set(essay_ids))):
        if ids:
            rows = select(column).where(column.in_(ids)).order_by(column)
            db.session.execute(rows.with_for_update(key_share=True))


def bring_along(reply: Reply, left: CountedPlace, below: list[int]) -> None:
    """Let the comments below the reply stand where it stands now."""
    if reply.thread_id is None and below:
        theirs = update(Reply).where(Reply.id.in_(below))
        db.session.execute(theirs.values(thread_id=reply.id))
    elif reply.thread_id is not None and left.thread_id is None:
        theirs = update(Reply).where(Reply.thread_id == reply.id)
        db.session.execute(theirs.values(thread_id=reply.thread_id))
    if reply.essay_id != left.essay_id:
        theirs = update(Reply).where(Reply.thread_id == reply.id)
        db.session.execute(theirs.values(essay_id=reply.essay_id))


def recount(reply: Reply, left: CountedPlace) -> None:
    """Count anew where the reply was and where it is."""
    now = CountedPlace.of(reply)
    threads = {left.thread_id, now.thread_id} - {None}
    if left.thread_id != now.thread_id:
        threads.add(reply.id)
    for thread_id in sorted(filter(None, threads)):
        count_comments(thread_id)
    for essay_id in sorted({left.essay_id, now.essay_id}):
        touch(essay_id)
    if (left.essay_id, left.tags) != (now.essay_id, now.tags):
        if left.tags is not None:
            count_proposal(left.essay_id, left.tags, -1)
        if now.tags is not None:
            count_proposal(now.essay_id, now.tags, +1)
