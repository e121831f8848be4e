"""For administrators: what the site is called, how it looks and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..permissions import can_administer, require
from ..settings.jurisdiction_changes import put_back_jurisdictions
from ..settings.limit_rows import limit_rows
from ..settings.models import SettingChange, SiteSetting
from ..settings.register import JURISDICTIONS, LOGO, SettingRow, row_named, setting_rows
from ..settings.setting_changes import SettingMovedOn, change_setting, put_back
from ..web.pager import before_asked, newest_first
from .lever_rows import lever_rows
from .limit_form import shown_limits
from .setting_clash import SentSettings, changes_since, clash_words, compared, state_of_settings
from .setting_form import LimitsForm, RowsForm, SettingForm, setting_form
from .staffing import hold_administrators

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


@bp.route("/admin/limits", methods=["GET", "POST"])
def limits() -> ResponseReturnValue:
    """Show and change how often things may be done; each change is logged, and holds at once."""
    require(can_administer(current_user))
    rows = list(limit_rows())
    return page_of("limits", LimitsForm, rows, groups=shown_limits(rows))


def page_of(
    name: str, kind: type[RowsForm], rows: Sequence[SettingRow], **more: Any
) -> ResponseReturnValue:
    """Show and change these settings, on the page of this name."""
    refuse_fixed(rows)
    held = select(SiteSetting).where(SiteSetting.name.in_([row.name for row in rows]))
    said = {row.name: row.value for row in db.session.scalars(held)}
    form = setting_form(kind, rows, {row.name: said.get(row.name, row.default) for row in rows})
    why: list[str] = []
    if form.validate_on_submit():
        found = changed(form, rows)
        if not found.clashes:
            db.session.commit()
            flash(_("The settings have been saved."))
            return redirect(url_for(f"site_settings.{name}"), 303)
        db.session.rollback()
        why = show_again(form, rows, found)
    if why or not form.is_submitted():
        form.state.data = state_of_settings(names_of(rows))
    page = render_template(f"admin/{name}.html", form=form, rows=rows, why=why, **more)
    return page, 409 if why else 422 if form.errors else 200


def refuse_fixed(rows: Sequence[SettingRow]) -> None:
    """Refuse a form with a setting that the server fixes, rather than drop what was sent."""
    fixed = next((row for row in rows if row.fixed_by and row.name in request.form), None)
    if fixed is not None:
        words = {"what": fixed.label, "variable": fixed.fixed_by}
        abort(409, description=_("%(what)s: fixed on the server by %(variable)s.", **words))


def names_of(rows: Sequence[SettingRow]) -> list[str]:
    """Return the names of what a page sets; the picture stands with the site's."""
    return [*(row.name for row in rows), LOGO.name]


def changed(form: RowsForm, rows: Sequence[SettingRow]) -> SentSettings:
    """Let the settings say what was sent, unless it clashes with what others set meanwhile.

    Administrators take turns, so that of two at once the second sees what the first did.
    """
    hold_administrators()
    since = changes_since(names_of(rows), form.state.data or "")
    found = compared(dict(form.chosen(rows)), since)
    for setting, value in found.wanted.items() if not found.clashes else ():
        change_setting(setting, value, current_user)
    return found


def show_again(form: RowsForm, rows: Sequence[SettingRow], found: SentSettings) -> list[str]:
    """Keep what was typed, show what others set elsewhere, and return what clashes, in words."""
    for row in rows:
        if row.name in found.left:
            form[row.name].data = found.left[row.name] or row.default
    by_name = {row.name: row for row in (*rows, LOGO)}
    return [clash_words(change, by_name[change.name]) for change in found.clashes]


@bp.get("/admin/changes")
def changes() -> ResponseReturnValue:
    """Show what administrators changed, the newest first, each with a way back."""
    require(can_administer(current_user))
    query = select(SettingChange).options(joinedload(SettingChange.by))
    page = newest_first(query, SettingChange.id, before_asked(), most=20)
    more = [*lever_rows(), *limit_rows()]
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
