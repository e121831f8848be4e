"""Agreeing to the site's texts: what changed in them, and going on to where one was."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import is_signed_in, require
from ..web.errors import wants_json
from ..web.limits import limited
from ..web.visitor import visitor_here
from .agreements import agree, lacks_agreement, texts_to_agree
from .coming_in_views import agreeing_page, go_on, target_of
from .forms import OnwardForm
from .models import User

bp = Blueprint("agreeing", __name__)


@bp.route("/agree", methods=["GET", "POST"])
@limited("codes")
def agreeing() -> ResponseReturnValue:
    """Show what the visitor is asked to agree to, and take it; a program is told what is left."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = OnwardForm()
    onward = form.onward() if form.is_submitted() else {"next": request.args.get("next", "/")}
    if not form.validate_on_submit():
        if wants_json():
            return left(user)
        return agreeing_page(user, onward) if lacks_agreement(user) else redirect(target_of(onward))
    agree(user.id, request.form.get("agreed", ""))
    if lacks_agreement(user):
        db.session.commit()
        why = _("A text was changed meanwhile. Read it again.")
        return left(user, 409) if wants_json() else (agreeing_page(user, onward, why), 409)
    if wants_json():
        db.session.commit()
        return left(user)
    return go_on(user, onward, _("Thank you: you can take part now"))


def left(user: User, code: int = 200) -> ResponseReturnValue:
    """Tell a program what the visitor has yet to agree to; it sends the signs as ``agreed``."""
    texts = texts_to_agree(user)
    asked = [
        {
            "text": each.text.name,
            "language": each.text.language,
            "since": each.text.since.isoformat(),
            "markdown": each.text.words,
            "sign": each.text.sign,
        }
        for each in texts
    ]
    return jsonify(to_agree=asked), code
