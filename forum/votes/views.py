"""Voting: one click, one answer, and the place on the page kept."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.grounds import asks_to_confirm
from ..accounts.kept_votes import keep_vote
from ..accounts.login import safe_next
from ..accounts.models import User
from ..accounts.plain_readers import by_plain_readers
from ..db import db
from ..permission_answers import AGREE_FIRST, YES, Answer
from ..permissions import can_vote, require
from ..replies.finding import visible_reply
from ..replies.models import Reply
from ..rooms.models import RoomPlace, hold_place
from ..web.errors import from_here, wants_part, wants_problem
from ..web.forms import csrf
from ..web.limits import limited
from ..web.visitor import visitor_here
from .casting import cast_vote
from .counted_addresses import counts_in
from .forms import value_sent
from .holding import HeldProposal, proposal_for_vote
from .models import Value
from .networks import is_noted, note_network

bp = Blueprint("votes", __name__)


@bp.post("/replies/<id:reply_id>/vote")
@csrf.exempt  # type: ignore[untyped-decorator]
@by_plain_readers
@limited("votes")
def vote(reply_id: int) -> ResponseReturnValue:
    """Cast, change or take back the visitor's vote."""
    visitor = visitor_here()
    if visitor.is_authenticated:
        csrf.protect()  # A stranger has no token: asked to sign in below, they keep their vote.
    value = value_sent()
    noted = is_noted(visitor, reply_id)
    place = hold_place(visitor)
    reply = proposal_for_vote(reply_id) or visible_reply(reply_id, lock=True)
    answer = can_vote(visitor, reply)
    if answer.sign_in and value is not None and asks_to_confirm():
        keep_for_later(reply.id, value)
    if answer.agree and value is not None and from_here():
        return agree_first(reply.id, value)
    require(answer)
    if value is None:
        abort(422, description=_("Choose support, oppose, neutral or none."))
    require(can_count(visitor, reply, value))
    counts, aside = cast_vote(visitor, reply, value)
    if not noted:
        note_network(visitor, reply.essay_id)
    db.session.commit()
    done = said_of_vote(value, place, aside)
    if wants_part():
        return render_template("votes/vote.html", reply=counts, said=done)
    flash(done)
    return redirect(f"{back_to(reply.id)}#reply-{reply.id}", 303)


def back_to(reply_id: int) -> str:
    """Return the page on which the buttons stood."""
    return safe_next(request.form.get("next") or url_for("reading.reply", reply_id=reply_id))


def keep_for_later(reply_id: int, value: Value) -> None:
    """Keep the vote of a stranger in their browser, where they come in with a code.

    What another site has them send is not theirs.
    """
    if from_here():
        keep_vote(reply_id, value)
        g.is_kept = True


def agree_first(reply_id: int, value: Value) -> ResponseReturnValue:
    """Keep the vote of somebody who has yet to agree to a text, and lead them there."""
    keep_for_later(reply_id, value)
    kept = _("Your vote is kept until you have agreed.")
    if wants_problem():
        require(replace(AGREE_FIRST, why=" ".join((str(AGREE_FIRST.why), kept))))
    flash(kept)
    return redirect(url_for("agreeing.agreeing", next=back_to(reply_id)), 303)


def can_count(visitor: User, reply: Reply | HeldProposal, value: Value) -> Answer:
    """Say whether a visitor's address still counts in the discussion; taking back it may."""
    if value is Value.NONE or counts_in(visitor, reply.essay_id):
        return YES
    return Answer(
        False,
        _("Your address has counted in this discussion with another account, and counts once."),
    )


def said_of_vote(value: Value, place: RoomPlace | None, aside: bool) -> str:
    """Return what a voter is told, whether a script or a page asked."""
    if value is Value.NONE:
        return _("Your vote has been withdrawn.")
    if aside:
        return _(
            "Your vote is kept. Your votes in this discussion are set aside, and do not count."
        )
    if place is not None and place.struck_at is not None:
        return _("Your vote is kept. Your place was struck by the facilitator, and does not count.")
    if place is not None and not place.counts:
        return _("Your vote is kept. It counts once the number of people present is recorded.")
    return _("Your vote is counted.")
