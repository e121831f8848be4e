"""A discussion as one archive: asked for here, made in the background, fetched like any export."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from ..db import db
from ..essays.finding import visible_essay
from ..exports import jobs
from ..exports.formats import ARCHIVE
from ..permissions import can_export, can_facilitate, require
from ..replies.models import Reply
from ..web.languages import current_language
from ..web.limits import limited

bp = Blueprint("archives", __name__)


@bp.post("/essays/<slug:slug>/archive")
@limited("exports")
def ask(slug: str) -> ResponseReturnValue:
    """Have everything about a discussion put into one archive; who took it out is recorded."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    require(can_export(current_user, essay))
    proposals = select(func.count()).where(Reply.essay_id == essay.id, Reply.lever.is_not(None))
    number = jobs.ask_for(
        by_id=current_user.id,
        essay_id=essay.id,
        name=f"{essay.slug}-archive",
        query="",
        filter=_("Everything about the discussion, hidden replies too"),
        format=ARCHIVE,
        language=current_language(),
        rows=db.session.scalar(proposals) or 0,
    )
    db.session.commit()
    return redirect(url_for("export_jobs.progress", export_id=number), 303)
