"""Joining a room with its code, and what somebody may do who is there with nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts import login
from ..accounts.agreements import agree
from ..db import db
from ..permission_answers import ONLY_IN_ROOM
from ..web.limits import limited
from .entering import RoomFull, RoomNotOpen, enter_room
from .forms import CodeOfRoomForm, JoinForm
from .models import Room, plain_code, room_by_code, room_for_update

bp = Blueprint("joining", __name__)

OPEN_TO_ROOMS = frozenset(
    {"assets", "health", "settings", "site", "reading", "search", "feeds", "pictures", "briefs"}
    | {"deals", "essays", "bodies", "ledger", "answers", "replies", "withdrawals", "drafts"}
    | {"votes", "judging", "rooms", "joining", "exports", "export_jobs", "agreeing"}
)
"""The features that whoever is in a room reads or takes part in; each asks what they may there."""
BESIDES = frozenset(
    {"static", "accounts.sign_out", "moderation.log", "moderation.report"}
    | {"stored.register", "stored.everything", "privacy.leave"}
    | {"lookout.set_aside", "lookout.appeal_aside"}
)


@bp.before_app_request
def keep_to_the_room() -> None:
    """Refuse the pages of an account to those who have none, and only a place in a room."""
    if request.endpoint is None or request.blueprint in OPEN_TO_ROOMS or not login.has_key():
        return
    if request.endpoint not in BESIDES and current_user.is_authenticated and current_user.room:
        abort(403, description=ONLY_IN_ROOM.why)


def was_wrong(answer: Response) -> bool:
    """Say whether a code was typed that no room has."""
    return answer.status_code == 404


@bp.route("/room", methods=["GET", "POST"])
def find() -> ResponseReturnValue:
    """Type the code of a room."""
    form = CodeOfRoomForm()
    if not form.validate_on_submit():
        return find_page(form), 422 if form.errors else 200
    code = plain_code(form.code.data)
    if not code:
        form.code.errors = [_("No room has this code. Look at the wall again.")]
        return find_page(form), 422
    return redirect(url_for("joining.join", code=code), 303)


def find_page(form: CodeOfRoomForm) -> str:
    """Return the page on which a code is typed."""
    return render_template("rooms/find.html", form=form)


@bp.route("/room/<code>", methods=["GET", "POST"])
@limited("room_codes", methods=("GET", "POST"), counts=was_wrong)
def join(code: str) -> ResponseReturnValue:
    """Join a room: a name, and nothing else, is asked for."""
    room = room_by_code(code)
    if room is None:
        form = CodeOfRoomForm(formdata=None)
        form.code.errors = [_("No room has this code. Look at the wall again.")]
        return find_page(form), 404
    form, mine = JoinForm(), current_user.room if current_user.is_authenticated else None
    named = form.validate_on_submit()
    if mine is not None and mine.id == room.id:
        return redirect(url_for("reading.essay", slug=room.essay.slug), 303)
    if current_user.is_authenticated or not room.is_open or not named:
        return join_page(room, form), 422 if form.errors else 200
    try:
        joined(room, form.name.data)
    except (RoomFull, RoomNotOpen):
        db.session.rollback()
        return join_page(room, form, is_full=room.is_open), 409
    return redirect(url_for("reading.essay", slug=room.essay.slug), 303)


def joined(room: Room, name: str) -> None:
    """Let the visitor join; raises what ``enter_room`` does."""
    held = room_for_update(room.id) or abort(404)
    user = enter_room(held, name)
    agree(user.id, request.form.get("agreed", ""))
    login.sign_in_until(user, held.ends_at)
    db.session.commit()
    flash(_("You are in, %(name)s. Read, vote and write; nothing else is needed.", name=name))


def join_page(room: Room, form: JoinForm, is_full: bool = False) -> str:
    """Return the page of a room for those who would join it."""
    return render_template("rooms/join.html", room=room, form=form, is_full=is_full)
