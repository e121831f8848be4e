"""The rooms of a discussion: for everyone to read of, for facilitators to open, show and close."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, now
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..permissions import can_facilitate, require
from ..web import dates
from ..web.limits import limited
from .entering import close_room, end_room_at, open_room
from .forms import EndForm, RoomForm
from .models import Room, numbers_in, numbers_in_each, room_for_update, rooms_of
from .showing import address_of, address_to_type, picture_of

bp = Blueprint("rooms", __name__)

USUAL = timedelta(hours=3)
PLACES = 40


@bp.get("/essays/<slug:slug>/rooms")
def every(slug: str) -> ResponseReturnValue:
    """Show the rooms of a discussion, how many were present in each, and which count."""
    return every_page(visible_essay(slug))


def every_page(essay: Essay, form: RoomForm | None = None) -> str:
    """Return that page; for facilitators with the form of a new room."""
    if form is None and can_facilitate(current_user):
        begins, ends = dates.as_typed(now()), dates.as_typed(now() + USUAL)
        form = RoomForm(formdata=None, begins_at=begins, ends_at=ends, places=PLACES)
    found = rooms_of(essay.id)
    numbers = numbers_in_each(found)
    rooms = [(room, *numbers[room.id]) for room in found]
    return render_template("rooms/every.html", essay=essay, rooms=rooms, form=form)


@bp.post("/essays/<slug:slug>/rooms")
@limited("rooms")
def open_one(slug: str) -> ResponseReturnValue:
    """Open a room for a workshop."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    if essay.state == "draft":
        abort(409, description=_("A room is opened once its discussion is published."))
    form = RoomForm()
    if not form.validate_on_submit():
        return every_page(essay, form), 422
    hours = form.begins(), form.ends()
    room = open_room(essay, current_user, form.name.data, form.places.data, *hours)
    db.session.commit()
    flash(_("The room has its code. Put the picture on the wall when people come in."))
    return redirect(url_for("moderation.room", room_id=room.id), 303)


@bp.get("/rooms/<id:room_id>/wall")
def wall(room_id: int) -> ResponseReturnValue:
    """Show the code and its picture as large as a wall needs them, and how many have joined."""
    require(can_facilitate(current_user))
    room = db.session.get(Room, room_id) or abort(404)
    joined, _papers = numbers_in(room)
    return render_template(
        "rooms/wall.html",
        room=room,
        joined=joined,
        address=address_of(room),
        short_address=address_to_type(),
        picture=picture_of(address_of(room)),
    )


@bp.post("/rooms/<id:room_id>/end")
@limited("rooms")
def end(room_id: int) -> ResponseReturnValue:
    """Let a room end at another time, or now; with it the sign-ins of its people end."""
    require(can_facilitate(current_user))
    room, form = room_for_update(room_id) or abort(404), EndForm()
    if "now" in request.form:
        close_room(room)
        db.session.commit()
        flash(_("The room is closed, and everyone who joined it is signed out."))
    elif not form.validate_on_submit():
        abort(422, description=" ".join(form.ends_at.errors))
    else:
        end_room_at(room, form.ends())
        db.session.commit()
        flash(_("The room is open %(until)s.", until=dates.until(room.ends_at)))
    return redirect(url_for("moderation.room", room_id=room.id), 303)
