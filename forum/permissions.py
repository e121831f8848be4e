"""Who may do what: one question each, asked alike by views and templates.

An answer is true or false and, where it is no, says why in the reader's language, so that a page
can explain a missing button instead of leaving a gap.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from . import permission_answers as answers
from .accounts.admissions import OpenTo, is_let_in
from .db import now
from .permission_answers import MERGED, NOT_YOURS, SIGN_IN, SIGN_IN_TO_KEEP, YES, not_let_in
from .permission_answers import Answer as Answer
from .role_permissions import can_administer as can_administer
from .role_permissions import can_facilitate as can_facilitate
from .role_permissions import can_look_out as can_look_out
from .role_permissions import can_moderate as can_moderate
from .role_permissions import can_moderate_all as can_moderate_all
from .role_permissions import can_moderate_everywhere as can_moderate_everywhere
from .role_permissions import can_moderate_in as can_moderate_in
from .role_permissions import can_take_part as can_take_part
from .role_permissions import can_use_role as can_use_role
from .role_permissions import can_warn as can_warn
from .role_permissions import has_role as has_role
from .role_permissions import is_staff as is_staff
from .web.errors import wants_problem

if TYPE_CHECKING:
    from .accounts.models import User
    from .essays.models import Essay
    from .replies.listing import Card
    from .replies.models import Reply
    from .votes.holding import HeldDiscussion, HeldProposal

READABLE = frozenset({"visible", "merged", "withdrawn"})
"""The status of what everyone may read at its own address: its words are nobody's secret."""


def require(answer: Answer) -> None:
    """Go on if the answer is yes; otherwise 401 for a stranger and 403 for everyone else."""
    reads = request.method in {"GET", "HEAD"} and not wants_problem()
    if reads and (answer.set_up or answer.agree):
        flash(answer.why)
        onward = url_for("agreeing.agreeing", next=request.full_path.rstrip("?"))
        abort(redirect(onward if answer.agree else url_for("second_factors.second_factor")))
    if not answer:
        g.agree_first = answer.agree
        abort(401 if not current_user.is_authenticated else 403, description=answer.why)


def is_signed_in(user: User) -> Answer:
    """Say whether somebody is signed in, and so may do what everyone does with their own."""
    return YES if user.is_authenticated else SIGN_IN


def can_set_policy(user: User, essay: Essay) -> Answer:
    """Say whether the person may decide who replies to an essay and what waits for a moderator."""
    return can_facilitate(user)


def can_see_essay(user: User, essay: Essay) -> Answer:
    """Say whether the essay may be read: a draft only by those who facilitate or rehearse it."""
    return YES if essay.state != "draft" or essay.is_rehearsed_by(user) else can_facilitate(user)


def can_see(user: User, reply: Reply) -> Answer:
    """Say whether a reply's text may be read: what is hidden, only by its author and moderators.

    What was merged or withdrawn stays readable at its own address, and stands nowhere else.
    """
    if reply.thread is not None and not can_see(user, reply.thread):
        return NOT_YOURS
    if reply.status in READABLE:
        return YES
    if user.is_authenticated and reply.author_id == user.id:
        return YES
    return can_moderate_in(user, reply.essay_id)


def can_see_history(user: User, reply: Reply) -> Answer:
    """Say whether a reply's earlier versions may be read: of what was merged, not by everyone."""
    if reply.status == "merged" and not (user.is_authenticated and reply.author_id == user.id):
        return can_moderate_in(user, reply.essay_id)
    return can_see(user, reply)


def can_post(user: User, essay: Essay) -> Answer:
    """Say whether the person may add a reply or a comment to this discussion."""
    if essay.is_rehearsed_by(user):
        return can_take_part(user)
    if essay.state == "draft":
        return answers.DRAFT
    if not essay.is_open:
        return answers.not_open(essay.is_paused)
    answer = can_take_part(user, essay.id)
    if not answer or is_staff(user, essay):
        return answer
    if not is_let_in(user, essay.id, essay.open_to):
        return not_let_in(essay.open_to)
    if essay.replies_from == "everyone":
        return answer
    if essay.replies_from == "staff":
        return Answer(False, _l("In this discussion, only facilitators and moderators can reply."))
    if not user.is_vouched_for:
        return Answer(
            False, _l("In this discussion, only people approved by a moderator can reply.")
        )
    return YES


def can_publish(user: User, essay: Essay) -> Answer:
    """Say whether what the person writes here is shown at once; if not, why it waits."""
    if essay.premoderation == "open" or is_staff(user, essay) or essay.rehearsal is not None:
        return YES
    if essay.premoderation == "full":
        return Answer(False, _l("In this discussion, a moderator reads every reply first."))
    if not user.is_vouched_for:
        return Answer(False, _l("A moderator reads your first reply before it is shown."))
    return YES


def can_comment(user: User, reply: Reply) -> Answer:
    """Say whether the person may comment on this reply."""
    if reply.status == "merged":
        return MERGED
    if reply.status != "visible" or (reply.thread and reply.thread.status != "visible"):
        return Answer(False, _l("This reply is not open to comments."))
    if (reply.thread or reply).locked:
        return Answer(False, _l("Moderators have locked this discussion. It can still be read."))
    return can_post(user, reply.essay)


def can_edit(user: User, reply: Reply) -> Answer:
    """Say whether the person may edit this reply: its author, while the discussion is open."""
    if not user.is_authenticated:
        return SIGN_IN
    if reply.author_id != user.id:
        return Answer(False, _l("Only the author can edit a reply."))
    if reply.status == "merged":
        return MERGED
    if reply.status == "withdrawn":
        return Answer(False, _l("You withdrew this."))
    if not reply.essay.is_open_to(user):
        return answers.not_open(reply.essay.is_paused)
    return can_take_part(user, reply.essay_id)


def can_withdraw(user: User, reply: Reply) -> Answer:
    """Say whether the person may withdraw this reply: its author, while it is shown or waits."""
    if not user.is_authenticated:
        return SIGN_IN
    if reply.author_id != user.id:
        return Answer(False, _l("Only the author can withdraw a reply."))
    if reply.status == "merged":
        return MERGED
    if reply.status not in {"visible", "waiting"}:
        return Answer(False, _l("Only a reply that is shown or waits can be withdrawn."))
    return can_take_part(user, reply.essay_id)


def can_unwithdraw(user: User, reply: Reply, until: datetime | None) -> Answer:
    """Say whether the person may let a reply stand again that they withdrew: for a day."""
    if not user.is_authenticated:
        return SIGN_IN
    if reply.author_id != user.id or reply.status not in {"withdrawn", "waiting"} or until is None:
        return NOT_YOURS
    if now() >= until:
        return Answer(False, _l("The day in which it could be restored has passed."))
    return can_take_part(user, reply.essay_id)


def can_keep_drafts(user: User) -> Answer:
    """Say whether the forum keeps drafts for the person."""
    return YES if user.is_authenticated else SIGN_IN_TO_KEEP


def can_vote(user: User, reply: Reply | Card | HeldProposal) -> Answer:
    """Say whether the person may vote on this reply."""
    if reply.lever is None:
        return Answer(False, _l("Votes are for proposals."))
    if reply.status == "merged":
        return MERGED
    if reply.status != "visible" or not reply.essay.is_open_to(user):
        return answers.no_votes(reply.essay.state, reply.essay.is_paused)
    if not user.is_authenticated:
        return Answer(False, _l("Sign in to vote."), sign_in=True)
    if reply.author_id == user.id:
        return Answer(False, _l("You cannot vote on your own proposal."))
    answer = can_take_part(user, reply.essay_id)
    if not answer or reply.essay.rehearsal is not None:  # whoever rehearses it came by its link
        return answer
    if not is_let_in(user, reply.essay_id, reply.essay.open_to):
        return not_let_in(reply.essay.open_to)
    return YES


def can_declare(user: User, essay: Essay | HeldDiscussion) -> Answer:
    """Say whether the person may declare what a discussion asks of whoever takes part."""
    if not user.is_authenticated:
        return SIGN_IN
    if essay.open_to != OpenTo.DECLARED or is_let_in(user, essay.id, essay.open_to):
        return NOT_YOURS
    return can_take_part(user, essay.id)


def can_appeal(user: User) -> Answer:
    """Say whether the person may appeal against a decision on their votes: even while suspended."""
    return is_signed_in(user)


def can_report(user: User, reply: Reply) -> Answer:
    """Say whether the person may report this reply to the moderators."""
    if not user.is_authenticated:
        return SIGN_IN
    if reply.author_id == user.id:
        return Answer(False, _l("You cannot report your own reply; you can edit it."))
    if reply.status == "merged":
        return MERGED
    if reply.essay.rehearsal is not None:
        return answers.REHEARSED
    return can_take_part(user, reply.essay_id)


def can_export(user: User, essay: Essay | None = None) -> Answer:
    """Say whether the person may take lists out as files: this essay's, or those of all.

    The proposals of an essay that is marked open data are for everyone to take. Where people try
    a discussion before it opens, nobody takes what they try.
    """
    if essay is not None and essay.rehearsal is not None:
        return answers.REHEARSED
    if essay is not None and essay.open_data and essay.state != "draft":
        return YES
    return has_role(user, "facilitator")
