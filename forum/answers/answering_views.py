"""Answering: what waits for a body, and one answer written."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..bodies.models import Body, Seat, seats_of
from ..briefs.published import brief_by_reference
from ..db import db
from ..permissions import can_take_part, can_use_role, require
from ..replies.finding import visible_reply
from ..replies.models import Reply
from ..web import dates
from ..web.limits import limited
from ..web.pager import number_asked
from . import drafts
from .answering import Answered
from .body_views import found_body
from .desk import AnsweringDesk, desk_of
from .who_answers import can_answer, can_answer_for
from .writing_page import blank_form, form_page, opened_form, too_wrong_to_keep

bp = Blueprint("answering", __name__)


def my_seats() -> list[Seat]:
    """Return the seats that the visitor holds today; they must hold one."""
    seats = seats_of(current_user, dates.today())
    if not seats:
        abort(403, description=_("Only people who hold a seat in a body can answer."))
    require(can_use_role(current_user))
    return seats


@bp.get("/answering")
def desk() -> ResponseReturnValue:
    """Show what waits for the visitor's body, by the day due, page by page; one can be answered in
    place.
    """
    require(can_take_part(current_user))
    seats = my_seats()
    wanted = request.args.get("body", "")
    seat = next((each for each in seats if each.body.slug == wanted), seats[0])
    number = number_asked("reply")
    shown = desk_of(seat, number_asked("page") or 1, number)
    page = shown.page
    opened = next((row for row in shown.waiting if row.reply.id == number), None)
    return render_template(
        "answering/desk.html",
        desk=shown,
        following=page_of(shown, page.number + 1) if page.has_more else "",
        previous=page_of(shown, page.number - 1) if page.number > 1 else "",
        seats=seats,
        opened=opened,
        form=opened_form(seat.body, opened.reply) if opened else None,
    )


def page_of(shown: AnsweringDesk, number: int) -> str:
    """Return the address of another page of what waits."""
    return url_for("answering.desk", body=shown.body.slug, page=number)


@bp.route("/answering/<slug:slug>/replies/<id:reply_id>", methods=["GET", "POST"])
@limited("answers")
def reply(slug: str, reply_id: int) -> ResponseReturnValue:
    """Write a body's answer to a proposal or a question: kept as a draft until it is published."""
    body = found_body(slug)
    found = visible_reply(reply_id, lock=request.method == "POST")
    require(can_answer(current_user, body, found))
    return written(body, found)


@bp.route("/answering/<slug:slug>/briefs/<reference>", methods=["GET", "POST"])
@limited("answers")
def brief(slug: str, reference: str) -> ResponseReturnValue:
    """Write a body's answer to a brief as a whole."""
    body = found_body(slug)
    found = brief_by_reference(reference) or abort(404)
    require(can_answer_for(current_user, body))
    return written(body, found)


def written(body: Body, about: Answered) -> ResponseReturnValue:
    """Take the form of an answer: keep it, and go where its button says."""
    if request.method == "GET":
        return form_page(body, about, opened_form(body, about))
    form, do = blank_form(body), request.form.get("do", "preview")
    if isinstance(about, Reply) and (form.text_version.data or 0) != about.version:
        return form_page(body, about, form, 409, text_changed=True)
    if not form.validate() and (do != "save" or too_wrong_to_keep(form)):
        return form_page(body, about, form, 422)
    try:
        draft = drafts.save_draft(
            body, about, form.content(), current_user, form.version.data or 0, asked=do == "ask"
        )
    except drafts.DraftChanged:
        return form_page(body, about, form, 409)
    db.session.commit()
    if do == "preview":
        return redirect(url_for("answer_drafts.preview", draft_id=draft.id), 303)
    flash(
        _("A colleague who holds a seat in this body can publish it now.")
        if do == "ask"
        else _("Saved as a draft. Nothing is published.")
    )
    return redirect(url_for("answering.desk", body=body.slug), 303)
