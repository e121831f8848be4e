"""Voting: one click, one answer, and the place on the page kept."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.login import safe_next
from ..db import db
from ..permissions import can_vote, require
from ..replies.finding import visible_reply
from ..web.errors import wants_part
from ..web.forms import csrf
from ..web.limits import limited
from .casting import cast_vote
from .forms import value_sent
from .holding import proposal_for_vote
from .models import Value

bp = Blueprint("votes", __name__)


@bp.post("/replies/<id:reply_id>/vote")
@csrf.exempt  # type: ignore[untyped-decorator]
@limited("votes")
def vote(reply_id: int) -> ResponseReturnValue:
    """Cast, change or take back the visitor's vote."""
    if current_user.is_authenticated:
        csrf.protect()  # A stranger has no token: asked to sign in below, they keep their vote.
    value = value_sent()
    reply = proposal_for_vote(reply_id) or visible_reply(reply_id, lock=True)
    require(can_vote(current_user, reply))
    if value is None:
        abort(422, description=_("Choose support, oppose, neutral or none."))
    counted = cast_vote(current_user, reply, value)
    db.session.commit()
    done = said_of_vote(value)
    if wants_part():
        return render_template("votes/vote.html", reply=counted, said=done)
    flash(done)
    back = safe_next(request.form.get("next") or url_for("reading.reply", reply_id=reply.id))
    return redirect(f"{back}#reply-{reply.id}", 303)


def said_of_vote(value: Value) -> str:
    """Return what a voter is told, whether a script or a page asked."""
    if value is Value.NONE:
        return _("Your vote has been withdrawn.")
    return _("Your vote is counted.")
