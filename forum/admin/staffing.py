"""What administrators do for people: roles, a discussion to moderate, signing out; all noted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from ..accounts.models import HAS_ROLE, Moderator, User, close_sign_ins
from ..db import db, upsert
from ..essays.models import Essay
from .models import SecurityKind
from .security_log import give_role, note_security


class NoAdministratorLeft(Exception):
    """Without this person nobody could give roles any more."""


def hold_administrators() -> Sequence[int]:
    """Return the administrators, by number; until the end of this change no other takes one away.

    So the site keeps one, even where two do this to each other at once.
    """
    rows = select(User.id).where(HAS_ROLE, User.role == "admin").order_by(User.id)
    return db.session.scalars(rows.with_for_update(key_share=True)).all()


def change_role(user: User, role: str, by: User) -> bool:
    """Give the person another role; say False where it is theirs already.

    Raises NoAdministratorLeft rather than leave the site without one.
    """
    admins = hold_administrators()
    db.session.refresh(user)
    if user.role == role:
        return False
    if user.id in admins and len(admins) == 1:
        raise NoAdministratorLeft(user.name)
    give_role(user, role, by)
    return True


def sign_out_everywhere(user: User, by: User) -> None:
    """End every sign-in of the person."""
    close_sign_ins(user)
    note_security(SecurityKind.SIGNED_OUT, user, by_id=by.id)


def make_moderator(user: User, essay: Essay, by: User) -> bool:
    """Let the person moderate one discussion; say False where they do already."""
    row = upsert(Moderator).values(essay_id=essay.id, user_id=user.id, made_by_id=by.id)
    made = db.session.execute(row.on_conflict_do_nothing().returning(Moderator.user_id)).first()
    if made:
        note_moderator(user, essay, by, after=essay.slug)
    return made is not None


def unmake_moderator(user: User, essay: Essay, by: User) -> bool:
    """Let the person moderate a discussion no more; say False where they did not."""
    theirs = Moderator.essay_id == essay.id, Moderator.user_id == user.id
    gone = db.session.execute(delete(Moderator).where(*theirs).returning(Moderator.user_id)).first()
    if gone:
        note_moderator(user, essay, by, before=essay.slug)
    return gone is not None


def note_moderator(user: User, essay: Essay, by: User, before: str = "", after: str = "") -> None:
    """Note that the person came to moderate a discussion, or ceased to."""
    note_security(SecurityKind.MODERATOR, user, by_id=by.id, before=before, after=after)
