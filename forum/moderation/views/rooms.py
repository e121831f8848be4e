"""What a facilitator records of a room: how many were present, papers, and who does not count."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from ...db import db
from ...essays.models import Essay
from ...permissions import can_facilitate, require
from ...replies.models import Reply, reply_by_id
from ...replies.reasons import Reason
from ...rooms.forms import EndForm
from ...rooms.models import Room, numbers_in, places_of, room_for_update
from ...rooms.showing import address_of, picture_of
from ...votes.room_verbs import SIDES, papers_on, struck_in
from ...votes.room_votes import hold_before_essay
from ...web import dates
from ...web.limits import limited
from ..acting import NothingToDo, act, held
from ..decision import Decision
from ..kinds import kind_named
from ..on_rooms import ON_ROOMS
from ..room_forms import PapersForm, PresentForm, StrikeForm
from .blueprint import bp, last_actions, remember


@bp.get("/rooms/<id:room_id>")
def room(room_id: int) -> ResponseReturnValue:
    """Show a room to those who facilitate: its code, its people, and what is recorded of it."""
    require(can_facilitate(current_user))
    return room_page(db.session.get(Room, room_id) or abort(404))


def room_page(found: Room, **forms: Any) -> str:
    """Return that page; a form that was refused stands as it was sent."""
    present = PresentForm(formdata=None, present=found.present)
    given = {"present": present, "strike": StrikeForm(formdata=None), "papers": None, **forms}
    given["papers"] = given["papers"] or PapersForm(formdata=None)
    papers = papers_on(found)
    titles = select(Reply).where(Reply.id.in_(papers)).order_by(Reply.id)
    joined, paper = numbers_in(found)
    return render_template(
        "rooms/room.html",
        room=found,
        joined=joined,
        paper=paper,
        picture=picture_of(address_of(found)),
        last=last_actions(),
        room_kinds=[kind.name for kind in ON_ROOMS],
        seen_struck=seen_struck(found),
        people=[place for place in places_of(found) if not place.on_paper],
        on_paper=[(reply, papers[reply.id]) for reply in db.session.scalars(titles)],
        ending=EndForm(formdata=None, ends_at=dates.as_typed(found.ends_at)),
        **given,
    )


def held_room(room_id: int, *papers_on: int) -> Room:
    """Return a room with its row held, and after it the rows of its proposals and its essay's."""
    found = room_for_update(room_id) or abort(404)
    hold_before_essay(found, *papers_on)
    held(Essay, found.essay_id)
    return found


def seen_struck(found: Room) -> str:
    """Return whom a page of the room shows as struck, for its form to bring back."""
    return " ".join(map(str, struck_in(found)))


def recorded(found: Room, kind: str, because: str, **options: Any) -> ResponseReturnValue:
    """Record something of a room, by an action in the log, and go back to its page."""
    decision = Decision(current_user, Reason.OTHER, because)
    try:
        remember(act(kind_named(kind), found.essay, decision, {"room": found, **options}))
    except NothingToDo:
        if not found.essay.is_open:
            abort(409, description=_("The discussion is closed or paused: its votes stay."))
        flash(_("Nothing was changed."))
    else:
        db.session.commit()
        flash(
            _("Recorded, and in the public log. The votes of this room count.")
            if found.counts
            else _("Recorded, and in the public log. The votes of this room do not count yet.")
        )
    return redirect(url_for("moderation.room", room_id=found.id), 303)


@bp.post("/rooms/<id:room_id>/present")
@limited("rooms")
def room_present(room_id: int) -> ResponseReturnValue:
    """Record how many people were present: then, and not before, the room may count."""
    require(can_facilitate(current_user))
    found, form = held_room(room_id), PresentForm()
    if not form.validate_on_submit():
        return room_page(found, present=form), 422
    return recorded(found, "room_present", form.counted.data or "", present=form.present.data)


@bp.post("/rooms/<id:room_id>/places")
@limited("rooms")
def room_strike(room_id: int) -> ResponseReturnValue:
    """Strike people with a reason, and put back those that are not marked.

    Nobody is put back whom somebody else struck since the page was seen.
    """
    require(can_facilitate(current_user))
    found, form = held_room(room_id), StrikeForm()
    if not form.validate_on_submit():
        return room_page(found, strike=form), 422
    if request.form.get("seen", now := seen_struck(found)) != now:
        form.because.errors = [_("The case has changed since you opened it, so nothing was done.")]
        return room_page(found, strike=form), 409
    sent = set(request.form.getlist("struck"))
    struck = [each.user_id for each in places_of(found) if str(each.user_id) in sent]
    return recorded(found, "room_strike", form.because.data, struck=struck)


@bp.post("/rooms/<id:room_id>/papers")
@limited("rooms")
def room_papers(room_id: int) -> ResponseReturnValue:
    """Enter the papers on a proposal, after a second look at which one it is."""
    require(can_facilitate(current_user))
    form = PapersForm()
    number = form.reply.data if form.validate() else None
    found = held_room(room_id, *([number] if number else []))
    reply = reply_by_id(number) if number else None
    if form.reply.data and not form.errors and not takes_papers(found, reply):
        form.reply.errors = [_("This discussion shows no proposal of this number.")]
    if not form.errors and (most := room_left(found)) is not None and form.total() > most:
        form.support.errors = [too_many(found, most)]
    if form.errors or reply is None:
        return room_page(found, papers=form), 422
    if "sure" not in request.form:
        before = papers_on(found).get(reply.id, dict.fromkeys(SIDES, 0))
        return render_template(
            "rooms/papers.html", room=found, reply=reply, form=form, before=before
        )
    return recorded(found, "room_papers", "", reply=reply, numbers=form.numbers())


def takes_papers(found: Room, reply: Reply | None) -> bool:
    """Say whether this is a proposal that the discussion of the room shows."""
    is_there = reply is not None and reply.essay_id == found.essay_id
    return bool(is_there and reply and reply.is_proposal and reply.status == "visible")


def room_left(found: Room) -> int | None:
    """Return how many papers there can be beside those who joined; nothing while that is open."""
    joined, _papers = numbers_in(found)
    return None if found.present is None else max(0, found.present - joined)


def too_many(found: Room, most: int) -> str:
    """Return why so many papers cannot be."""
    return _(
        "Of the %(present)s present, all but %(most)s joined: there can be no more papers on "
        "one proposal. Strike those who joined and voted on paper.",
        present=found.present,
        most=most,
    )
