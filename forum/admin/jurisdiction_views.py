"""For administrators: who can pull a lever on this site, by what name, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import can_administer, require
from ..settings.current import jurisdictions
from ..settings.jurisdiction_changes import arrange, as_text, choose_set
from ..settings.jurisdiction_sets import SETS
from ..settings.register import JURISDICTIONS
from .jurisdiction_form import MOST, JurisdictionForm, SetForm, jurisdiction_form
from .setting_clash import changes_since, clash_words, state_of_settings
from .staffing import hold_administrators

bp = Blueprint("jurisdictions", __name__)


@bp.route("/admin/jurisdictions", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Show and change the jurisdictions; each change is logged."""
    require(can_administer(current_user))
    form = jurisdiction_form()
    if not form.validate_on_submit():
        return page(form, 422 if form.errors else 200)
    listed = form.listed()
    if len(listed) > MOST:
        form.new_slug.errors = [_("Retire another first: there can be %(most)s.", most=MOST)]
        return page(form, 422)
    if why := set_since(form.state.data, as_text(listed)):
        return page(form, 409, why)
    arrange(listed, current_user)
    return saved()


@bp.post("/admin/jurisdictions/set")
def begin() -> ResponseReturnValue:
    """Begin with a set, whose names and order take the place of those there are."""
    require(can_administer(current_user))
    form = SetForm()
    if not form.validate_on_submit():
        abort(422)
    if why := set_since(form.state.data, as_text(SETS[form.chosen.data].listed)):
        names = jurisdiction_form(sent=False)
        return page(names, 409, why, SetForm(formdata=None, chosen=form.chosen.data))
    choose_set(form.chosen.data, current_user)
    return saved()


def saved() -> ResponseReturnValue:
    """Keep what was done, and show it."""
    db.session.commit()
    flash(_("The jurisdictions have been saved."))
    return redirect(url_for("jurisdictions.edit"), 303)


def set_since(state: str | None, wanted: str) -> list[str]:
    """Return what others set since a form was opened, in words, unless that is what it asks for.

    Administrators take turns, so that of two at once the second sees what the first did.
    """
    hold_administrators()
    later = changes_since([JURISDICTIONS.name], state or "").get(JURISDICTIONS.name, [])
    if not later or later[-1].after == wanted:
        return []
    db.session.rollback()
    return [clash_words(later[-1], JURISDICTIONS)]


def page(
    form: JurisdictionForm, code: int, why: Sequence[str] = (), sets: SetForm | None = None
) -> ResponseReturnValue:
    """Return the page with the form as it was sent; ``why`` is what others set meanwhile."""
    sets = sets or SetForm(formdata=None)
    state = state_of_settings([JURISDICTIONS.name])
    if why or not form.is_submitted():
        form.state.data = state
    sets.state.data = state
    words = {"form": form, "sets": sets, "listed": jurisdictions(), "why": why}
    return render_template("admin/jurisdictions.html", **words), code
