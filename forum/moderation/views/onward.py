"""Where a moderator goes on to when something is decided: the next item of the queue, theirs from
that moment, so that two who work through one queue never read the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from flask import request, url_for
from flask_login import current_user

from ...accounts.login import safe_next
from .. import queue as queues
from ..queue_filter import QueueFilter
from .desk import back_to

TRIES = 3
"""How often the next one is looked for where a colleague takes it in the same moment."""


def onward() -> str:
    """Return the address that the form names; of a place in the queue, the item that is there."""
    here = safe_next(request.form.get("next") or url_for("moderation.queue"))
    address = urlsplit(here)
    asked = dict(parse_qsl(address.query))
    if address.path != url_for("moderation.queue") or "past" not in asked:
        return here
    chosen, after = QueueFilter.from_query(asked), asked.get("after", "")
    for _try in range(TRIES):
        review = queues.next_open(chosen, current_user, asked["past"])
        if review is None:
            break
        if queues.hold(review, current_user):
            return back_to(review.reply_id, chosen, after)
    return back_to(None, chosen)


def in_focus(address: str) -> str:
    """Return the address; of the queue with nothing open, at the line that says what was done."""
    asked = dict(parse_qsl(urlsplit(address).query))
    return f"{address}#last-action" if is_queue(address) and "item" not in asked else address


def is_queue(address: str) -> bool:
    """Say whether an address is the queue, whose page says by itself what was done last."""
    return urlsplit(address).path == url_for("moderation.queue")
