"""Saving and discarding drafts, by script or by button."""

from __future__ import annotations

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import Conflict, TooManyRequests

from ..db import db
from ..permissions import can_keep_drafts, require
from ..web.dates import clock
from ..web.errors import NEVER_KEPT, handle, problem, wants_json
from ..web.limits import limited
from .models import Draft, StaleDraft, Stamp, TooMuch, drafts_of, empty_draft, save_draft
from .places import STAMP, page_of, room_at

bp = Blueprint("drafts", __name__)

NOT_WORDS = NEVER_KEPT | {STAMP, "discard", "preview", "next"}
TOO_MUCH = _l("This is too much to save. Shorten it, or discard another of your drafts first.")
KEPT = _l("What you typed has been saved as a draft.")


@bp.get("/drafts")
def drafts() -> ResponseReturnValue:
    """Show the visitor's drafts, each with the way back to its form."""
    require(can_keep_drafts(current_user))
    found = [
        (draft, page_of(draft.place), Stamp.new(draft.version)) for draft in drafts_of(current_user)
    ]
    return render_template("drafts/drafts.html", drafts=found)


@bp.post("/drafts/<path:place>")
@limited("drafts")
def save(place: str) -> ResponseReturnValue:
    """Keep what stands in a form, or discard what was kept of it."""
    require(can_keep_drafts(current_user))
    place = f"/{place}"
    page = page_of(place)
    stamp = Stamp.read(request.form.get("discard") or request.form.get(STAMP, ""))
    if page is None or stamp is None:
        abort(404)
    if "discard" in request.form:
        return discard(place, page, stamp)
    words = words_sent()
    try:
        draft = save_draft(current_user, place, words, stamp, room_at(place))
    except StaleDraft as stale:
        return clash(stale.held, words, page)
    except TooMuch:
        abort(422, description=TOO_MUCH)
    db.session.commit()
    if wants_json():
        return jsonify(stamp=str(Stamp(draft.version, stamp.page)), said=saved_at(draft))
    flash(saved_at(draft))
    return redirect(page, 303)


def words_sent() -> dict[str, str]:
    """Return the words of the form that was sent."""
    return {name: said for name, said in request.form.items() if name not in NOT_WORDS}


@bp.app_errorhandler(TooManyRequests)
def keep_refused(refused: TooManyRequests) -> ResponseReturnValue:
    """Answer a form that a limit refused; one that keeps drafts keeps what was typed into it."""
    page = page_of(request.path) if request.method == "POST" else None
    if page and can_keep_drafts(current_user):
        stamp = Stamp.read(request.form.get(STAMP, "")) or Stamp.new(0)
        try:
            save_draft(current_user, request.path, words_sent(), stamp)
            db.session.commit()
            refused.description = f"{refused.description} {KEPT}"
        except (StaleDraft, TooMuch):
            db.session.rollback()
    return handle(refused)


def discard(place: str, page: str, stamp: Stamp) -> ResponseReturnValue:
    """Forget the draft that the visitor was shown."""
    gone = empty_draft(current_user, place, stamp)
    db.session.commit()
    flash(
        _("The draft has been discarded.")
        if gone
        else _("The draft had changed since it was shown to you, so it was kept. Here it is.")
    )
    listed = url_for("drafts.drafts")
    return redirect(listed if request.form.get("next") == listed else page, 303)


def clash(held: Draft, words: dict[str, str], page: str) -> ResponseReturnValue:
    """Answer a stale save with both texts: what was sent, and what has been saved meanwhile."""
    stamp = Stamp.new(held.version)
    said = _("Another draft was saved for this form, on another page of yours. Both are kept here.")
    if wants_json():
        return problem(Conflict(), said, stamp=str(stamp), words=held.words or {})
    return render_template(
        "drafts/clash.html", held=held, words=words, page=page, stamp=stamp, said=said
    ), 409


def saved_at(draft: Draft) -> str:
    """Say when the draft was saved."""
    return _("Draft saved at %(time)s.", time=clock(draft.saved_at))
