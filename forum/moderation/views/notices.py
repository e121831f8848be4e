"""What the forum told a person, and what of theirs readers do not see at present."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...db import db
from ...permission_answers import SIGN_IN, YES
from ...permissions import require
from ...replies.absence import not_shown
from ...web.pager import before_asked
from ..acting import kind_of
from ..notices import mark_read, notices_of
from ..standing import overtaken_among
from .blueprint import bp


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """Show the decisions that concern the visitor, the newest first."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    page = notices_of(current_user, before_asked())
    return render_template(
        "moderation/notices.html",
        notices=page.found,
        following=page.following,
        not_shown=not_shown(current_user),
        kind_of=kind_of,
        overtaken=overtaken_among([each.action for each in page.found]),
    )


@bp.post("/notices/read")
def read_notices() -> ResponseReturnValue:
    """Take the notices up to the newest shown as read."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    until = request.form.get("until", "")
    if until.isdigit() and int(until) < 2**63:
        mark_read(current_user, int(until))
        db.session.commit()
    return redirect(url_for("moderation.notices"), 303)
