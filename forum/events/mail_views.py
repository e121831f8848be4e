"""For administrators: letters that wait, those that were never sent, and addresses that bounce."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..db import db, now
from ..mail.models import DeadLetter, Letter, write_letter
from ..mail.outbox import send_again
from ..mail.trial import TRIAL
from ..permissions import can_administer, require
from ..web.languages import current_language
from ..web.limits import limited
from ..web.pager import before_asked, newest_first
from .letters import BOUNCES_MOST

bp = Blueprint("mail", __name__)

BOUNCING_MOST = 50
"""People named whose letters came back."""


@bp.get("/admin/mail")
def mail() -> ResponseReturnValue:
    """Show how many letters wait, whose came back, and which will never be sent."""
    require(can_administer(current_user))
    dead = newest_first(select(DeadLetter), DeadLetter.id, before_asked())
    return render_template(
        "events/mail.html",
        server=urlsplit(current_app.config["MAIL_URL"] or "").hostname,
        waiting=count(Letter.next_at <= now()),
        failing=count(Letter.tries > 1),
        coming=count(Letter.next_at > now()),
        silent=count(Contact.silent_since.is_not(None)),
        most=BOUNCES_MOST,
        bouncing=bouncing(),
        dead=dead.found,
        following=dead.following,
    )


@bp.post("/admin/mail/<id:letter_id>/again")
@limited("mail")
def again(letter_id: int) -> ResponseReturnValue:
    """Try a letter anew that was given up."""
    require(can_administer(current_user))
    letter = db.session.get(DeadLetter, letter_id, with_for_update=True) or abort(404)
    send_again(letter)
    db.session.commit()
    flash(_("It is tried again. If it fails again, it comes back to this list."))
    return redirect(url_for("mail.mail"), 303)


@bp.post("/admin/mail/test")
@limited("mail")
def test() -> ResponseReturnValue:
    """Send the visitor a letter that says that letters arrive."""
    require(can_administer(current_user))
    write_letter(TRIAL, current_user.email, current_language())
    db.session.commit()
    flash(_("A test email to %(address)s is on its way.", address=current_user.email))
    return redirect(url_for("mail.mail"), 303)


def count(which: ColumnElement[bool]) -> int:
    """Return of how many rows this holds."""
    return db.session.scalar(select(func.count()).where(which)) or 0


def bouncing() -> list[tuple[User, Contact]]:
    """Return whose letters came back without one arriving since, most of them first."""
    query = select(User, Contact).join(Contact, Contact.user_id == User.id)
    query = query.where(Contact.bounces > 0).order_by(Contact.bounces.desc(), User.id)
    return [(user, contact) for user, contact in db.session.execute(query.limit(BOUNCING_MOST))]
