"""Finding the reply that an address names, for a visitor who may read it."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from ..permissions import can_see, can_see_essay
from .models import Reply, reply_by_id, reply_for_update


def visible_reply(reply_id: int, lock: bool = False) -> Reply:
    """Return the reply, locked where it is about to change; 404 for those who may not read it."""
    reply = reply_for_update(reply_id) if lock else reply_by_id(reply_id)
    if reply is None or not can_see_essay(current_user, reply.essay):
        abort(404)
    if not can_see(current_user, reply):
        abort(404)
    return reply
