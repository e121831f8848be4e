"""How a person is told of what happens: when, in which language, and what they asked for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.contacts import contacts_of, keep_contact
from ..db import db
from ..permissions import can_moderate, require
from ..web.languages import current_language
from ..web.limits import limited
from .following import can_follow, follows_of
from .forms import PreferencesForm
from .preferences import choose, rhythms_of
from .subjects import subjects_of
from .topics import TOPICS

bp = Blueprint("events", __name__)


@bp.route("/account/letters", methods=["GET", "POST"])
@limited("follows")
def preferences() -> ResponseReturnValue:
    """Choose when to be told of what, and see what is followed."""
    require(can_follow(current_user))
    contact = contacts_of([current_user.id]).get(current_user.id)
    language = (contact.language if contact else None) or current_language()
    form = PreferencesForm(data={**rhythms_of(current_user), "language": language})
    form.offer_languages()
    if form.validate_on_submit():
        choose(current_user, form.rhythms())
        keep_contact(current_user.id, language=form.language.data)
        db.session.commit()
        flash(_("Your choices are saved."))
        return redirect(url_for("events.preferences"), 303)
    asked = follows_of(current_user)
    page = render_template(
        "events/preferences.html",
        form=form,
        contact=contact,
        topics=[topic for topic in TOPICS if not topic.for_staff or can_moderate(current_user)],
        asked=asked,
        subjects=subjects_of({(each.subject_kind, each.subject_id) for each in asked}),
    )
    return page, 422 if form.errors else 200
