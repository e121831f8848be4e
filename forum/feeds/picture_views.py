"""Sending the picture that stands for a proposal where its address is shared."""

from __future__ import annotations

import threading

import structlog
from flask import Blueprint, Response, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from ..db import db
from ..permissions import can_see_essay
from ..replies.models import reply_by_id
from ..web.limits import count, limiter, refusal, standings, who
from .drawing import SharedProposal, draw
from .pictures import KeptPicture, keep_picture, picture_of
from .views import STRANGER

bp = Blueprint("pictures", __name__)

LIMITS = (("pictures", who), ("pictures_in_all", lambda: "site"))
"""How many are drawn: for one person or network, and for all together."""

PATIENCE = 5.0
"""Seconds to wait while this process draws others."""

drawing = threading.Semaphore()
log = structlog.get_logger("forum.pictures")


@bp.get("/replies/<id:reply_id>/picture.png")
def proposal(reply_id: int) -> ResponseReturnValue:
    """Send the picture of a proposal that everyone may read."""
    reply = reply_by_id(reply_id)
    if reply is None or not reply.is_proposal or reply.status != "visible":
        abort(404)
    if not can_see_essay(STRANGER, reply.essay):
        abort(404)
    shared, kept = SharedProposal.of(reply), picture_of(reply_id)
    png = kept.png if kept and kept.holds(shared) else drawn(reply_id, shared, kept)
    response = Response(png, mimetype="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response.make_conditional(request)


def drawn(reply_id: int, shared: SharedProposal, before: KeptPicture | None) -> bytes:
    """Return a picture drawn now, one at a time in a process; the one before where it has to do.

    The database is let go before the picture is drawn. Words that were changed are never sent.
    """
    db.session.rollback()
    stopgap = before.png if before and before.shows(shared) else None
    if not may_draw():
        return stopgap or abort(429, description=refusal())
    if not drawing.acquire(timeout=PATIENCE):
        return stopgap or abort(503)
    try:
        meanwhile = picture_of(reply_id)
        db.session.rollback()
        if meanwhile and meanwhile.holds(shared):
            return meanwhile.png
        png = draw(shared)
        keep(reply_id, shared, png)
    finally:
        drawing.release()
    return png


def may_draw() -> bool:
    """Say whether the limits leave room for one more, and count it."""
    if not limiter.enabled:
        return True
    reached = [each for name, key in LIMITS for each in standings(name, key()) if each.is_reached]
    if reached:
        g.reached = reached
        g.retry_after = max(each.wait for each in reached)
        return False
    for name, key in LIMITS:
        count(name, key())
    return True


def keep(reply_id: int, shared: SharedProposal, png: bytes) -> None:
    """Keep the picture in a transaction of its own; who asked gets it even where that fails."""
    try:
        db.session.connection(execution_options={"reading": False})
        keep_picture(reply_id, shared, png)
        db.session.commit()
    except DBAPIError as error:
        db.session.rollback()
        log.warning("not kept", reply=reply_id, kind=type(error.orig).__name__)
