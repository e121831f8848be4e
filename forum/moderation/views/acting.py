"""Acting on one reply; with its author, where that is asked in one."""

from __future__ import annotations

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.models import User
from ...db import db
from ...permissions import can_moderate, can_warn, require
from ...replies.models import reply_by_id, reply_for_update
from ..acting import CannotChange, NothingToDo, held
from ..acting import act as take
from ..action_kind import REPLY, ActionKind
from ..deciding import Held, decide, why_not
from ..forms import ActionForm, HideAndSuspendForm
from ..kinds import kind_named, names_where
from ..models import Action
from ..seen import StaleDecision
from .blueprint import bp, overtaken, remember
from .desk import at_desk, offer
from .onward import in_focus, is_queue, onward

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
    form = kind.form().about(reply, kind.lets_stand)
    offer(form)
    if not form.validate_on_submit():
        return at_desk(reply, form, kind), 422
    try:
        done = decide(
            kind, reply, form.decision(current_user, kind.lets_stand), form.options(), form.seen()
        )
    except (Held, StaleDecision, NothingToDo, CannotChange) as error:
        return not_done(reply_id, form, kind, error)
    return gone_on(done)


@bp.post("/moderation/<id:reply_id>/hide_and_suspend")
def hide_and_suspend(reply_id: int) -> ResponseReturnValue:
    """Hide a reply and suspend its author, for one reason: both, or neither."""
    require(can_moderate(current_user))
    reply = reply_for_update(reply_id)
    if reply is None:
        abort(404)
    require(can_moderate(current_user, reply))
    author = held(User, reply.author_id)
    require(can_warn(current_user, author))
    hide, suspend = kind_named("hide"), kind_named("suspend")
    form = HideAndSuspendForm().about(reply)
    if not form.validate_on_submit():
        return at_desk(reply, form, hide), 422
    decision = form.decision(current_user)
    try:
        hidden = decide(hide, reply, decision, {}, form.seen())
        suspended = take(suspend, author, decision, form.options())
    except (Held, StaleDecision, NothingToDo, CannotChange) as error:
        return not_done(reply_id, form, hide, error)
    return gone_on(hidden, suspended)


def gone_on(*done: Action) -> ResponseReturnValue:
    """Keep what was done, and go on to the next item; the queue says by itself what was done."""
    remember(*done)
    target = onward()
    db.session.commit()
    if not is_queue(target):
        flash(_("Done, and recorded in the public log."))
    return redirect(in_focus(target), 303)


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
