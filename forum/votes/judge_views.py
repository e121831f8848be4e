"""Judging the proposals of a discussion one by one, and taking the last judgement back.

The page is kept for nobody: its address holds the seed and the skips of one visit, so that hardly
anyone asks for the same one twice.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..essays.finding import visible_essay
from ..permissions import can_take_part, can_vote, require
from ..replies.models import reply_by_id, reply_for_update
from ..rooms.models import hold_place
from ..web.limits import limited
from .casting import cast_vote
from .judged import judged_so_far, last_judged
from .judging import judge
from .judging_order import NUMBER, Visit, next_to_judge, numbers
from .models import Value
from .own_votes import votes_by

bp = Blueprint("judging", __name__)

JUST_JUDGED = 3
AT_THE_END = 20
"""How many of the proposals that a person judged stand on the page, on the way and at its end."""


@bp.get("/essays/<slug:slug>/judge")
def one_by_one(slug: str) -> ResponseReturnValue:
    """Show the next proposal that the visitor has not judged; at the end, what they judged."""
    essay, visit = visible_essay(slug), Visit.from_query(request.args)
    if visit is None:
        again = request.args.to_dict() | Visit.begin().query()
        return redirect(url_for("judging.one_by_one", slug=slug, **again))
    number = None
    if essay.is_open_to(current_user):
        at, but = numbers(request.args.get("at", "")), numbers(request.args.get("but", ""))
        number = next_to_judge(essay.id, judge(current_user), visit, at[0] if at else 0, but)
    judged = judged_so_far(current_user, essay.id)
    return render_template(
        "votes/judge.html",
        essay=essay,
        visit=visit,
        here=url_for("judging.one_by_one", slug=slug, **visit.query()),
        reply=reply_by_id(number) if number else None,
        judged=judged,
        latest=judged.latest(JUST_JUDGED if number else AT_THE_END),
    )


@bp.post("/essays/<slug:slug>/judge/undo")
@limited("votes")
def undo(slug: str) -> ResponseReturnValue:
    """Take back the visitor's vote on the proposal named, or else their last one here.

    The proposal comes back to be judged. Sent twice, it says that there is nothing to undo.
    """
    essay = visible_essay(slug)
    require(can_take_part(current_user, essay.id))
    hold_place(current_user)
    visit = Visit.from_query(request.args) or Visit.begin()
    named = request.form.get("reply", "")
    number = int(named) if NUMBER.fullmatch(named) else last_judged(current_user, essay.id)
    reply = reply_for_update(number) if number else None
    if reply is None or reply.essay_id != essay.id or not votes_by(current_user, [reply.id]):
        flash(_("There is nothing to undo."))
        return redirect(url_for("judging.one_by_one", slug=slug, **visit.query()), 303)
    require(can_vote(current_user, reply))
    cast_vote(current_user, reply, Value.NONE)
    db.session.commit()
    return redirect(url_for("judging.one_by_one", slug=slug, at=reply.id, **visit.query()), 303)
