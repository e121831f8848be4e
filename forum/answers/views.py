"""What stands answered: every edition of an answer, verdicts, promises, taking back and over."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import can_see_essay, require
from ..replies.absence import absence_for
from ..replies.models import Reply
from ..web import dates
from ..web.limits import limited
from .announcing import telling_of
from .answering import AnswerTaken, answer_by_id, take_back, take_over
from .models import OfficialAnswer, Promise
from .on_reply import shown_answers
from .promises import PromiseChanged, promise_for_update, say_what_came, standing_of
from .statuses import AnswerStatus, VerdictValue
from .step_forms import PromiseForm, TakeBackForm, VerdictForm
from .voices import give_verdict
from .who_answers import can_answer_for, can_give_verdict

bp = Blueprint("answers", __name__)


def found_answer(answer_id: int, lock: bool = False) -> OfficialAnswer:
    """Return the answer that an address names, if the visitor may read what it answers."""
    answer = answer_by_id(answer_id, lock) or abort(404)
    may_read(answer.reply)
    return answer


def may_read(reply: Reply | None) -> None:
    """Go on if the visitor may read what is answered; no page, or the reason, otherwise."""
    if reply is None:
        return
    if not can_see_essay(current_user, reply.essay):
        abort(404)
    if kept_back := absence_for(current_user, reply):
        abort(kept_back.code, description=kept_back.why)


def place_of_answer(answer: OfficialAnswer) -> str:
    """Return the address at which an answer stands: under what it answers."""
    anchor = f"answer-{answer.id}"
    if answer.reply is not None:
        page = answer.reply.thread_id or answer.reply.id
        return url_for("reading.reply", reply_id=page, _anchor=anchor)
    return url_for("answers.answer", answer_id=answer.id)


@bp.get("/answers/<id:answer_id>")
def answer(answer_id: int) -> ResponseReturnValue:
    """Show every edition of an answer, the newest first; to its body how many were told of it."""
    found = found_answer(answer_id)
    is_mine = bool(can_answer_for(current_user, found.body))
    return answer_page(found, TakeBackForm(formdata=None), is_mine)


def answer_page(found: OfficialAnswer, form: TakeBackForm, is_mine: bool) -> str:
    """Return the page of an answer, with the form by which its body takes it back."""
    return render_template(
        "answers/answer.html",
        shown=shown_answers([found], current_user)[0],
        telling=telling_of(found) if is_mine else None,
        take_back_form=form if is_mine and not found.is_taken_back else None,
    )


@bp.post("/answers/<id:answer_id>/verdict")
@limited("votes")
def verdict(answer_id: int) -> ResponseReturnValue:
    """Say, or say otherwise, whether the answer answers the proposal."""
    found = found_answer(answer_id, lock=True)
    require(can_give_verdict(current_user, found))
    form = VerdictForm()
    if not form.validate_on_submit():
        abort(422, description=_("Choose yes, partly or no."))
    if form.edition.data != found.edition:
        abort(409, description=_("The answer has changed since you read it. Read it again first."))
    give_verdict(found, current_user, VerdictValue(form.value.data))
    db.session.commit()
    return redirect(place_of_answer(found), 303)


@bp.post("/answers/<id:answer_id>/take-back")
@limited("answers")
def withdraw(answer_id: int) -> ResponseReturnValue:
    """Take an answer back, with the reason; what it said stays a click away."""
    found = found_answer(answer_id, lock=True)
    require(can_answer_for(current_user, found.body))
    form = TakeBackForm()
    if not form.validate_on_submit():
        return answer_page(found, form, is_mine=True), 422
    if found.is_taken_back:
        return redirect(place_of_answer(found), 303)
    try:
        take_back(found, current_user, form.note.data or "", form.edition.data or 0)
    except AnswerTaken:
        abort(409, description=_("The answer has changed since you read it. Read it again first."))
    db.session.commit()
    flash(_("The answer is taken back. Its editions stay readable."))
    return redirect(place_of_answer(found), 303)


@bp.post("/answers/<id:answer_id>/take-over")
@limited("answers")
def accept(answer_id: int) -> ResponseReturnValue:
    """Take over, for the body it was passed to, what another said is not its own."""
    found = found_answer(answer_id, lock=True)
    body = found.newest.passed_to
    if found.status != AnswerStatus.NOT_OURS or body is None:
        abort(409, description=_("This is not passed on any more."))
    require(can_answer_for(current_user, body))
    take_over(found, body, current_user)
    db.session.commit()
    flash(_("Taken over. The first day that was due stays shown."))
    return redirect(url_for("answering.desk", body=body.slug), 303)


def found_promise(promise_id: int, lock: bool = False) -> Promise:
    """Return the promise that an address names."""
    found = promise_for_update(promise_id) if lock else db.session.get(Promise, promise_id)
    if found is None:
        abort(404)
    may_read(found.answer.reply)
    return found


@bp.route("/promises/<id:promise_id>", methods=["GET", "POST"])
@limited("answers")
def promise(promise_id: int) -> ResponseReturnValue:
    """Say what came of a promise: kept, with evidence; withdrawn, with the reason."""
    found = found_promise(promise_id, lock=True)
    require(can_answer_for(current_user, found.answer.body))
    form = PromiseForm(data={"on": dates.today(), "after": len(found.steps)})
    code = 200
    if form.validate_on_submit():
        try:
            say_what_came(
                found,
                current_user,
                form.kind.data,
                form.on.data,
                form.evidence.data or "",
                form.note.data or "",
                form.after.data or 0,
            )
        except PromiseChanged:
            code = 409
        else:
            db.session.commit()
            return redirect(place_of_answer(found.answer), 303)
    page = render_template(
        "answers/promise.html", standing=standing_of(found), form=form, is_stale=code == 409
    )
    return page, 422 if form.errors else code
