"""For administrators: what the site is called, how it looks and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..permissions import can_administer, require
from ..settings.jurisdiction_changes import put_back_jurisdictions
from ..settings.models import SettingChange, SiteSetting
from ..settings.register import JURISDICTIONS, SettingRow, row_named, setting_rows
from ..settings.setting_changes import SettingMovedOn, change_setting, put_back
from ..web.pager import before_asked, newest_first
from .lever_rows import lever_rows
from .setting_form import RowsForm, SettingForm, setting_form

bp = Blueprint("site_settings", __name__)


@bp.route("/admin/site", methods=["GET", "POST"])
def site() -> ResponseReturnValue:
    """Show and change what the site says of itself; each change is logged."""
    require(can_administer(current_user))
    return page_of("site", SettingForm, list(setting_rows()))


@bp.route("/admin/levers", methods=["GET", "POST"])
def levers() -> ResponseReturnValue:
    """Show and change what a lever means here, with an example; each change is logged."""
    require(can_administer(current_user))
    return page_of("levers", RowsForm, list(lever_rows()))


def page_of(name: str, kind: type[RowsForm], rows: Sequence[SettingRow]) -> ResponseReturnValue:
    """Show and change these settings, on the page of this name."""
    held = select(SiteSetting).where(SiteSetting.name.in_([row.name for row in rows]))
    said = {row.name: row.value for row in db.session.scalars(held)}
    form = setting_form(kind, rows, {row.name: said.get(row.name, row.default) for row in rows})
    if form.validate_on_submit():
        for setting, value in form.chosen(rows):
            change_setting(setting, value, current_user)
        db.session.commit()
        flash(_("The settings have been saved."))
        return redirect(url_for(f"site_settings.{name}"), 303)
    code = 422 if form.errors else 200
    return render_template(f"admin/{name}.html", form=form, rows=rows), code


@bp.get("/admin/changes")
def changes() -> ResponseReturnValue:
    """Show what administrators changed, the newest first, each with a way back."""
    require(can_administer(current_user))
    query = select(SettingChange).options(joinedload(SettingChange.by))
    page = newest_first(query, SettingChange.id, before_asked(), most=20)
    more = list(lever_rows())
    rows = {each.name: row_named(each.name, *more) for each in page.found}
    return render_template(
        "admin/changes.html", changes=page.found, rows=rows, following=page.following
    )


def way_back(change: SettingChange) -> Callable[[SettingChange, User], None]:
    """Return what puts back what a change changed: a setting, or the rows of the jurisdictions."""
    return put_back_jurisdictions if change.name == JURISDICTIONS.name else put_back


@bp.post("/admin/changes/<id:change_id>/undo")
def undo(change_id: int) -> ResponseReturnValue:
    """Let a setting say what it did before a change."""
    require(can_administer(current_user))
    change = db.session.get(SettingChange, change_id)
    if change is None:
        abort(404)
    try:
        way_back(change)(change, current_user)
    except SettingMovedOn:
        abort(409, description=_("This was changed again since. Undo the later change first."))
    db.session.commit()
    flash(_("The change has been undone."))
    return redirect(url_for("site_settings.changes"), 303)
