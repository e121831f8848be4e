"""Merging a proposal into another: choose it, see what would come of it, then decide."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db
from ...permissions import can_moderate, can_moderate_all, require
from ...replies.models import Reply, reply_by_id, reply_for_update
from ...replies.reasons import Reason
from ..acting import CannotChange, NothingToDo
from ..deciding import Held, merge, why_not
from ..duplicates import suggestions_for
from ..forms import MergeForm
from ..merging import MERGE, CannotMerge, check_merge
from ..outcome import outcome
from ..seen import StaleDecision, state_of
from .blueprint import bp, overtaken, remember
from .desk import moderated_reply

NAMED = re.compile(r"\s*(?:#?|\S*/replies/)(\d{1,18})(?:[?#/]\S*)?\s*")


@bp.get("/moderation/<id:reply_id>/merge")
def preview_merge(reply_id: int) -> ResponseReturnValue:
    """Ask which proposal to merge this one into, or show both and what would come of it."""
    require(can_moderate(current_user))
    source, into = moderated_reply(reply_id), request.args.get("into", "")
    number = number_in(into)
    target = reply_by_id(number) if number else None
    if target is not None:
        require(can_moderate(current_user, target))
    form = MergeForm(formdata=None)
    form.reason.data = Reason.DUPLICATE.value
    return merge_page(source, target, form, typed=into)


def merge_page(
    source: Reply, target: Reply | None, form: MergeForm, why: str = "", typed: str = ""
) -> str:
    """Return the page: both texts and the outcome where they can be merged, else a choice."""
    problem = ""
    try:
        if target is not None or typed:
            check_merge(source, target)
    except CannotMerge as error:
        problem = str(error)
    ready = target is not None and not problem
    if target is not None:
        form.into.data, form.state.data = str(target.id), state_of(source)
        form.target_state.data = state_of(target)
    return render_template(
        "moderation/merge.html",
        source=source,
        target=target if ready else None,
        form=form,
        why=why,
        problem=problem,
        typed=typed,
        outcome=outcome(source, target) if target is not None and ready else None,
        suggested=[] if ready else suggestions_for(source),
    )


def number_in(typed: str) -> int | None:
    """Return the number of the reply that a number or an address names."""
    found = NAMED.fullmatch(typed)
    return int(found[1]) if found else None


@bp.post("/moderation/<id:reply_id>/merge")
def merge_into(reply_id: int) -> ResponseReturnValue:
    """Merge a proposal into another, as both were shown."""
    require(can_moderate(current_user))
    form = MergeForm()
    number = number_in(form.into.data or "")
    source = reply_for_update(reply_id, beside=number)
    target = reply_by_id(number) if number else None
    if source is None or target is None:
        abort(404)
    require(can_moderate_all(current_user, source, target))
    if not form.validate_on_submit():
        return merge_page(source, target, form), 422
    try:
        done = merge(
            source,
            target,
            form.decision(current_user),
            form.seen(),
            (form.seen() and form.target_state.data) or "",
        )
    except (Held, StaleDecision, NothingToDo, CannotChange) as error:
        return not_merged(reply_id, number, form, error)
    remember(done)
    db.session.commit()
    flash(_("Merged, and recorded in the public log."))
    there = url_for("moderation.item", reply_id=reply_id)
    return redirect(safe_next(request.form.get("next") or there), 303)


def not_merged(
    reply_id: int, target_id: int | None, form: MergeForm, error: Exception
) -> ResponseReturnValue:
    """Show both as they are now, with the decision as it was typed; nothing was changed."""
    why = why_not(error)
    db.session.rollback()
    source = reply_by_id(reply_id)
    target = reply_by_id(target_id) if target_id else None
    if source is None:
        abort(404)
    if isinstance(error, StaleDecision):
        overtaken(form, source, MERGE)
    return merge_page(source, target, form, why), 409
