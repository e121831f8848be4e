"""Shortlists: picking proposals, putting them in order, and writing a note on each."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    get_template_attribute,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import defer

from ..accounts.login import safe_next
from ..db import db
from ..essays.models import Essay, essay_by_slug
from ..permissions import can_facilitate, require
from ..replies.finding import visible_reply
from ..web.errors import wants_json
from ..web.limits import limited
from ..web.numbers import format_decimal
from . import shortlisting, shortlists
from .forms import NameForm, NoteForm, PickForm, ReorderForm, ShortlistForm, TakeForm
from .models import NAME_LENGTH, Shortlist, ShortlistItem
from .picking import pick_first, quotes_of
from .shortlisting import Move

bp = Blueprint("shortlists", __name__)


def held_shortlist(shortlist_id: int) -> Shortlist:
    """Return the shortlist, locked; 404 where there is none."""
    return shortlisting.shortlist_for_update(shortlist_id) or abort(404)


def held_item(shortlist_id: int, item_id: int) -> ShortlistItem:
    """Return an item of the shortlist, locked; 404 where there is none."""
    return shortlisting.item_for_update(shortlist_id, item_id) or abort(404)


@bp.route("/shortlists", methods=["GET", "POST"])
@limited("shortlists")
def every() -> ResponseReturnValue:
    """Show the shortlists, and start a new one."""
    require(can_facilitate(current_user))
    essays = select(Essay).where(Essay.state != "draft").order_by(Essay.id.desc())
    offered = list(db.session.scalars(essays.options(defer(Essay.body), defer(Essay.body_html))))
    form = ShortlistForm(data=begun(offered)).offer(offered)
    if form.validate_on_submit():
        essay = essay_by_slug(form.essay.data) if form.essay.data else None
        made, new = shortlisting.start_shortlist(current_user, form.name.data, essay)
        if new and essay is not None and form.take.data:
            per_lever = form.take.data == "lever"
            pick_first(made, essay, current_user, form.number.data or 10, per_lever)
        db.session.commit()
        if not new:
            flash(_("There is a shortlist of this name already; this is it."))
        return redirect(url_for("shortlists.shortlist", shortlist_id=made.id), 303)
    page = render_template("briefs/shortlists.html", form=form, found=shortlists.shortlists())
    return page, 422 if form.errors else 200


def begun(offered: list[Essay]) -> dict[str, Any]:
    """Return what a new shortlist begins with where the address names an essay: its first ten."""
    wanted = request.args.get("essay")
    essay = next((each for each in offered if each.slug == wanted), None)
    if essay is None:
        return {}
    return {"name": essay.title[:NAME_LENGTH], "essay": essay.slug, "take": "all"}


@bp.get("/shortlists/<id:shortlist_id>")
def shortlist(shortlist_id: int) -> ResponseReturnValue:
    """Show a shortlist: each proposal as it was when picked, as it is today, and its note."""
    require(can_facilitate(current_user))
    found = db.session.get(Shortlist, shortlist_id) or abort(404)
    return page_of(found, NameForm(formdata=None))


def page_of(
    found: Shortlist, name_form: NameForm, stale: dict[str, Any] | None = None, code: int = 200
) -> ResponseReturnValue:
    """Return the page of a shortlist; ``stale`` is a note that met a newer one."""
    items = shortlists.items_of(found)
    page = render_template(
        "briefs/shortlist.html",
        shortlist=found,
        items=[item for item in items if item.removed_at is None],
        removed=[item for item in items if item.removed_at is not None],
        name_form=name_form,
        note_form=NoteForm(formdata=None),
        take_form=TakeForm(formdata=None, data={"take": "all"}),
        quotes=quotes_of([item.id for item in items]),
        stale=stale or {},
    )
    return page, code


@bp.post("/shortlists/<id:shortlist_id>/rename")
@limited("shortlists")
def rename(shortlist_id: int) -> ResponseReturnValue:
    """Give a shortlist another name."""
    require(can_facilitate(current_user))
    found = held_shortlist(shortlist_id)
    form = NameForm()
    if not form.validate_on_submit():
        return page_of(found, form, code=422)
    try:
        shortlisting.rename(found, form.name.data, form.was.data or "")
    except shortlisting.NameTaken:
        form.name.errors = [_("Another shortlist has this name.")]
        return page_of(found, form, code=422)
    except shortlisting.StaleShortlist:
        abort(409, description=_("Someone has just named it “%(name)s”.", name=found.name))
    db.session.commit()
    return redirect(url_for("shortlists.shortlist", shortlist_id=found.id), 303)


@bp.post("/shortlists/<id:shortlist_id>/pick")
@limited("shortlists")
def pick(shortlist_id: int) -> ResponseReturnValue:
    """Put a proposal at the end of a shortlist."""
    require(can_facilitate(current_user))
    form = PickForm()
    if not form.validate_on_submit():
        abort(422, description=_("Choose a proposal to pick."))
    reply = visible_reply(form.reply.data)
    found = held_shortlist(shortlist_id)
    try:
        new = shortlisting.pick(found, reply, current_user)
    except shortlisting.NotFitting:
        abort(409, description=_("This cannot be added to that shortlist."))
    except shortlisting.Full:
        abort(409, description=full())
    db.session.commit()
    said = _("It is already on “%(name)s”.", name=found.name)
    if new:
        said = _("Picked for “%(name)s”.", name=found.name)
    if wants_json():
        button = get_template_attribute("parts/briefs/pick.html", "pick")
        html = button(reply, shortlists.picks([reply]))
        return jsonify(said=said, html=html)
    flash(said)
    back = url_for("shortlists.shortlist", shortlist_id=found.id)
    if request.form.get("next"):
        back = f"{safe_next(request.form['next'])}#reply-{reply.id}"
    return redirect(back, 303)


def full() -> str:
    """Return the sentence that refuses one proposal more."""
    return ngettext(
        "A shortlist holds %(most)s proposal at most.",
        "A shortlist holds %(most)s proposals at most.",
        shortlisting.MOST,
        most=format_decimal(shortlisting.MOST),
    )


@bp.post("/shortlists/<id:shortlist_id>/items/<id:item_id>/move")
@limited("shortlists")
def move(shortlist_id: int, item_id: int) -> ResponseReturnValue:
    """Move an item up, down, to an end, or in front of another."""
    require(can_facilitate(current_user))
    found = held_shortlist(shortlist_id)
    form = ReorderForm()
    if not form.validate_on_submit():
        abort(422, description=_("Choose where the proposal should go."))
    try:
        order = shortlisting.move(found, item_id, Move(form.to.data), form.before.data)
    except shortlisting.NotOnList:
        abort(409, description=_("Someone has just changed this shortlist. Reload the page."))
    db.session.commit()
    if wants_json():
        place = format_decimal(order.index(item_id) + 1)
        said = _("It is now at place %(place)s.", place=place)
        return jsonify(order=order, said=said)
    return redirect(at(found.id, item_id), 303)


def at(shortlist_id: int, item_id: int) -> str:
    """Return the address of an item on the page of its shortlist."""
    return url_for("shortlists.shortlist", shortlist_id=shortlist_id, _anchor=f"item-{item_id}")


@bp.post("/shortlists/<id:shortlist_id>/items/<id:item_id>/note")
@limited("shortlists")
def note(shortlist_id: int, item_id: int) -> ResponseReturnValue:
    """Change the note of an item; a note that met a newer one is shown beside it."""
    require(can_facilitate(current_user))
    form = NoteForm()
    typed: dict[str, Any] = {"item": item_id, "note": form.note.data, "errors": []}
    valid = form.validate_on_submit()
    item = held_item(shortlist_id, item_id)
    if not valid:
        typed["errors"] = form.note.errors or [_("Reload the page and try again.")]
        return page_of(db.session.get_one(Shortlist, shortlist_id), empty(), typed, 422)
    try:
        shortlisting.annotate(item, form.note.data or "", form.version.data)
    except shortlisting.StaleShortlist:
        return page_of(db.session.get_one(Shortlist, shortlist_id), empty(), typed, 409)
    db.session.commit()
    flash(_("The note is saved."))
    return redirect(at(shortlist_id, item.id), 303)


def empty() -> NameForm:
    """Return an empty form for a name: what was sent belongs to another."""
    return NameForm(formdata=None)


@bp.post("/shortlists/<id:shortlist_id>/items/<id:item_id>/<any(remove, restore):deed>")
@limited("shortlists")
def remove(shortlist_id: int, item_id: int, deed: str) -> ResponseReturnValue:
    """Take an item off the shortlist, or put it back."""
    require(can_facilitate(current_user))
    found = held_shortlist(shortlist_id)
    item = held_item(shortlist_id, item_id)
    verb = shortlisting.remove if deed == "remove" else shortlisting.put_back
    try:
        verb(found, item, current_user)
    except shortlisting.Full:
        abort(409, description=full())
    db.session.commit()
    flash(
        _("Removed. You can put it back at the end of the page.")
        if deed == "remove"
        else _("It is back, at the end of the list.")
    )
    return redirect(url_for("shortlists.shortlist", shortlist_id=found.id), 303)
