"""The queue, one reply at the desk, and taking it or putting it back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db
from ...permissions import can_moderate, require
from ...replies.models import Reply, reply_by_id
from ...replies.reviews import HOLD, Review, review_of
from ...web.forms import Form
from .. import queue as queues
from ..action_kind import REPLY, ActionKind
from ..desk_context import essays_for, reports_on
from ..duplicates import suggestions_for
from ..forms import ActionForm, MoveForm
from ..kinds import KINDS, kinds_for
from ..merging import MERGE, can_be_merged, successor_of
from ..models import actions_on
from ..records import records_of
from ..seen import state_of
from .blueprint import bp, last_action


@bp.get("/moderation")
def queue() -> ResponseReturnValue:
    """Show what waits for a decision, the oldest first, as the filter in the address says."""
    require(can_moderate(current_user))
    chosen = queues.QueueFilter.from_query(request.args)
    after = request.args.get("after", "")
    items, following = queues.items(chosen, current_user, after)
    return render_template(
        "moderation/queue.html",
        items=items,
        chosen=chosen,
        following=following,
        after=after,
        choices=queues.choices(essays_for(current_user)),
        form=said_once(ActionForm),
        last=last_action(),
        kinds_for=kinds_for,
        kinds=deciding(),
    )


def said_once(make: type[ActionForm]) -> ActionForm:
    """Return an empty form whose reasons are in words, for a page that shows it many times."""
    form = make(formdata=None)
    form.reason.choices = [(value, str(words)) for value, words in form.reason.choices]
    return form


def deciding() -> list[ActionKind]:
    """Return the kinds of action that close a review, for the sheet of keys."""
    return [kind for kind in KINDS if kind.decides]


@bp.get("/moderation/<id:reply_id>")
def item(reply_id: int) -> ResponseReturnValue:
    """Show a reply with its reports, its author's record, and everything that can be done."""
    require(can_moderate(current_user))
    return at_desk(moderated_reply(reply_id))


def at_desk(
    reply: Reply, sent: ActionForm | None = None, kind: ActionKind | None = None, why: str = ""
) -> str:
    """Return the page of one reply at the desk; with the form that was ``sent`` as it was typed."""
    review = review_of(reply)
    item = queues.items_of([review])[0] if review else None
    kinds = kinds_for(reply, REPLY)
    return render_template(
        "moderation/item.html",
        reply=reply,
        review=review,
        item=item,
        why=why,
        holder=review.holder(current_user) if review else None,
        record=records_of([reply.author_id])[reply.author_id],
        reports=reports_on(reply),
        actions=actions_on(reply),
        last=last_action(),
        sent=kind,
        merge=MERGE if can_be_merged(reply) else None,
        successor=successor_of(reply),
        suggested=suggestions_for(reply) if can_be_merged(reply) else [],
        verdicts=[each for each in kinds if each.decides],
        changes=[each for each in kinds if not each.decides],
        form=sent if sent and kind and kind.decides else verdict(reply, review),
        forms={
            each.name: sent if sent and each is kind else fresh(each.name, each.form, reply)
            for each in kinds
            if not each.decides
        },
    )


def verdict(reply: Reply, review: Review | None) -> ActionForm:
    """Return the empty form that answers the reports, with the reason that most of them give."""
    form = fresh("verdict", ActionForm, reply)
    form.reason.data = review.main_reason if review else ""
    return form


def fresh(name: str, make: type[ActionForm], reply: Reply) -> ActionForm:
    """Return the form of a kind of action as it is before anything was typed."""
    form = make(formdata=None)
    offer(form)
    form.state.data = state_of(reply)
    form.begin(reply)
    for field in form:
        field.id = f"{name}-{field.name}"
        field.label.field_id = field.id
    return form


def offer(form: Form) -> None:
    """Offer the essays to which the person may move a reply."""
    if isinstance(form, MoveForm):
        form.offer(essays_for(current_user))


def moderated_reply(reply_id: int) -> Reply:
    """Return the reply, or end with 404 or 403 where it is not the person's to moderate."""
    reply = reply_by_id(reply_id)
    if reply is None:
        abort(404)
    require(can_moderate(current_user, reply))
    return reply


@bp.post("/moderation/<id:reply_id>/<any(hold, release):change>")
def hold(reply_id: int, change: str) -> ResponseReturnValue:
    """Take a reply's review for some minutes, or put it back."""
    require(can_moderate(current_user))
    review = review_of(moderated_reply(reply_id))
    if review is None:
        abort(409, description=_("It no longer waits for a decision."))
    if change == "release":
        queues.release(review, current_user)
        db.session.commit()
        return redirect(safe_next(request.form.get("next") or url_for("moderation.queue")), 303)
    minutes = HOLD.seconds // 60
    if queues.hold(review, current_user, take_over="take_over" in request.form):
        flash(
            ngettext(
                "It is yours for %(minutes)s minute.",
                "It is yours for %(minutes)s minutes.",
                minutes,
                minutes=format_decimal(minutes),
            )
        )
    db.session.commit()
    return redirect(url_for("moderation.item", reply_id=reply_id), 303)
