"""What is stored of people, for everyone to read; and everything about oneself, to take along."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..accounts.proof_views import is_asked_and_proved
from ..accounts.proving import ProofForm
from ..accounts.tries import failed
from ..db import db
from ..exports.snapshot import open_snapshot, until_read
from ..permissions import is_signed_in, require
from ..web.attached import attached
from ..web.limits import limited
from .about_me import about
from .register import REGISTER

bp = Blueprint("stored", __name__)


def was_sent(answer: Response) -> bool:
    """Say whether the file was sent, not the page that asks for it."""
    return answer.mimetype == "application/json"


@bp.get("/stored")
def register() -> ResponseReturnValue:
    """Show what is stored, why and how long."""
    return render_template("privacy/stored.html", register=REGISTER)


@bp.route("/account/everything", methods=["GET", "POST"])
@limited("exports", counts=was_sent)
@limited("sign_in", counts=failed)
def everything() -> ResponseReturnValue:
    """Send the visitor everything about them, once they have shown that it is they who ask."""
    require(is_signed_in(current_user))
    form = ProofForm().asking(current_user)
    if not is_asked_and_proved(form):
        page = render_template("privacy/everything.html", form=form)
        return page, 422 if form.errors else 200
    db.session.commit()
    snapshot = open_snapshot()
    pieces = until_read(snapshot, about(snapshot, current_user.id))
    name = "everything-about-me.json"
    return attached(stream_with_context(pieces), "application/json", name)
