"""A person's own page: what happened since they were here, what they wrote, voted on and follow."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ..events.following import can_follow, follows_of
from ..events.notices import NoticeFilter, notices_of, told_lately
from ..events.subjects import subjects_of
from ..permissions import require
from ..replies.models import Reply
from ..votes.own_votes import votes_by
from ..web.pager import before_asked
from .where_it_stands import where_they_stand
from .yours import (
    LINES,
    discussions_judged,
    proposals_of,
    ranks_of,
    totals_of,
    voted_on,
    written_by,
)

bp = Blueprint("yours", __name__)

NEWS = 6
"""How many notices stand on the first page."""


def standing(proposals: list[Reply]) -> dict[str, object]:
    """Return what a table of proposals says beside them: ranks, totals, where each stands."""
    return {
        "ranks": ranks_of(proposals),
        "totals": totals_of(list({each.essay_id for each in proposals})),
        "stands": where_they_stand(proposals),
    }


@bp.get("/yours")
def yours() -> ResponseReturnValue:
    """Show the visitor what happened since they were here, and the newest of what is theirs."""
    require(can_follow(current_user))
    news = notices_of(current_user, NoticeFilter(), None, NEWS)
    mine = proposals_of(current_user, None, LINES)
    judged, votes = discussions_judged(current_user)
    asked = [each for each in follows_of(current_user) if each.wanted][: 2 * LINES]
    return render_template(
        "reading/yours.html",
        told=told_lately(news.found),
        newest=news.found[0].id if news.found else 0,
        proposals=mine.found,
        more=mine.following is not None,
        written=written_by(current_user),
        judged=judged,
        votes=votes,
        asked=asked,
        subjects=subjects_of({(each.subject_kind, each.subject_id) for each in asked}),
        **standing(mine.found),
    )


@bp.get("/yours/proposals")
def written() -> ResponseReturnValue:
    """Show the visitor all that they proposed, and where each of it stands."""
    require(can_follow(current_user))
    page = proposals_of(current_user, before_asked())
    return render_template(
        "reading/yours_proposals.html",
        proposals=page.found,
        following=page.following,
        **standing(page.found),
    )


@bp.get("/yours/votes")
def voted() -> ResponseReturnValue:
    """Show the visitor what they voted on, how, and where it stands."""
    require(can_follow(current_user))
    page = voted_on(current_user, before_asked())
    return render_template(
        "reading/yours_votes.html",
        proposals=page.found,
        following=page.following,
        votes=votes_by(current_user, [each.id for each in page.found]),
        stands=where_they_stand(page.found),
    )
