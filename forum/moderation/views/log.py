"""The log that anyone can read, and the decisions as a file for moderators."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
    jsonify,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...db import db
from ...permissions import can_moderate_everywhere, require
from ...web.attached import attached
from ...web.errors import wants_json
from ...web.limits import limited
from ...web.pager import NewestFirst, before_asked
from .. import log as logs
from .. import published
from ..desk_context import published_essays
from ..kinds import KINDS
from ..models import Action
from .blueprint import bp


@bp.get("/moderation/log")
def log() -> ResponseReturnValue:
    """Show what moderators did, to what and why; open to everyone, and to programs as JSON."""
    chosen, before = asked(), before_asked()
    page = logs.log(chosen, before)
    if wants_json():
        return as_json(chosen, page)
    body = render_template(
        "moderation/log.html",
        actions=page.found,
        following=page.following,
        chosen=chosen,
        kinds=KINDS,
        before=before,
        essays=list(db.session.execute(published_essays())),
    )
    return body, {"Vary": "Accept"}


@bp.get("/moderation/log.json")
def log_json() -> ResponseReturnValue:
    """Give the log as data; what a stranger may know, whoever asks."""
    chosen = asked()
    return as_json(chosen, logs.log(chosen, before_asked()))


def as_json(chosen: logs.LogFilter, page: NewestFirst[Action]) -> Response:
    """Return a page of the log as data, with the address of the next."""
    query: dict[str, Any] = {**chosen.query(), "before": page.following}
    further = url_for("moderation.log_json", **query)
    response = jsonify(
        moderators="shown" if logs.names_shown() else "withheld",
        filter=chosen.query(),
        actions=[published.as_json(action) for action in page.found],
        next=f"{current_app.config['BASE_URL']}{further}" if page.following else None,
    )
    response.vary.add("Accept")
    return response


def asked() -> logs.LogFilter:
    """Return the filter in the address, as far as the visitor may see what it names."""
    return logs.LogFilter.from_query(request.args, current_user)


@bp.get("/moderation/log.csv")
@limited("exports", methods=("GET",))
def decisions() -> ResponseReturnValue:
    """Send every decision that the filter in the address shows as a file."""
    require(can_moderate_everywhere(current_user))
    lines = logs.csv_pieces(asked())
    return attached(stream_with_context(lines), "text/csv", "decisions.csv")
