"""What is stored of people, for everyone to read; and everything about oneself, to take along."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..exports.snapshot import open_snapshot, until_read
from ..permission_answers import SIGN_IN, YES
from ..permissions import require
from ..web.limits import limited
from .about_me import about
from .register import REGISTER

bp = Blueprint("stored", __name__)


@bp.get("/stored")
def register() -> ResponseReturnValue:
    """Show what is stored, why and how long."""
    return render_template("privacy/stored.html", register=REGISTER)


@bp.get("/account/everything.json")
@limited("exports", methods=("GET",))
def everything() -> Response:
    """Send the visitor everything about them."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    snapshot = open_snapshot()
    pieces = until_read(snapshot, about(snapshot, current_user.id))
    answer = Response(stream_with_context(pieces), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="everything-about-me.json"'
    return answer
