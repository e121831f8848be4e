"""Taking back what was done: one action, or all that were done at once."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...accounts.models import User
from ...db import db
from ...essays.models import Essay
from ...permission_answers import YES, Answer
from ...permissions import (
    can_look_out,
    can_moderate,
    can_moderate_all,
    can_moderate_in,
    can_set_policy,
    can_warn,
    require,
)
from ...replies.models import Reply
from ..acting import CannotChange, ChangedSince, kind_of, subject_of, undo
from ..forms import UndoForm
from ..merging import CannotMerge
from ..models import Action, action_by_id
from .blueprint import bp, forget, remember
from .bulk import MOST, BulkResult
from .onward import in_focus, is_queue


@bp.post("/moderation/actions/<id:action_id>/undo")
def undo_action(action_id: int) -> ResponseReturnValue:
    """Put back exactly what an action changed."""
    action = action_by_id(action_id)
    if action is None:
        abort(404)
    subject = subject_of(action)
    require(can_undo(current_user, action, subject))
    form = UndoForm()
    if not form.validate_on_submit():
        abort(422)
    if subject is None:
        abort(409, description=_("What it was about no longer exists."))
    try:
        undone = undo(action, subject, form.decision(current_user))
    except (CannotMerge, ChangedSince, CannotChange) as error:
        abort(409, description=why_not_undone(error))
    forget()
    remember(undone)
    db.session.commit()
    flash(_("Undone: everything is as it was before, and the log says so."))
    return redirect(back(), 303)


@bp.post("/moderation/undo")
def undo_many() -> ResponseReturnValue:
    """Take back all that was done at once, the latest first; what cannot be is listed."""
    require(can_moderate(current_user))
    form = UndoForm()
    numbers = {int(each) for each in request.form.getlist("action") if usable(each)}
    if not numbers or not form.validate_on_submit():
        abort(422)
    results = [undone_one(number, form) for number in sorted(numbers, reverse=True)[:MOST]]
    done = [each.action for each in results if each.action]
    forget()
    if done:
        remember(*done)
    if len(done) == len(results):
        if not is_queue(back()):
            flash(_("Undone: everything is as it was before, and the log says so."))
        return redirect(in_focus(back()), 303)
    given = {"results": results, "back": back(), "last": done, "chosen": numbers}
    page = render_template("moderation/bulk.html", kind=None, form=None, **given)
    return page, 200 if done else 409


def usable(number: str) -> bool:
    """Say whether this can be the number of an action."""
    return number.isdecimal() and 0 < len(number) < 19


def undone_one(number: int, form: UndoForm) -> BulkResult:
    """Take back one action in a transaction of its own."""
    action = action_by_id(number)
    subject = subject_of(action) if action else None
    if action is None or subject is None:
        db.session.rollback()
        return BulkResult(number, None, None, _("What it was about no longer exists."))
    answer = can_undo(current_user, action, subject)
    reply = subject if isinstance(subject, Reply) else None
    about = reply.id if reply else number
    try:
        if not answer:
            raise PermissionError
        undone = undo(action, subject, form.decision(current_user))
    except (PermissionError, CannotMerge, ChangedSince, CannotChange) as error:
        db.session.rollback()
        why = str(answer.why) if isinstance(error, PermissionError) else why_not_undone(error)
        return BulkResult(about, action.reply, None, why)
    db.session.commit()
    return BulkResult(about, reply, undone)


def why_not_undone(error: Exception) -> str:
    """Return the sentence that says why something stays as it is."""
    return str(error) or _("What this changed has been changed since, so it cannot be undone.")


def back() -> str:
    """Return the page that the form came from."""
    return safe_next(request.form.get("next") or url_for("moderation.queue"))


def can_undo(user: User, action: Action, subject: Any) -> Answer:
    """Say whether the person may undo an action: whoever may take it, at both ends of a move."""
    if isinstance(subject, Reply):
        back_to = action.before.get("essay_id")
        there = can_moderate_in(user, back_to) if back_to else YES
        return can_moderate_all(user, subject, action.target) if there else there
    if isinstance(subject, User):
        return can_warn(user, subject)
    if isinstance(subject, Essay):
        kind = kind_of(action)
        if kind and kind.by_either:
            return can_look_out(user, subject)
        if kind and kind.by_facilitators:
            return can_set_policy(user, subject)
        return can_moderate_in(user, subject.id)
    return can_moderate(user)
