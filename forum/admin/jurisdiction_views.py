"""For administrators: who can pull a lever on this site, by what name, and in which order."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import can_administer, require
from ..settings.current import jurisdictions
from ..settings.jurisdiction_changes import arrange, choose_set
from .jurisdiction_form import MOST, JurisdictionForm, SetForm, jurisdiction_form

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
    arrange(listed, current_user)
    db.session.commit()
    flash(_("The jurisdictions have been saved."))
    return redirect(url_for("jurisdictions.edit"), 303)


@bp.post("/admin/jurisdictions/set")
def begin() -> ResponseReturnValue:
    """Begin with a set, whose names and order take the place of those there are."""
    require(can_administer(current_user))
    form = SetForm()
    if not form.validate_on_submit():
        abort(422)
    choose_set(form.chosen.data, current_user)
    db.session.commit()
    flash(_("The jurisdictions have been saved."))
    return redirect(url_for("jurisdictions.edit"), 303)


def page(form: JurisdictionForm, code: int) -> ResponseReturnValue:
    """Return the page with the form as it was sent."""
    sets = SetForm(formdata=None)
    listed = jurisdictions()
    return render_template("admin/jurisdictions.html", form=form, sets=sets, listed=listed), code
