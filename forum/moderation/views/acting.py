"""Acting on one reply, and undoing an action."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...accounts.models import User
from ...db import db
from ...essays.models import Essay
from ...permission_answers import YES, Answer
from ...permissions import (
    can_moderate,
    can_moderate_all,
    can_moderate_in,
    can_set_policy,
    can_warn,
    require,
)
from ...replies.models import Reply, reply_by_id, reply_for_update
from ..acting import CannotChange, ChangedSince, NothingToDo, kind_of, subject_of, undo
from ..action_kind import REPLY, ActionKind
from ..deciding import Held, decide, why_not
from ..forms import ActionForm, UndoForm
from ..kinds import kind_named, names_where
from ..merging import CannotMerge
from ..models import Action, action_by_id
from ..seen import StaleDecision
from .blueprint import bp, forget, overtaken, remember
from .desk import at_desk, offer

HERE = names_where(lambda kind: kind.about == REPLY and not kind.apart)


@bp.post(f"/moderation/<id:reply_id>/<any({', '.join(HERE)}):action>")
def act(reply_id: int, action: str) -> ResponseReturnValue:
    """Do one thing to a reply, with a reason."""
    require(can_moderate(current_user))
    reply = reply_for_update(reply_id)
    if reply is None:
        abort(404)
    require(can_moderate(current_user, reply))
    kind = kind_named(action)
    form = kind.form()
    offer(form)
    if not form.validate_on_submit():
        return at_desk(reply, form, kind), 422
    try:
        done = decide(
            kind, reply, form.decision(current_user, kind.lets_stand), form.options(), form.seen()
        )
    except (Held, StaleDecision, NothingToDo, CannotChange) as error:
        return not_done(reply_id, form, kind, error)
    remember(done)
    db.session.commit()
    flash(_("Done, and written into the public log."))
    return redirect(safe_next(request.form.get("next") or url_for("moderation.queue")), 303)


def not_done(
    reply_id: int, form: ActionForm, kind: ActionKind, error: Exception
) -> ResponseReturnValue:
    """Show the reply as it now is and the decision as it was typed; nothing was changed."""
    why = why_not(error)
    db.session.rollback()
    reply = reply_by_id(reply_id)
    if reply is None:
        abort(404)
    if isinstance(error, StaleDecision):
        overtaken(form, reply, kind)
    return at_desk(reply, form, kind, why), 409


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
        abort(409, description=_("What it was about is gone."))
    try:
        undone = undo(action, subject, form.decision(current_user))
    except CannotMerge as error:
        abort(409, description=str(error))
    except (ChangedSince, CannotChange):
        abort(409, description=_("What this changed has changed since, so it cannot be undone."))
    forget()
    remember(undone)
    db.session.commit()
    flash(_("Undone: everything is as it was before, and the log says so."))
    return redirect(safe_next(request.form.get("next") or url_for("moderation.queue")), 303)


def can_undo(user: User, action: Action, subject: Any) -> Answer:
    """Say whether the person may undo an action: whoever may take it, at both ends of a move."""
    if isinstance(subject, Reply):
        back_to = action.before.get("essay_id")
        there = can_moderate_in(user, back_to) if back_to else YES
        return can_moderate_all(user, subject, action.target) if there else there
    if isinstance(subject, User):
        return can_warn(user, subject)
    if isinstance(subject, Essay):
        if (kind := kind_of(action)) and kind.by_facilitators:
            return can_set_policy(user, subject)
        return can_moderate_in(user, subject.id)
    return can_moderate(user)
