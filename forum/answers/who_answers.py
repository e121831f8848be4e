"""Who may answer, for which body, and say what of an answer: asked alike by views and templates.

A seat is the one that the person holds today in the body that answers; none where they hold none.
"""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ..accounts.models import User
from ..bodies.models import Body, Seat, seat_held
from ..db import db
from ..permission_answers import MERGED, NOT_YOURS, SIGN_IN, YES, Answer
from ..permissions import can_facilitate, can_take_part, can_use_role
from ..replies.models import Reply
from ..replies.tags import Stance
from ..web import dates
from .models import AnswerDraft, OfficialAnswer
from .questions import is_raised
from .voices import has_voice

OWN = Answer(False, _l("Nobody answers their own proposal."))


def ended(last: date) -> Answer:
    """Return the no to whoever held a seat that has ended: since when."""
    return Answer(
        False,
        LazyString(lambda: _("Your seat in this body ended on %(day)s.", day=dates.day(last))),
    )


def can_answer_for(user: User, body: Body) -> Answer:
    """Say whether the person answers for the body today: from their seat's first day to its last.

    Nobody else does, whatever their role.
    """
    if not user.is_authenticated:
        return SIGN_IN
    if user.is_plain:  # no frame tells since when they do not
        return can_use_role(user) if body.id in user.bodies_today else NOT_YOURS
    if seat_held(user, body, dates.today()) is not None:
        return can_use_role(user)
    query = db.select(Seat.to_day).where(Seat.user_id == user.id, Seat.body_id == body.id)
    lasts = [day for day in db.session.scalars(query) if day and day < dates.today()]
    return ended(max(lasts)) if lasts else NOT_YOURS


def can_be_answered(reply: Reply) -> Answer:
    """Say whether a body can answer this: a proposal that is shown, or a question put to it."""
    if reply.status == "merged":
        return MERGED
    if reply.status != "visible" or (reply.thread and reply.thread.status != "visible"):
        return Answer(False, _l("This is not shown at present, so it cannot be answered."))
    if reply.essay.state == "draft":
        return Answer(False, _l("This discussion has not been opened yet."))
    if not reply.is_proposal and reply.stance != Stance.QUESTION:
        return Answer(False, _l("Bodies answer proposals, and questions put to them."))
    return YES


def can_answer(user: User, body: Body, reply: Reply) -> Answer:
    """Say whether the person may answer this for the body: never what they wrote themselves."""
    for answer in (can_answer_for(user, body), can_be_answered(reply)):
        if not answer:
            return answer
    if reply.author_id == user.id:
        return OWN
    if not reply.is_proposal and not is_raised(reply, body):
        return Answer(False, _l("This question has not been put to this body."))
    return YES


def can_publish_draft(user: User, draft: AnswerDraft) -> Answer:
    """Say whether the person may publish this draft; where a colleague was asked, the colleague."""
    answer = (
        can_answer(user, draft.body, draft.reply)
        if draft.reply is not None
        else can_answer_for(user, draft.body)
    )
    if answer and draft.asked and draft.by_id == user.id:
        return Answer(False, _l("You asked a colleague to publish this. They have not yet."))
    return answer


def can_record_answers(user: User, reply: Reply) -> Answer:
    """Say whether the person may record what a body said aloud of this proposal."""
    answer = can_facilitate(user)
    if not answer:
        return answer
    if reply.author_id == user.id:
        return OWN
    return can_be_answered(reply)


def can_raise(user: User, reply: Reply) -> Answer:
    """Say whether the person may put this comment to a body: a question, by a facilitator."""
    if reply.is_proposal or reply.stance != Stance.QUESTION:
        return Answer(False, _l("Only a comment that asks a question can be put to a body."))
    answer = can_facilitate(user)
    return answer and can_be_answered(reply)


def can_appoint(user: User) -> Answer:
    """Say whether the person may add bodies and appoint those who answer for them."""
    return can_facilitate(user)


def can_give_verdict(user: User, answer: OfficialAnswer) -> Answer:
    """Say whether the person may say if the answer is one: whoever took part before it was given.

    Nobody judges an answer of their own body.
    """
    if answer.reply is None or answer.is_taken_back or answer.newest.is_said_aloud:
        return Answer(False, _l("There is no answer to judge at present."))
    if not user.is_authenticated:
        return Answer(False, _l("Sign in to say whether this answers the proposal."), sign_in=True)
    if seat_held(user, answer.body, dates.today()) is not None:
        return Answer(False, _l("Nobody judges an answer from their own body."))
    if not has_voice(user, answer.reply, answer.newest):
        return Answer(
            False, _l("Only people who voted on it or wrote about it before the answer can say.")
        )
    return can_take_part(user)
