"""The facilitator's side of an essay: write, edit, publish, close, reopen; and its history."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db
from ..permissions import can_facilitate, require
from ..web.dates import day, unbroken
from ..web.limits import limited
from ..words import differences, html
from . import models
from .finding import visible_essay
from .forms import EssayForm, StateForm
from .models import EssayEdition, edit_essay, write_essay

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
        address = f"{current_app.config['BASE_URL']}/essays/{essay.slug}"
        flash(_("The draft is saved. Read it through, then publish it."))
        flash(_("Its address will be %(address)s.", address=address))
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


@bp.post("/essays/<slug:slug>/<any(publish, close, reopen):change>")
@limited("edits")
def change_state(slug: str, change: str) -> ResponseReturnValue:
    """Publish a draft, close a discussion, or open it again."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    form = StateForm()
    if not form.validate_on_submit():
        abort(422)
    try:
        if change == "publish":
            models.publish(essay, current_user)
        else:
            verb = models.close if change == "close" else models.reopen
            verb(essay, current_user, form.reason.data or "")
    except models.WrongState:
        abort(409)
    db.session.commit()
    flash(state_sentence(change))
    return redirect(url_for("reading.essay", slug=essay.slug), 303)


def state_sentence(change: str) -> str:
    """Return the sentence that confirms a change of state."""
    return {
        "publish": _("The essay is published and its discussion is open."),
        "close": _("The discussion is closed. It stays readable."),
        "reopen": _("The discussion is open again."),
    }[change]


def in_words(name: str, value: Any) -> Any:
    """Return what a field of an essay holds as a reader knows it: names and dates, no codes."""
    if name == "language":
        return current_app.config["LANGUAGES"].get(value, value)
    if name == "first_published" and value:
        return unbroken(day(date.fromisoformat(value)))
    return value


@bp.get("/essays/<slug:slug>/history")
def history(slug: str) -> ResponseReturnValue:
    """Show every edition of an essay and what changed in each."""
    essay = visible_essay(slug)
    query = (
        select(EssayEdition)
        .where(EssayEdition.essay_id == essay.id)
        .options(joinedload(EssayEdition.by))
        .order_by(EssayEdition.edition)
    )
    editions = differences.between(list(db.session.scalars(query)), in_words)
    first = html.shown(editions[-1].version.content["body"], heading_offset=2)
    return render_template("essays/history.html", essay=essay, editions=editions, first=first)
