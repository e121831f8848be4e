"""For administrators: letters that wait, those that were never sent, and addresses that bounce."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from ..accounts.contacts import Contact
from ..db import db, now
from ..mail.models import DeadLetter, Letter
from ..permissions import can_administer, require
from ..web.pager import before_asked, newest_first
from .letters import BOUNCES_MOST

bp = Blueprint("mail", __name__)


@bp.get("/admin/mail")
def mail() -> ResponseReturnValue:
    """Show how many letters wait, and which will never be sent, the newest first."""
    require(can_administer(current_user))
    dead = newest_first(select(DeadLetter), DeadLetter.id, before_asked())
    return render_template(
        "events/mail.html",
        waiting=count(Letter.next_at <= now()),
        failing=count(Letter.tries > 1),
        coming=count(Letter.next_at > now()),
        silent=count(Contact.silent_since.is_not(None)),
        most=BOUNCES_MOST,
        dead=dead.found,
        following=dead.following,
    )


def count(which: ColumnElement[bool]) -> int:
    """Return of how many rows this holds."""
    return db.session.scalar(select(func.count()).where(which)) or 0
