"""The facilitator's side of an essay: write, edit, publish; and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..drafts.places import OpenDraft, keeps_drafts, open_draft
from ..permissions import can_facilitate, require
from ..web.dates import day, moment, unbroken
from ..web.errors import wants_part
from ..web.forms import Form, is_preview
from ..web.limits import limited
from ..web.pager import before_asked
from ..web.text_languages import text_languages
from ..words import differences, html
from . import opening
from .clash import Clash
from .editions import editions_of
from .finding import visible_essay
from .forms import EssayForm, as_typed, state_of
from .models import BODY_LENGTH, Essay, touched
from .writing import edit_essay, prepare, write_essay

bp = Blueprint("essays", __name__)

SEEN = ("title", "summary", "body", "prompt", "byline", "language")
"""The fields of an essay that its preview shows."""


@bp.route("/essays/new", methods=["GET", "POST"])
@keeps_drafts(most=BODY_LENGTH + 30_000, who=can_facilitate)
@limited("edits", only_if=lambda: not is_preview())
@limited("previews", only_if=is_preview)
def write() -> ResponseReturnValue:
    """Write a new essay as a draft."""
    require(can_facilitate(current_user))
    draft = open_draft("essays.write")
    form = EssayForm(draft.words).take(None)
    if form.validate_on_submit() and not is_preview():
        prepare(form.content())
        essay = write_essay(current_user, form.content())
        essay.closes_at, essay.opened_at = form.closes_at(), form.opening()
        draft.forget()
        db.session.commit()
        flash(said_of_draft(essay))
        address = f"{current_app.config['BASE_URL']}/essays/{essay.slug}"
        flash(_("Its address will be %(address)s.", address=address))
        return redirect(url_for("reading.essay", slug=essay.slug), 303)
    if is_preview() and wants_part():
        return shown_only(form)
    return page_of(form, None, draft), 422 if form.errors else 200


@bp.route("/essays/<slug:slug>/edit", methods=["GET", "POST"])
@keeps_drafts(most=BODY_LENGTH + 30_000, who=can_facilitate)
@limited("edits", only_if=lambda: not is_preview())
@limited("previews", only_if=is_preview)
def edit(slug: str) -> ResponseReturnValue:
    """Edit an essay; every edition is kept, and none is replaced unseen."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    draft = open_draft("essays.edit", slug=slug)
    form = EssayForm.of(essay, draft.words)
    valid = form.validate_on_submit()
    if valid and not is_preview():
        prepare(form.content(), essay)
        essay = visible_essay(slug, lock=True)
    began, form.edition.data = draft.said("edition"), state_of(essay)
    stale = began not in {None, "", str(essay.edition), state_of(essay)}
    if valid and not stale and not is_preview():
        changed = edit_essay(essay, current_user, form.content(), form.note.data or "")
        opens = form.opening() if "opens_at" in form else essay.opened_at
        if (essay.closes_at, essay.opened_at) != (form.closes_at(), opens):
            essay.closes_at, essay.opened_at, changed = form.closes_at(), opens, True
            touched(essay)
        draft.forget()
        db.session.commit()
        flash(_("The essay has been updated.") if changed else _("Nothing was changed."))
        return redirect(url_for("reading.essay", slug=essay.slug), 303)
    if is_preview() and wants_part():
        return shown_only(form)
    theirs = other_words(form, essay) if stale else []
    conflict = stale and valid and not is_preview()
    return page_of(form, essay, draft, theirs), 409 if conflict else 422 if form.errors else 200


def page_of(
    form: EssayForm, essay: Essay | None, draft: OpenDraft, theirs: Sequence[Clash] = ()
) -> str:
    """Return the page of the form; ``theirs`` is what a colleague saved in place of what it has."""
    return render_template(
        "essays/edit.html",
        form=form,
        essay=essay,
        draft=draft,
        theirs=theirs,
        seen=preview_of(form) if is_preview() else None,
    )


def shown_only(form: EssayForm) -> str:
    """Return the preview by itself, for the script that puts it into the page of the form."""
    # Nothing will be written: the database is let go before the text takes its time.
    db.session.rollback()
    return render_template("essays/preview.html", seen=preview_of(form), form=form)


def preview_of(form: EssayForm) -> Essay:
    """Return the essay that the form would make, stored nowhere; what is wrong is left out."""
    words = {name: "" if form.errors.get(name) else form[name].data or "" for name in SEEN}
    body = html.render(words["body"], heading_offset=2)
    return Essay(**words, body_html=str(body))


def other_words(form: EssayForm, essay: Essay) -> list[Clash]:
    """Return the fields of the essay as it stands that hold something else in the form."""
    stored = as_typed(essay)
    return [
        Clash(field.label.text, str(stored[name] or ""), str(field.data or ""))
        for name, field in form._fields.items()
        if name in stored and name != "edition" and (field.data or None) != (stored[name] or None)
    ]


def said_of_draft(essay: Essay) -> str:
    """Return the sentence that confirms a new draft."""
    if essay.opened_at is None:
        return _("The draft is saved. Read it through, then publish it.")
    return _(
        "The draft is saved. It opens automatically on %(time)s.", time=moment(essay.opened_at)
    )


@bp.post("/essays/<slug:slug>/publish")
@limited("edits")
def publish(slug: str) -> ResponseReturnValue:
    """Publish a draft and open its discussion."""
    essay = visible_essay(slug, lock=True)
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
        return text_languages().get(value, value)
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
