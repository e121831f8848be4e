"""The queue with what is open beside it, one reply alone, and taking it or putting it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ...accounts.login import safe_next
from ...db import db, now
from ...permissions import can_moderate, can_moderate_in, can_warn, require
from ...replies.models import Reply, reply_by_id
from ...replies.reviews import HOLD, review_of
from ...web.forms import Form
from ...web.numbers import format_decimal
from .. import queue as queues
from .. import queue_counts
from ..action_kind import REPLY, ActionKind
from ..cases import Case, case_of
from ..desk_context import essays_for
from ..duplicates import suggestions_for
from ..forms import ActionForm, HideAndSuspendForm, MoveForm
from ..kinds import KINDS, kinds_for
from ..merging import MERGE, can_be_merged, successor_of
from ..queue_filter import ORDER_LABELS, QueueFilter
from ..seen import state_of, states_of
from .blueprint import bp, last_actions

WEEK = timedelta(days=7)
LIST_KEYS = "jnix?z.o"


@bp.get("/moderation")
def queue() -> ResponseReturnValue:
    """Show what waits for a decision, as the filter in the address says, and what is open of it."""
    require(can_moderate(current_user))
    chosen, after = QueueFilter.from_query(request.args), request.args.get("after", "")
    reply = reply_opened(request.args.get("item", ""))
    reviews, following = queues.page_of(chosen, current_user, after)
    counts = queue_counts.counts(chosen, current_user)
    at = at_case(reply, onward=onward_from(reply, chosen, after)) if reply else None
    last = last_actions()
    return render_template(
        "moderation/queue.html",
        reviews=reviews,
        states=states_of([review.reply for review in reviews]),
        chosen=chosen,
        following=following,
        after=after,
        all_ticked="all" in request.args,
        counts=counts,
        tabs=queue_counts.tabs(),
        choices=queue_counts.choices(essays_for(current_user)),
        orders=[(order.value, words) for order, words in ORDER_LABELS.items()],
        decided=queue_counts.decided_since(current_user, now() - WEEK),
        at=at,
        steps=steps_from(at["case"], chosen, after, counts) if at else None,
        form=ActionForm(formdata=None),
        bulk_kinds=[kind for kind in KINDS if kind.in_bulk],
        last=last,
        undo_to=back_to(last[0].reply_id, chosen, after) if len(last) == 1 else "",
        all_keys=all_keys(),
    )


def reply_opened(number: str) -> Reply | None:
    """Return the reply that the address opens beside the list, one's own too, only to be read."""
    if not number.isdecimal() or len(number) > 18:
        return None
    reply = reply_by_id(int(number))
    if reply is None:
        abort(404)
    require(can_moderate_in(current_user, reply.essay_id))
    return reply


def all_keys() -> str:
    """Return every key that does something somewhere on the desk."""
    return LIST_KEYS + "".join(sorted({kind.key for kind in KINDS if kind.about == REPLY}))


def back_to(reply_id: int | None, chosen: QueueFilter, after: str = "") -> str:
    """Return the address of the queue as it is shown, with a reply open in it."""
    place: dict[str, Any] = {"after": after or None, "item": reply_id}
    return url_for("moderation.queue", **(chosen.query() | place))


def onward_from(reply: Reply, chosen: QueueFilter, after: str) -> str:
    """Return the address to go on to when the reply is decided: the queue from its place on."""
    review = review_of(reply)
    past = queues.cursor_after(review, chosen) if review else after
    place: dict[str, Any] = {"after": after or None, "past": past or "0-0"}
    return url_for("moderation.queue", **(chosen.query() | place))


def steps_from(
    case: Case, chosen: QueueFilter, after: str, counts: queue_counts.QueueCounts
) -> dict[str, Any]:
    """Return where the open item stands in the queue, and the ways from it."""
    number, previous, following = -1, None, None
    if case.review is None:
        review = queues.next_open(chosen, current_user, after)
        following = review.reply_id if review else None
    else:
        number, previous, following = queues.neighbours(chosen, current_user, case.review)
    return {
        "list": back_to(None, chosen, after),
        "previous": back_to(previous, chosen, after) if previous else "",
        "next": back_to(following, chosen, after) if following else "",
        "at": number + 1,
        "all": counts.said(chosen),
    }


@bp.get("/moderation/<id:reply_id>")
def item(reply_id: int) -> ResponseReturnValue:
    """Show a reply with its reports, its author's record, and everything that can be done."""
    require(can_moderate(current_user))
    return at_desk(moderated_reply(reply_id))


def at_desk(
    reply: Reply, sent: ActionForm | None = None, kind: ActionKind | None = None, why: str = ""
) -> str:
    """Return the page of one reply at the desk; with the form that was ``sent`` as it was typed."""
    onward = request.values.get("next") or onward_from(reply, QueueFilter(), "")
    return render_template(
        "moderation/item.html",
        at=at_case(reply, sent, kind, why, onward),
        last=last_actions(),
        all_keys=all_keys(),
    )


def at_case(
    reply: Reply,
    sent: ActionForm | None = None,
    kind: ActionKind | None = None,
    why: str = "",
    onward: str = "",
) -> dict[str, Any]:
    """Return all that stands on the page about one reply and the forms by which it is decided."""
    case = case_of(reply)
    kinds = kinds_for(reply, REPLY)
    changes = [each for each in kinds if not each.decides]
    merge = MERGE if can_be_merged(reply) else None
    both_sent = sent if isinstance(sent, HideAndSuspendForm) else None
    verdict_sent = sent if kind and kind.decides and not both_sent else None
    return {
        "case": case,
        "answer": can_moderate(current_user, reply),
        "holder": case.review.holder(current_user) if case.review else None,
        "why": why,
        "sent": kind,
        "onward": onward,
        "merge": merge,
        "successor": successor_of(reply),
        "suggested": suggestions_for(reply) if merge else [],
        "verdicts": [each for each in kinds if each.decides],
        "changes": changes,
        "kinds": [*kinds, *([merge] if merge else [])],
        "form": verdict_sent.named("verdict")
        if verdict_sent
        else fresh("verdict", ActionForm, reply),
        "both": both_sent.named("both") if both_sent else both(reply),
        "both_sent": both_sent is not None,
        "forms": {
            each.name: sent.named(each.name)
            if sent and each is kind
            else fresh(each.name, each.form, reply)
            for each in changes
        },
    }


def both(reply: Reply) -> ActionForm | None:
    """Return the form by which a reply is hidden and its author suspended, where both can be."""
    if reply.status not in {"visible", "waiting"} or not can_warn(current_user, reply.author):
        return None
    return fresh("both", HideAndSuspendForm, reply)


def fresh(name: str, make: type[ActionForm], reply: Reply) -> ActionForm:
    """Return the form of a kind of action as it is before anything was typed."""
    form = make(formdata=None)
    offer(form)
    form.state.data = state_of(reply)
    form.begin(reply)
    return form.named(name)


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
    go_on = safe_next(request.form.get("next") or "")
    if change == "release":
        queues.release(review, current_user)
        db.session.commit()
        return redirect(go_on if go_on != "/" else url_for("moderation.queue"), 303)
    minutes = HOLD.seconds // 60
    taken = queues.hold(review, current_user, take_over="take_over" in request.form)
    if taken and go_on == "/":  # beside the list the item itself says so, and keeps the focus
        flash(
            ngettext(
                "It is yours for %(minutes)s minute.",
                "It is yours for %(minutes)s minutes.",
                minutes,
                minutes=format_decimal(minutes),
            )
        )
    db.session.commit()
    return redirect(go_on if go_on != "/" else url_for("moderation.item", reply_id=reply_id), 303)
