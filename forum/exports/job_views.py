"""Files made in the background: asked for, watched, fetched."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..permissions import can_administer, can_export, require
from ..replies.filters import Filter
from ..votes.judging import judge
from ..web.attached import attached
from ..web.limits import limited
from . import jobs
from .file_parts import parts_of
from .formats import FORMATS
from .models import Export, State, description
from .rules import Rules
from .snapshot import open_snapshot
from .tables import table_of

bp = Blueprint("export_jobs", __name__)

LOOK_AGAIN = 5
"""Seconds until a page that shows progress looks again."""


@bp.post("/essays/<slug:slug>/export")
@limited("exports")
def ask_of_essay(slug: str) -> ResponseReturnValue:
    """Have a file of an essay's proposals made in the background."""
    essay = visible_essay(slug)
    require(can_export(current_user))
    require(can_export(current_user, essay))
    return asked(essay)


@bp.post("/export")
@limited("exports")
def ask_of_site() -> ResponseReturnValue:
    """Have a file of every essay's proposals made in the background."""
    require(can_export(current_user))
    return asked(None)


@bp.get("/exports/<id:export_id>")
def progress(export_id: int) -> ResponseReturnValue:
    """Show how far a file is that is made in the background."""
    require(can_export(current_user))
    export = export_or_404(export_id)
    response = make_response(
        render_template(
            "exports/progress.html", export=export, withdrawn=jobs.withdrawn_since(export)
        )
    )
    if export.state in (State.WAITING, State.MAKING):
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@bp.get("/exports/<id:export_id>/file")
def fetch(export_id: int) -> ResponseReturnValue:
    """Send a file that was made in the background."""
    require(can_export(current_user))
    export = export_or_404(export_id)
    if not export.is_kept:
        abort(404)
    if jobs.withdrawn_since(export):
        abort(
            409,
            description=_(
                "Moderators have changed this list since the file was requested. Request it again."
            ),
        )
    format = FORMATS.get(export.format)
    mimetype = format.mimetype if format else "application/zip"
    name = f"{export.name}.{export.format}"
    response = attached(stream_with_context(parts_of(export)), mimetype, name)
    response.headers["Content-Length"] = export.size
    return response


def export_or_404(export_id: int) -> Export:
    """Return an export that the visitor asked for, or any to an administrator."""
    export = db.session.get(Export, export_id)
    if export is None or export.state == State.SENT:
        abort(404)
    if export.by_id != current_user.id and not can_administer(current_user):
        abort(404)
    return export


def asked(essay: Essay | None) -> ResponseReturnValue:
    """Record that a file is wanted of the list in the address."""
    format = FORMATS.get(request.form.get("format", ""))
    if format is None:
        abort(422, description=_("Choose a format."))
    chosen, rules = (
        Filter.from_query(request.args, judge(current_user))[0],
        Rules.from_query(request.args)[0],
    )
    query = chosen.query(sort=chosen.order) | rules.query()
    with open_snapshot() as snapshot:
        table = table_of(snapshot, chosen, rules, essay)
    wanted = description(table, essay, query)
    number = jobs.ask_for(**wanted, by_id=current_user.id, format=format.extension)
    db.session.commit()
    return redirect(url_for("export_jobs.progress", export_id=number), 303)
