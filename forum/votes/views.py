"""Voting: one click, one answer, and the place on the page kept."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.login import safe_next
from ..db import db
from ..permissions import can_vote, require
from ..replies.finding import visible_reply
from ..replies.models import Reply
from ..web.errors import wants_json
from ..web.limits import limited
from . import ranking
from .casting import cast_vote
from .forms import VoteForm
from .models import Value

bp = Blueprint("votes", __name__)


@bp.post("/replies/<id:reply_id>/vote")
@limited("votes")
def vote(reply_id: int) -> ResponseReturnValue:
    """Cast, change or take back the visitor's vote."""
    reply = visible_reply(reply_id, lock=True)
    require(can_vote(current_user, reply))
    form = VoteForm()
    if not form.validate_on_submit():
        abort(422, description=_("Choose support, oppose, neutral or none."))
    value = Value(form.value.data)
    cast_vote(current_user, reply, value)
    db.session.commit()
    if wants_json():
        return as_json(reply, value)
    back = safe_next(request.form.get("next") or url_for("reading.reply", reply_id=reply.id))
    return redirect(f"{back}#reply-{reply.id}", 303)


def as_json(reply: Reply, value: Value) -> ResponseReturnValue:
    """Return the new counts, for a page that votes without reloading."""
    db.session.refresh(reply, ["support", "oppose", "neutral", "top"])
    low, high = ranking.interval(reply.support, reply.oppose)
    return jsonify(
        id=reply.id,
        value=value.value,
        support=reply.support,
        oppose=reply.oppose,
        neutral=reply.neutral,
        score=reply.top,
        low=low,
        high=high,
        said=_("Your vote is taken back.") if value is Value.NONE else _("Your vote is counted."),
    )
