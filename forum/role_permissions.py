"""What a person may do by their role, and whether it works: no one's who is suspended.

Asked through ``permissions``, as every question of permission is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from .accounts.agreements import lacks_agreement
from .accounts.second_factors import lacks_second_factor
from .permission_answers import (
    AGREE_FIRST,
    NOT_YOURS,
    ONLY_IN_ROOM,
    REHEARSED,
    SECOND_FACTOR_FIRST,
    SIGN_IN,
    YES,
    Answer,
    suspended,
)

if TYPE_CHECKING:
    from .accounts.models import User
    from .essays.models import Essay
    from .replies.models import Reply


def has_role(user: User, *roles: str) -> Answer:
    """Say whether the person holds one of these roles; an administrator holds all of them.

    Whoever is suspended only reads, and holds none meanwhile.
    """
    if not user.is_authenticated:
        return SIGN_IN
    return can_use_role(user) if user.role in (*roles, "admin") else NOT_YOURS


def can_use_role(user: User) -> Answer:
    """Say whether the role that a person holds works: they are not suspended, and safe enough.

    An administrator's does before they agree to a text, for they can put the one before back.
    """
    answer = may_act(user) if user.role == "admin" else can_take_part(user)
    return SECOND_FACTOR_FIRST if answer and lacks_second_factor(user) else answer


def can_facilitate(user: User) -> Answer:
    """Say whether the person may write, publish, close and reopen essays."""
    return has_role(user, "facilitator")


def can_moderate(user: User, reply: Reply | None = None) -> Answer:
    """Say whether the person may moderate, and this reply in particular: never their own."""
    if reply is not None:
        if reply.essay.rehearsal is not None:
            return REHEARSED
        answer = can_moderate_in(user, reply.essay_id)
        if answer and reply.author_id == user.id:
            return Answer(False, _l("You cannot moderate your own reply."))
        return answer
    answer = has_role(user, "moderator")
    if not answer and user.is_authenticated and user.moderated_essays:
        return can_use_role(user)
    return answer


def can_moderate_all(user: User, *replies: Reply | None) -> Answer:
    """Say whether the person may moderate each of these replies; none of them may be their own."""
    answers = [can_moderate(user, reply) for reply in replies if reply is not None]
    return next((answer for answer in answers if not answer), can_moderate(user))


def can_moderate_in(user: User, essay_id: int) -> Answer:
    """Say whether the person moderates this discussion: by their role all, or this one."""
    answer = has_role(user, "moderator")
    if not answer and user.is_authenticated and user.moderates(essay_id):
        return can_use_role(user)
    return answer


def can_moderate_everywhere(user: User) -> Answer:
    """Say whether the person moderates all discussions."""
    return has_role(user, "moderator")


def can_look_out(user: User, essay: Essay) -> Answer:
    """Say whether the person may see what is unusual about the voters of a discussion."""
    return can_facilitate(user) or can_moderate_in(user, essay.id)


def can_warn(user: User, person: User) -> Answer:
    """Say whether the person may warn, suspend and readmit another: readers, not colleagues."""
    if user.is_authenticated and user.id == person.id:
        return Answer(False, _l("You cannot moderate yourself."))
    if person.role != "reader":
        return has_role(user)
    return can_moderate_everywhere(user)


def can_take_part(user: User, essay_id: int | None = None) -> Answer:
    """Say whether the person may do more than read: they may act, and agreed to what is asked."""
    answer = may_act(user, essay_id)
    return AGREE_FIRST if answer and lacks_agreement(user) else answer


def may_act(user: User, essay_id: int | None = None) -> Answer:
    """Say whether the person is signed in, and not suspended.

    Who is in a room may act in its discussion, and nowhere else.
    """
    if not user.is_authenticated:
        return SIGN_IN
    if (room := user.room) is not None and room.essay_id != essay_id:
        return ONLY_IN_ROOM
    if user.suspended_until is not None and user.is_suspended:
        return suspended(user.suspended_until)
    return YES


def is_staff(user: User, essay: Essay) -> bool:
    """Say whether the person holds a role in this discussion."""
    holds = user.is_authenticated and (user.role != "reader" or user.moderates(essay.id))
    return bool(holds and not lacks_second_factor(user))


def can_administer(user: User) -> Answer:
    """Say whether the person may change the roles of others."""
    return has_role(user)
