"""Telling whom it concerns that a reply is shown for the first time."""

from __future__ import annotations

from ..events.recording import record
from .mentions import people_named
from .models import Reply


def announce(reply: Reply) -> None:
    """Record what a reply that is shown means to others; the second time, nothing.

    Nobody hears twice of one comment: whoever is replied to is not told again as the author of
    what the discussion is about, nor as one who is named. What is rehearsed is nobody's news.
    """
    if reply.essay.rehearsal is not None:
        return
    told = {reply.author_id}
    root = reply.thread or reply
    if reply.parent is not None and reply.parent_id != root.id:
        tell(reply, root, "replied", {reply.parent.author_id} - told)
        told.add(reply.parent.author_id)
    if reply.thread is not None:
        tell(reply, root, "commented", {root.author_id} - told)
        told.add(root.author_id)
    announce_names(reply, told)
    if reply.is_proposal:
        record(
            "proposed",
            ("reply", reply.id),
            essay_id=reply.essay_id,
            by=reply.author,
            facts={"lever": reply.lever},
            key=f"proposed:{reply.id}",
        )


def announce_change(reply: Reply) -> None:
    """Record that the author changed a reply that is shown, and tell whom it names now."""
    if reply.status != "visible" or reply.essay.rehearsal is not None:
        return
    announce_names(reply)
    if reply.is_proposal:
        record(
            "changed",
            ("reply", reply.id),
            essay_id=reply.essay_id,
            part_id=reply.version,
            by=reply.author,
            key=f"changed:{reply.id}:{reply.version}",
        )


def announce_names(reply: Reply, told: set[int] | None = None) -> None:
    """Tell whom a reply names, each once, however often it is edited."""
    for user_id in people_named(reply):
        if user_id not in (told or {reply.author_id}):
            tell(reply, reply.thread or reply, "mentioned", {user_id})


def tell(reply: Reply, root: Reply, kind: str, people: set[int]) -> None:
    """Record what a comment is to these people, if there are any."""
    for user_id in people:
        record(
            kind,
            ("reply", root.id),
            essay_id=reply.essay_id,
            part_id=reply.id,
            by=reply.author,
            to=[user_id],
            key=f"{kind}:{reply.id}:{user_id}",
        )
