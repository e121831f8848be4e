"""What happens once it is known who somebody is: signed in, and on to where they were."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..web.errors import kept_fields
from ..web.languages import current_language
from . import login
from .codes import TooManyCodes, ask_for_code
from .contacts import keep_contact
from .kept_votes import kept_votes
from .models import User
from .provider_links import LinkTaken
from .provider_ties import connect
from .second_factors import has_second_factor
from .second_steps import begin_step
from .sign_ins import How


def come_in(user: User, onward: dict[str, Any], how: How) -> ResponseReturnValue:
    """Let a person in; where they have a second factor, once they have typed its code too."""
    if has_second_factor(user):
        begin_step(user, how, onward, session)
        db.session.commit()
        return redirect(url_for("second_steps.second_step"), 303)
    return let_in(user, onward, how)


def let_in(user: User, onward: dict[str, Any], how: How) -> ResponseReturnValue:
    """Sign the person in, count the votes that their browser kept, and go on where they were."""
    votes = kept_votes()
    login.sign_in(user, how)
    tie_provider(user, onward)
    if user.contact is None or user.contact.language is None:
        keep_contact(user.id, language=current_language())
    said = current_app.extensions["finish_votes"](user, votes) if votes else ""
    db.session.commit()
    if said:
        flash(said)
    target = login.safe_next(onward.get("next") or "/")
    fields = kept_fields(onward.get("kept") or "")
    if fields:
        return render_template("errors/resend.html", action=target, fields=fields)
    return redirect(target, 303)


def tie_provider(user: User, onward: dict[str, Any]) -> None:
    """Tie whom the provider said a stranger is to the account that they showed to be theirs."""
    if at_provider := onward.get("provider"):
        try:
            connect(user, *at_provider)
        except LinkTaken:
            flash(_("Your account is connected to another one at the provider; nothing changed."))


def send_code(
    address: str, onward: dict[str, Any], name: str | None = None, password_hash: str | None = None
) -> ResponseReturnValue:
    """Send a stranger a code and go on to where it is typed; the answer tells nothing else.

    ``name`` and the hash of a password are those with which they would join.
    """
    kept = {"onward": onward, "name": name, "password_hash": password_hash}
    try:
        ask_for_code(None, address, session, **kept)
        db.session.commit()
    except TooManyCodes:
        flash(too_many_codes())
    return redirect(url_for("codes.code"), 303)


def too_many_codes() -> str:
    """Return why no further code is sent, and what to do."""
    return _("This address got three codes within an hour. Look for the last one, or wait.")
