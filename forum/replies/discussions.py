"""Moving a whole discussion under another proposal, and back, with a mark on every comment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, update

from ..db import db
from .models import Reply
from .writing import count_comments


def move_discussion(source: Reply, target: Reply) -> None:
    """Let every comment under the source stand under the target; both rows are held.

    A comment that came from elsewhere before keeps the mark of where it was first written.
    """
    here = Reply.thread_id == source.id
    change(here & Reply.origin_id.is_(None), origin_id=source.id)
    change(Reply.parent_id == source.id, parent_id=target.id)
    change(here, thread_id=target.id)
    count_both(source, target)


def return_discussion(source: Reply, target: Reply) -> None:
    """Let the comments that came from the source stand there again.

    An answer that was given to one of them meanwhile goes along, so that no conversation is torn
    apart; every other comment of the meantime stays under the target.
    """
    came = came_from(source, target)
    change(Reply.id.in_(came) & (Reply.parent_id == target.id), parent_id=source.id)
    change(Reply.id.in_(came), thread_id=source.id)
    change(Reply.origin_id == source.id, origin_id=None)
    count_both(source, target)


def came_from(source: Reply, target: Reply) -> Select[tuple[int]]:
    """Return the query of the comments under the target that belong to the source."""
    origins = select(Reply.id).where(Reply.id == source.id).cte(recursive=True)
    origins = origins.union(select(Reply.id).join(origins, Reply.merged_into_id == origins.c.id))
    under = Reply.thread_id == target.id
    came = select(Reply.id).where(under, Reply.origin_id.in_(select(origins.c.id)))
    found = came.cte(recursive=True)
    found = found.union(select(Reply.id).join(found, Reply.parent_id == found.c.id).where(under))
    return select(found.c.id)


def change(which: Any, **values: int | None) -> None:
    """Change columns of many comments at once."""
    theirs = update(Reply).where(which).values(**values)
    db.session.execute(theirs, execution_options={"synchronize_session": "fetch"})


def count_both(source: Reply, target: Reply) -> None:
    """Count the comments of both, in the order of their numbers."""
    for number in sorted((source.id, target.id)):
        count_comments(number)
