"""Withdrawing a reply, and letting it stand again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import can_unwithdraw, can_withdraw, require
from ..web.limits import limited
from . import withdrawing
from .finding import visible_reply

bp = Blueprint("withdrawals", __name__)


@bp.post("/replies/<id:reply_id>/withdraw")
@limited("edits")
def withdraw(reply_id: int) -> ResponseReturnValue:
    """Withdraw what one wrote."""
    reply = visible_reply(reply_id, lock=True)
    require(can_withdraw(current_user, reply))
    withdrawing.withdraw(reply)
    db.session.commit()
    flash(_("You have withdrawn this. You can restore it within a day."))
    return redirect(url_for("reading.reply", reply_id=reply.id), 303)


@bp.post("/replies/<id:reply_id>/unwithdraw")
@limited("edits")
def unwithdraw(reply_id: int) -> ResponseReturnValue:
    """Let what one withdrew stand again."""
    reply = visible_reply(reply_id, lock=True)
    require(can_unwithdraw(current_user, reply, withdrawing.final_from(reply)))
    withdrawing.unwithdraw(reply)
    db.session.commit()
    waits = reply.status == "waiting"
    flash(_("It waits for a moderator again.") if waits else _("It has been restored."))
    return redirect(url_for("reading.reply", reply_id=reply.id), 303)
