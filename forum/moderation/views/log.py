"""The log that anyone can read, and the decisions as a file for moderators."""

from __future__ import annotations

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...db import db
from ...essays.models import essay_by_slug
from ...limits import limited
from ...permissions import can_moderate_everywhere, can_see_essay, require
from .. import log as logs
from ..kinds import KINDS
from ..places import published_essays
from .blueprint import bp


@bp.get("/moderation/log")
def log() -> ResponseReturnValue:
    """Show what moderators did, to what and why; open to everyone."""
    chosen = asked()
    before = request.args.get("before", type=int)
    before = before if before and 0 < before < 2**63 else None
    actions = logs.log(chosen, before, logs.PAGE + 1)
    following = actions[logs.PAGE - 1].id if len(actions) > logs.PAGE else None
    return render_template(
        "moderation/log.html", actions=actions[: logs.PAGE], following=following, chosen=chosen,
        kinds=KINDS.values(), before=before, essays=list(db.session.execute(published_essays())),
    )  # fmt: skip


def asked() -> logs.Chosen:
    """Return the filter in the address; what is not known is left out."""
    kind, slug = request.args.get("kind", ""), request.args.get("essay", "")
    essay = essay_by_slug(slug) if slug else None
    if essay is not None and not can_see_essay(current_user, essay):
        essay = None
    return logs.Chosen(essay, kind if kind in {*KINDS, "undo"} else "")


@bp.get("/moderation/log.csv")
@limited("exports", methods=("GET",))
def decisions() -> ResponseReturnValue:
    """Send every decision that the filter in the address shows as a file."""
    require(can_moderate_everywhere(current_user))
    lines = logs.csv_lines(asked())
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    return response
