"""What facilitators record: what a body said aloud, and questions that are put to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..bodies.models import Body, body_by_slug, every_body
from ..db import db
from ..permissions import require
from ..replies.finding import visible_reply
from ..web.forms import Form
from ..web.languages import current_language
from ..web.limits import limited
from .answering import SaidAloud, publish_answer
from .content import AnswerContent
from .questions import raise_question
from .statuses import AnswerStatus
from .step_forms import BodyChoiceForm, SaidAloudForm
from .views import place_of_answer
from .who_answers import can_raise, can_record_answers
from .writing_page import answered_before

bp = Blueprint("recording", __name__)


def body_chosen(form: Form) -> Body | None:
    """Return the body that a form names, once it is right."""
    form["body"].choices = [("", _("Choose a body"))] + [(b.slug, b.name) for b in every_body()]
    return body_by_slug(form["body"].data) if form.validate_on_submit() else None


@bp.route("/replies/<id:reply_id>/said-aloud", methods=["GET", "POST"])
@limited("answers")
def said_aloud(reply_id: int) -> ResponseReturnValue:
    """Record what a body said aloud of a proposal; it settles nothing until the body confirms."""
    reply = visible_reply(reply_id, lock=request.method == "POST")
    require(can_record_answers(current_user, reply))
    form = SaidAloudForm()
    body = body_chosen(form)
    said_before = answered_before(body, reply) if body else None
    if body and said_before and said_before.settled_at is not None:
        form.body.errors = [
            _("This body has answered it itself; what was said aloud adds nothing.")
        ]
    elif body is not None:
        language = current_language()
        content = AnswerContent(
            AnswerStatus(form.status.data),
            {language: {"sentence": form.sentence.data}},
            language=language,
        )
        said = SaidAloud(form.said_on.data, form.said_at.data, form.said_source.data)
        answer = publish_answer(body, reply, content, current_user, said=said)
        db.session.commit()
        flash(_("Recorded. It is marked as said aloud until the body confirms it."))
        return redirect(place_of_answer(answer), 303)
    page = render_template("answers/said_aloud.html", reply=reply, form=form)
    return page, 422 if form.errors else 200


@bp.route("/replies/<id:reply_id>/raise", methods=["GET", "POST"])
@limited("answers")
def put(reply_id: int) -> ResponseReturnValue:
    """Put a question from the discussion to a body."""
    reply = visible_reply(reply_id, lock=request.method == "POST")
    require(can_raise(current_user, reply))
    form = BodyChoiceForm()
    body = body_chosen(form)
    if body is not None:
        raise_question(reply, body, current_user)
        db.session.commit()
        flash(_("The question is put to %(body)s.", body=body.name))
        place = url_for(
            "reading.reply", reply_id=reply.thread_id or reply.id, _anchor=f"reply-{reply.id}"
        )
        return redirect(place, 303)
    page = render_template("answers/put.html", reply=reply, form=form)
    return page, 422 if form.errors else 200
