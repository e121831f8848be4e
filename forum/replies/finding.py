"""Finding the reply that an address names, for a visitor who may read it."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from ..essays.models import essay_for_update
from ..permissions import can_see_essay
from .absence import absence_for
from .models import Reply, reply_by_id, reply_for_update


def named_reply(reply_id: int, lock: bool = False) -> Reply:
    """Return the reply, locked where it is about to change; 404 where there is none here.

    In a draft its essay is locked too, so that whoever ends a rehearsal waits for who writes.
    """
    reply = reply_for_update(reply_id) if lock else reply_by_id(reply_id)
    if lock and reply is not None and reply.essay.state == "draft":
        essay_for_update(reply.essay_id)
    if reply is None or not can_see_essay(current_user, reply.essay):
        abort(404)
    return reply


def visible_reply(reply_id: int, lock: bool = False) -> Reply:
    """Return the reply; 404 where there is none, 410 or 403 for those who may not read it."""
    reply = named_reply(reply_id, lock)
    kept_back = absence_for(current_user, reply)
    if kept_back:
        abort(kept_back.code, description=kept_back.why)
    return reply
