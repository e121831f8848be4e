"""What the forum told a person, and what of theirs readers do not see at present."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db
from ...events.notices import NoticeFilter, grouped, mark_read, notices_of
from ...events.topics import TOPICS, TOPICS_BY_NAME
from ...permissions import is_signed_in, require
from ...replies.absence import not_shown
from ...web.pager import before_asked, number_typed
from ..acting import kind_of
from ..standing import overtaken_among
from ..telling import actions_told
from .blueprint import bp


def filter_asked() -> NoticeFilter:
    """Return which notices the address asks for; what it does not know is not asked."""
    topic = request.args.get("topic", "")
    return NoticeFilter(
        topic if topic in TOPICS_BY_NAME else "", request.args.get("unread") == "yes"
    )


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """Show what the visitor was told, what concerns one thing together, the newest first."""
    require(is_signed_in(current_user))
    wanted = filter_asked()
    page = notices_of(current_user, wanted, before_asked())
    actions = actions_told([each.event for each in page.found])
    return render_template(
        "moderation/notices.html",
        groups=grouped(page.found),
        newest=page.found[0].id if page.found else 0,
        following=page.following,
        wanted=wanted,
        topics=TOPICS,
        actions=actions,
        not_shown=not_shown(current_user),
        kind_of=kind_of,
        overtaken=overtaken_among(actions.values()),
    )


@bp.post("/notices/read")
def read_notices() -> ResponseReturnValue:
    """Take the notices up to the newest shown as read."""
    require(is_signed_in(current_user))
    until = number_typed(request.form.get("until", ""))
    if until is not None:
        mark_read(current_user, until)
        db.session.commit()
    return redirect(safe_next(request.form.get("next") or url_for("moderation.notices")), 303)
