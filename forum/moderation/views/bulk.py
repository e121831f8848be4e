"""One decision on many replies: each stands or falls by itself, and each result is listed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db
from ...permissions import can_moderate, require
from ...replies.models import Reply, reply_by_id, reply_for_update
from ...replies.reasons import Reason
from ...web.pager import number_typed
from ..acting import CannotChange, NothingToDo
from ..action_kind import ActionKind
from ..deciding import Held, decide, why_not
from ..forms import ActionForm
from ..kinds import kind_named, names_where
from ..models import Action
from ..seen import StaleDecision, state_of
from .blueprint import bp, remember

HERE = names_where(lambda kind: kind.in_bulk)
MOST = 100


@dataclass(frozen=True)
class BulkResult:
    """What came of one of the chosen replies: the action, or why there is none."""

    number: int
    reply: Reply | None
    action: Action | None
    why: str = ""
    state: str = ""
    """The state of a case that was found in another than it was seen in."""


@bp.post(f"/moderation/bulk/<any({', '.join(HERE)}):action>")
def bulk(action: str) -> ResponseReturnValue:
    """Do one thing to every chosen reply; one that fails does not hold up the others."""
    require(can_moderate(current_user))
    kind, form = kind_named(action), ActionForm()
    chosen = list(dict.fromkeys(request.form.getlist("item")))[:MOST]
    if kind.lets_stand and not form.reason.data:
        form.reason.data = Reason.FITS.value
    results = []
    if form.validate_on_submit() and chosen:
        for each in chosen:
            typed, _colon, state = each.partition(":")
            if (number := number_typed(typed)) is not None:
                results.append(one(number, state, kind, form))
    if done := [each.action for each in results if each.action]:
        remember(*done)
    page = render_template(
        "moderation/bulk.html",
        results=results,
        kind=kind,
        form=form,
        chosen=chosen,
        last=done,
        back=safe_next(request.form.get("next") or url_for("moderation.queue")),
    )
    return page, 200 if results else 422


def one(number: int, state: str, kind: ActionKind, form: ActionForm) -> BulkResult:
    """Decide on one reply in a transaction of its own."""
    reply = reply_for_update(number)
    if reply is None:
        db.session.rollback()
        return BulkResult(number, None, None, _("There is no such reply."))
    answer = can_moderate(current_user, reply)
    try:
        if not answer:
            raise PermissionError
        decision = form.decision(current_user, kind.lets_stand)
        done = decide(kind, reply, decision, state=form.seen(state))
    except (PermissionError, Held, StaleDecision, NothingToDo, CannotChange) as error:
        why = str(answer.why) if isinstance(error, PermissionError) else why_not(error)
        db.session.rollback()
        reply = reply_by_id(number)
        state = state_of(reply) if reply and isinstance(error, StaleDecision) else ""
        return BulkResult(number, reply, None, why, state)
    db.session.commit()
    return BulkResult(number, reply, done)
