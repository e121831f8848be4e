"""The pairs of proposals that may be duplicates, essay by essay, for moderators."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db
from ...essays.models import essay_by_slug
from ...permissions import can_moderate, can_moderate_all, can_moderate_in, require
from ...replies.models import reply_by_id
from ..desk_context import essays_for
from ..duplicates import dismiss, dismissals_in, suggest_again, suggested_pairs
from .blueprint import bp


@bp.get("/moderation/duplicates")
def duplicates() -> ResponseReturnValue:
    """Show the pairs of one essay that look like duplicates, and those found to be none."""
    require(can_moderate(current_user))
    essays = essays_for(current_user)
    slug = request.args.get("essay") or (essays[0].slug if essays else "")
    essay = essay_by_slug(slug) if slug else None
    if slug and (essay is None or essay.state == "draft"):
        abort(404)
    if essay is not None:
        require(can_moderate_in(current_user, essay.id))
    return render_template(
        "moderation/duplicates.html",
        essay=essay,
        essays=essays,
        pairs=suggested_pairs(essay) if essay else [],
        dismissed=dismissals_in(essay) if essay else [],
    )


@bp.post("/moderation/duplicates/<id:first_id>/<id:second_id>/<any(dismiss, suggest):change>")
def change_duplicate(first_id: int, second_id: int, change: str) -> ResponseReturnValue:
    """Say that two proposals are no duplicates, or take that back."""
    require(can_moderate(current_user))
    first, second = reply_by_id(first_id), reply_by_id(second_id)
    if first is None or second is None or first.id == second.id:
        abort(404)
    require(can_moderate_all(current_user, first, second))
    if first.essay_id != second.essay_id:
        abort(404)
    if change == "dismiss":
        dismiss(first, second, current_user)
        flash(_("They are not suggested any more."))
    else:
        suggest_again(first, second)
        flash(_("They are suggested again."))
    db.session.commit()
    back = url_for("moderation.duplicates", essay=first.essay.slug)
    return redirect(safe_next(request.form.get("next") or back), 303)
