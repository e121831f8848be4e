"""Who may take part in a discussion that is not open to everyone: whoever was let in, and how.

An essay says to whom it is open. Those who hold an invitation, or who declared its sentence, each
have a row; of a provider's people the tie to it says so. A declaration is what somebody says, no
proof: it holds for the sentence as it stood, and another sentence is declared anew.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, column, or_, select, table
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now, one_of, upsert
from .models import User
from .provider_links import is_tied
from .reader_kinds import each_for_themselves

KEY = "admissions"
"""Where a session keeps where a person was let in."""


class OpenTo(StrEnum):
    """To whom a discussion is open; everyone may read all the same."""

    EVERYONE = "everyone"
    INVITED = "invited"
    PROVIDER = "provider"
    DECLARED = "declared"


class Admission(Base):
    """That a person was let into a discussion: by an invitation, or by what they declared."""

    __tablename__ = "admissions"
    __table_args__ = (one_of("how", (OpenTo.INVITED, OpenTo.DECLARED)),)

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    how: Mapped[str] = mapped_column(String(10), primary_key=True)
    said: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


ESSAYS = table("essays", column("id"), column("declaration"))


def is_let_in(user: User, essay_id: int, open_to: str) -> bool:
    """Say whether a person may take part in a discussion that is open to these people.

    Who is in a room of it was let in by its facilitator. Of any reader, for whom a frame is made,
    it cannot be said: raises EachForThemselves.
    """
    if open_to == OpenTo.EVERYONE:
        return True
    each_for_themselves(user)
    if user.is_in_room:
        return True
    if open_to == OpenTo.PROVIDER:
        return is_tied(user)
    return (essay_id, open_to) in admissions_of(user)


def admissions_of(user: User) -> frozenset[tuple[int, str]]:
    """Return where a person was let in, and how, as it holds now; asked once a session."""
    known = db.session.info.setdefault(KEY, {})
    if user.id not in known:
        query = select(Admission.essay_id, Admission.how).join(
            ESSAYS, ESSAYS.c.id == Admission.essay_id
        )
        holds = or_(Admission.how == OpenTo.INVITED, Admission.said == ESSAYS.c.declaration)
        rows = db.session.execute(query.where(Admission.user_id == user.id, holds))
        known[user.id] = frozenset((number, how) for number, how in rows)
    return known[user.id]


def let_in(user: User, essay_id: int, how: OpenTo, said: str = "") -> None:
    """Let a person into a discussion from now on; whoever declares again declares this sentence."""
    row = upsert(Admission).values(essay_id=essay_id, user_id=user.id, how=how, said=said, at=now())
    key = ["essay_id", "user_id", "how"]
    db.session.execute(
        row.on_conflict_do_update(index_elements=key, set_={"said": said, "at": now()})
    )
    db.session.info.pop(KEY, None)
