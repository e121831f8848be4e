"""Picking the comments that stand beside a proposal, one by one; and many proposals at once."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ..db import db
from ..permissions import can_facilitate, require
from ..replies.finding import visible_reply
from ..web.limits import limited
from ..web.numbers import format_decimal
from . import picking
from .forms import QuoteForm, TakeForm
from .models import ShortlistItem
from .shortlisting import NotFitting, item_for_update, shortlist_for_update

bp = Blueprint("picking", __name__)


@bp.get("/shortlists/<id:shortlist_id>/items/<id:item_id>/comments")
def comments(shortlist_id: int, item_id: int) -> ResponseReturnValue:
    """Show the comments on an item's proposal, of which one of each stance can be quoted."""
    require(can_facilitate(current_user))
    item = db.session.get(ShortlistItem, item_id)
    if item is None or item.shortlist_id != shortlist_id:
        abort(404)
    return render_template(
        "briefs/comments.html",
        item=item,
        reply=visible_reply(item.reply_id),
        comments=picking.quotable(item),
        quoted={each.comment_id for each in picking.quotes_of([item.id]).get(item.id, {}).values()},
    )


@bp.post("/shortlists/<id:shortlist_id>/items/<id:item_id>/<any(quote, unquote):deed>")
@limited("shortlists")
def quote(shortlist_id: int, item_id: int, deed: str) -> ResponseReturnValue:
    """Let a comment stand beside an item, or no longer."""
    require(can_facilitate(current_user))
    item = item_for_update(shortlist_id, item_id) or abort(404)
    form = QuoteForm()
    if not form.validate_on_submit():
        abort(422, description=_("Choose a comment."))
    try:
        if deed == "quote":
            picking.quote(item, visible_reply(form.comment.data), current_user)
        else:
            picking.unquote(item, form.comment.data)
    except NotFitting:
        abort(409, description=_("This comment cannot be quoted beside that proposal."))
    db.session.commit()
    flash(
        _("The comment is quoted in briefs of this shortlist.")
        if deed == "quote"
        else _("The comment is no longer quoted.")
    )
    back = url_for("picking.comments", shortlist_id=shortlist_id, item_id=item_id)
    return redirect(f"{back}#reply-{form.comment.data}", 303)


@bp.post("/shortlists/<id:shortlist_id>/first")
@limited("shortlists")
def first(shortlist_id: int) -> ResponseReturnValue:
    """Put the first proposals of the shortlist's essay at its end."""
    require(can_facilitate(current_user))
    found = shortlist_for_update(shortlist_id) or abort(404)
    form = TakeForm()
    if found.essay is None or not form.validate_on_submit() or not form.take.data:
        abort(422, description=_("Choose how many to pick, from one discussion."))
    per_lever = form.take.data == "lever"
    new = picking.pick_first(found, found.essay, current_user, form.number.data or 10, per_lever)
    db.session.commit()
    flash(
        ngettext(
            "One more proposal is picked.",
            "%(many)s more proposals are picked.",
            new,
            many=format_decimal(new),
        )
    )
    return redirect(url_for("shortlists.shortlist", shortlist_id=found.id), 303)
