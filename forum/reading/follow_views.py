"""Following a proposal, a discussion or one of its levers, a body, or what opens, and no longer."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.login import safe_next
from ..bodies.models import body_by_slug
from ..db import db
from ..essays.finding import visible_essay
from ..events.following import can_follow, follow
from ..events.models import Thing
from ..permissions import require
from ..replies.finding import visible_reply
from ..replies.tags import LEVER
from ..web.limits import limited

bp = Blueprint("follows", __name__)


@bp.post("/replies/<id:reply_id>/follow")
@limited("follows")
def reply(reply_id: int) -> ResponseReturnValue:
    """Follow a proposal or a comment on an essay with what is said there, or no longer."""
    found = visible_reply(reply_id)
    require(can_follow(current_user))
    thing = "reply", found.thread_id or found.id
    return follow_as_asked(thing, url_for("reading.reply", reply_id=thing[1]))


@bp.post("/essays/<slug:slug>/follow")
@limited("follows")
def essay(slug: str) -> ResponseReturnValue:
    """Follow a discussion, the new proposals of one lever of it or of all, or no longer."""
    found = visible_essay(slug)
    require(can_follow(current_user))
    lever = request.values.get("lever", "")
    if lever and lever not in LEVER:
        abort(422, description=_("Choose a lever from the list."))
    return follow_as_asked(("essay", found.id), url_for("reading.essay", slug=slug), lever)


@bp.post("/bodies/<slug:slug>/follow")
@limited("follows")
def body(slug: str) -> ResponseReturnValue:
    """Follow a body, whose answers and promises the visitor is then told of, or no longer."""
    require(can_follow(current_user))
    found = body_by_slug(slug) or abort(404)
    return follow_as_asked(("body", found.id), url_for("bodies.body", slug=slug))


@bp.post("/openings/follow")
@limited("follows")
def openings() -> ResponseReturnValue:
    """Be told when a discussion opens, or no longer."""
    require(can_follow(current_user))
    return follow_as_asked(("site", 0), url_for("reading.home"))


def follow_as_asked(thing: Thing, page: str, lever: str = "") -> ResponseReturnValue:
    """Follow the thing as the form says, and go back to where the visitor was."""
    value = request.form.get("value")
    if value not in {"on", "off"}:
        abort(422, description=_("Choose on or off."))
    follow(current_user, thing, on=value == "on", lever=lever)
    db.session.commit()
    flash(_("You follow it.") if value == "on" else _("You do not follow it any more."))
    return redirect(safe_next(request.form.get("next") or page), 303)
