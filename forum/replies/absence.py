"""Why is this not shown, to this person? Asked of a reply and of all that it stands under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from ..accounts.models import User
from ..db import db
from ..permissions import can_see
from .models import Reply
from .withdrawing import withdrawals_of

KEPT_BACK: dict[str, tuple[int, Any, Any]] = {
    "hidden": (
        410,
        _l("Moderators have hidden this."),
        _l("Moderators have hidden the reply that this belongs to, and everything said under it."),
    ),
    "waiting": (
        403,
        _l("This is waiting for a moderator. It will be shown once it is approved."),
        _l(
            "The reply that this belongs to is waiting for a moderator. This will "
            "be shown once that is approved."
        ),
    ),
}
"""Each status that keeps words from readers: how its address answers, and what is said of the reply
itself and of what stands under it."""
WITHDRAWN = "withdrawn"
"""What its author took back stands in no list, yet stays readable with all that stands under it."""


@dataclass(frozen=True)
class Absence:
    """Why a reply is not shown: its own status, or that of what it stands under (``of``).

    ``taken_back`` says so where its author withdrew it while it waited.
    """

    reply: Reply
    of: Reply
    taken_back: Any = ""

    @property
    def is_under(self) -> bool:
        """Whether it is what the reply stands under that is kept back."""
        return self.of.id != self.reply.id

    @property
    def code(self) -> int:
        """The answer of HTTP: gone, or not to be read yet."""
        return KEPT_BACK[self.of.status][0]

    @property
    def why(self) -> Any:
        """The reason in a sentence; moderators' own reason stands with their action."""
        if self.taken_back:
            return self.taken_back
        if self.of.status == WITHDRAWN:
            return _l("You withdrew it.")
        _code, itself, under = KEPT_BACK[self.of.status]
        return under if self.is_under else itself


def absence(reply: Reply) -> Absence | None:
    """Return why readers do not see a reply in its place; none where they do."""
    chain = [each for each in (reply.thread, reply) if each is not None]
    kept_back = next((each for each in chain if each.status in KEPT_BACK), None)
    if kept_back is None and reply.status == WITHDRAWN:
        kept_back = reply
    return Absence(reply, kept_back) if kept_back is not None else None


def absence_for(user: User, reply: Reply) -> Absence | None:
    """Return why this person may not read a reply where it stands; none where they may."""
    found = None if can_see(user, reply) else absence(reply)
    if found and withdrawals_of([found.of.id]):
        return replace(found, taken_back=_l("Its author withdrew this."))
    return found


def not_shown(author: User, most: int = 50) -> list[Absence]:
    """Return what of a person's replies readers do not see at present, the newest first."""
    thread = aliased(Reply)
    wanted: list[ColumnElement[bool]] = [
        Reply.status.in_((*KEPT_BACK, WITHDRAWN)),
        thread.status.in_(tuple(KEPT_BACK)),
    ]
    query = (
        select(Reply)
        .outerjoin(thread, Reply.thread)
        .where(Reply.author_id == author.id, or_(*wanted))
        .options(joinedload(Reply.essay), contains_eager(Reply.thread.of_type(thread)))
        .order_by(Reply.id.desc())
        .limit(most)
    )
    found = [kept_back for reply in db.session.scalars(query) if (kept_back := absence(reply))]
    waiting = [each.of.id for each in found if each.of.status == "waiting"]
    taken_back = {number: _l("You withdrew it.") for number in withdrawals_of(waiting)}
    return [replace(each, taken_back=taken_back.get(each.of.id, "")) for each in found]
