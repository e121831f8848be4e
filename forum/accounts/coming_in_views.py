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
from .agreements import lacks_agreement, texts_to_agree
from .codes import TooManyCodes, ask_for_code
from .contacts import keep_contact
from .kept_votes import keep_votes, kept_votes
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
    """Sign the person in, and have them go on where they were.

    Whoever has yet to agree to a text does so first; their votes wait in the new session.
    """
    votes = kept_votes()
    login.sign_in(user, how)
    tie_provider(user, onward)
    if user.contact is None or user.contact.language is None:
        keep_contact(user.id, language=current_language())
    keep_votes(votes)
    if not lacks_agreement(user):
        return go_on(user, onward, _("You are signed in"))
    db.session.commit()
    if onward.get("kept"):
        return agreeing_page(user, onward)
    return redirect(url_for("agreeing.agreeing", next=target_of(onward)), 303)


def go_on(user: User, onward: dict[str, Any], done: str) -> ResponseReturnValue:
    """Count the votes that the browser kept, and go on with what was typed there, if anything was.

    ``done`` says what was done, at the head of the page on which that is sent.
    """
    declared_at = finish_votes(user, kept_votes())
    db.session.commit()
    target, fields = target_of(onward), kept_fields(onward.get("kept") or "")
    if fields:
        return render_template("errors/resend.html", action=target, fields=fields, done=done)
    return redirect(declared_at or target, 303)


def finish_votes(user: User, votes: dict[int, str]) -> str:
    """Count votes that a browser kept, and say so; those that wait for a declaration stay there.

    Return the address at which that is declared; nothing where none waits.
    """
    if not votes:
        return ""
    finished = current_app.extensions["finish_votes"](user, votes)
    keep_votes(finished.waiting)
    flash(finished.said)
    return str(finished.declared_at)


def target_of(onward: dict[str, Any]) -> str:
    """Return where somebody goes on."""
    return login.safe_next(onward.get("next") or "/")


def agreeing_page(user: User, onward: dict[str, Any], why: str = "") -> str:
    """Return the page on which somebody agrees to what is asked of them, and goes on."""
    texts = texts_to_agree(user)
    return render_template("accounts/agreeing.html", texts=texts, onward=onward, why=why, here="/")


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
