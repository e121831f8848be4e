"""Telling the moderators that a reply needs a look."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...db import db
from ...permissions import can_report, require
from ...replies.finding import visible_reply
from ...replies.reasons import Reason
from ...web.limits import limited
from ..report_form import ReportForm
from ..reporting import DecidedAlready, file_report
from .blueprint import bp


@bp.route("/replies/<id:reply_id>/report", methods=["GET", "POST"])
@limited("reports")
def report(reply_id: int) -> ResponseReturnValue:
    """Tell the moderators that a reply needs a look."""
    reply = visible_reply(reply_id, lock=request.method == "POST")
    require(can_report(current_user, reply))
    form = ReportForm()
    if form.validate_on_submit():
        try:
            new = file_report(reply, current_user, Reason(form.reason.data), form.note.data or "")
        except DecidedAlready:
            flash(
                _(
                    "Moderators have already decided on this. You can report it again once "
                    "it is edited."
                )
            )
        else:
            db.session.commit()
            flash(thanks(new))
        return redirect(url_for("reading.reply", reply_id=reply.id), 303)
    page = render_template("moderation/report.html", form=form, reply=reply)
    return page, 422 if form.errors else 200


def thanks(new: bool) -> str:
    """Return the sentence that answers a report."""
    if new:
        return _("Thank you. A moderator will review it, and you will be told the outcome.")
    return _("You have already reported this. A moderator will review it.")
