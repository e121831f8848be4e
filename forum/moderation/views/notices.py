"""What the forum told a person, and what of theirs readers do not see at present."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...db import db
from ...permissions import SIGN_IN, YES, require
from ...replies.absence import not_shown
from ..acting import kind_of
from ..notices import mark_read, notices_of
from ..standing import overtaken_among
from .blueprint import bp

PAGE = 50


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """Show the decisions that concern the visitor, the newest first."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    before = request.args.get("before", type=int)
    found = notices_of(current_user, before if before and 0 < before < 2**63 else None, PAGE + 1)
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "moderation/notices.html",
        notices=found[:PAGE],
        following=following,
        not_shown=not_shown(current_user),
        kind_of=kind_of,
        overtaken=overtaken_among([each.action for each in found]),
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
