"""The facilitator's side of an essay: write, edit, publish, close, reopen; and its history."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import can_facilitate, require
from ..web.dates import day, unbroken
from ..web.forms import Form
from ..web.limits import limited
from ..web.pager import before_asked
from ..words import differences
from . import models, opening
from .editions import editions_of
from .finding import visible_essay
from .forms import EssayForm
from .models import edit_essay, write_essay

bp = Blueprint("essays", __name__)


@bp.route("/essays/new", methods=["GET", "POST"])
@limited("edits")
def write() -> ResponseReturnValue:
    """Write a new essay as a draft."""
    require(can_facilitate(current_user))
    form = EssayForm()
    if form.validate_on_submit():
        essay = write_essay(current_user, form.content())
        essay.closes_at = form.closes_at()
        db.session.commit()
        flash(_("The draft is saved. Read it through, then publish it."))
        return redirect(url_for("reading.essay", slug=essay.slug), 303)
    return render_template("essays/edit.html", form=form, essay=None), 422 if form.errors else 200


@bp.route("/essays/<slug:slug>/edit", methods=["GET", "POST"])
@limited("edits")
def edit(slug: str) -> ResponseReturnValue:
    """Edit an essay; every edition is kept."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    form = EssayForm.of(essay)
    if form.validate_on_submit():
        changed = edit_essay(essay, current_user, form.content(), form.note.data or "")
        if essay.closes_at != form.closes_at():
            essay.closes_at, changed = form.closes_at(), True
            models.touch(essay.id)
        db.session.commit()
        flash(_("The essay is changed.") if changed else _("Nothing was changed."))
        return redirect(url_for("reading.essay", slug=essay.slug), 303)
    return render_template("essays/edit.html", form=form, essay=essay), 422 if form.errors else 200


@bp.post("/essays/<slug:slug>/publish")
@limited("edits")
def publish(slug: str) -> ResponseReturnValue:
    """Publish a draft and open its discussion."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    form = Form()
    if not form.validate_on_submit():
        abort(422)
    try:
        opening.publish(essay, current_user)
    except opening.WrongState:
        abort(409)
    db.session.commit()
    flash(_("The essay is published and its discussion is open."))
    return redirect(url_for("reading.essay", slug=essay.slug), 303)


def in_words(name: str, value: Any) -> Any:
    """Return what a field of an essay holds as a reader knows it: names and dates, no codes."""
    if name == "language":
        return current_app.config["LANGUAGES"].get(value, value)
    if name == "first_published" and value:
        return unbroken(day(date.fromisoformat(value)))
    return value


@bp.get("/essays/<slug:slug>/history")
def history(slug: str) -> ResponseReturnValue:
    """Show the editions of an essay and what changed in each, the newest first."""
    essay = visible_essay(slug)
    found = editions_of(essay.id, before_asked())
    editions = differences.steps(found, in_words)
    first = differences.first_text(editions or abort(404))
    return render_template("essays/history.html", essay=essay, editions=editions, first=first)
