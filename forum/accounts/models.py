"""People, and the sign-ins by which a browser is known to be theirs."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, delete, select
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UtcDateTime, db, now, one_of
from ..web import dates
from .grounds import VoterGround
from .look_alikes import skeleton
from .newcomers import Newcomer
from .password_hashes import check_password, hasher

if TYPE_CHECKING:
    from .contacts import Contact
    from .second_factors import SecondFactor

ROLES = ("reader", "moderator", "facilitator", "admin")
NAME_LENGTH = 50
EMAIL_LENGTH = 254
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a person is suspended who is not to come back."""

HAS_ROLE = sql("role <> 'reader'")


class User(UserMixin, Newcomer, Base):  # type: ignore[misc]
    """A person; one without an email address is a pseudonym that cannot sign in.

    Who has no password signs in by codes.
    """

    __tablename__ = "users"
    __table_args__ = (
        one_of("role", ROLES),
        one_of("ground", VoterGround),
        CheckConstraint("email IS NOT NULL OR password_hash IS NULL", name="sign_in"),
        Index("ix_users_source", "source", unique=True),
        Index("ix_users_name_skeleton", "name_skeleton"),
        Index("ix_users_staff", "id", postgresql_where=HAS_ROLE, sqlite_where=HAS_ROLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_skeleton: Mapped[str] = mapped_column(String(NAME_LENGTH * 4))
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20), default="reader")
    ground: Mapped[str] = mapped_column(String(16), default=VoterGround.UNASKED)
    source: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    single_keys: Mapped[bool] = mapped_column(default=True)
    """Whether single keys act, at the desk and where one judges; each person can switch it off."""
    moderated: Mapped[list[Moderator]] = relationship(
        foreign_keys="Moderator.user_id", viewonly=True
    )
    contact: Mapped[Contact | None] = relationship(viewonly=True)
    second_factor: Mapped[SecondFactor | None] = relationship(viewonly=True)
    seats: Mapped[list[Any]] = relationship(
        "Seat", foreign_keys="Seat.user_id", viewonly=True, order_by="Seat.id"
    )
    """Their seats in bodies (forum/bodies), which come with whoever is signed in."""
    rehearsals: Mapped[list[Rehearser]] = relationship(viewonly=True)
    """The drafts whose discussion they were invited to try (forum/rehearsals)."""
    is_plain = False  # as those are for whom a frame is made (plain_readers)

    @property
    def moderated_essays(self) -> tuple[int, ...]:
        """The numbers of the essays whose discussion the person was made a moderator of."""
        return tuple(each.essay_id for each in self.moderated)

    @property
    def bodies_today(self) -> tuple[int, ...]:
        """The numbers of the bodies that the person answers for today."""
        day = dates.today()
        return tuple(sorted({seat.body_id for seat in self.seats if seat.holds_on(day)}))

    if TYPE_CHECKING:
        place: Any
        """Their place in a room (forum/rooms), for those who have no account."""

    @property
    def is_suspended(self) -> bool:
        """Whether the person may only read for now."""
        return self.suspended_until is not None and now() < self.suspended_until

    @property
    def is_vouched_for(self) -> bool:
        """Whether a moderator let something of theirs stand, or the person has a role."""
        return self.role != "reader" or self.approved_at is not None

    @property
    def is_confirmed(self) -> bool:
        """Whether the person has shown more than that they can fill in a form."""
        return self.ground != VoterGround.UNASKED

    @property
    def is_in_room(self) -> bool:
        """Whether the person is there by a room, and has no account."""
        return self.ground == VoterGround.ROOM

    @property
    def room(self) -> Any:
        """The room in which the person is; nothing for whoever has an account."""
        return self.place.room if self.is_in_room and self.place else None

    def moderates(self, essay_id: int) -> bool:
        """Say whether the person was made a moderator of this essay's discussion."""
        return essay_id in self.moderated_essays

    def rehearses(self, essay_id: int) -> bool:
        """Say whether the person came to the rehearsal of this essay's discussion."""
        return any(each.essay_id == essay_id for each in self.rehearsals)

    def has_password(self, password: str) -> bool:
        """Say whether this is the person's password."""
        return check_password(self.password_hash, password)


class Moderator(Base):
    """A person who moderates one essay's discussion; the role is for all of them."""

    __tablename__ = "moderators"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class Rehearser(Base):
    """A person who came to a rehearsal by its link (forum/rehearsals), until all is erased."""

    __tablename__ = "rehearsers"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("rehearsals.essay_id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    came_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SignIn(Base):
    """One browser signed in as one person; deleting the row signs it out.

    ``seen_at`` is when it was last used, to the day; ``browser`` is what it says it is. One of a
    room holds until ``ends_at``.
    """

    __tablename__ = "sign_ins"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    browser: Mapped[str] = mapped_column(String(40), default="")
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(lazy="joined")

    if TYPE_CHECKING:

        def __init__(
            self, *, key_hash: str, user: User, browser: str, ends_at: datetime | None = None
        ) -> None: ...


class EmailTaken(ValueError):
    """An account with this address exists."""


def folded_email(email: str) -> str:
    """Return the address as it is kept: without regard to case."""
    return email.strip().casefold()


def add_user(name: str, email: str, password_hash: str | None, **more: str) -> User:
    """Add a person, with a role and a ground; raise EmailTaken where the address has an account."""
    email = folded_email(email)
    if user_by_email(email) is not None:
        raise EmailTaken(email)
    user = User(
        name=name, name_skeleton=skeleton(name), email=email, password_hash=password_hash, **more
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise EmailTaken(email) from error
    return user


def user_by_email(email: str) -> User | None:
    """Return the person with this address."""
    return db.session.scalar(select(User).where(User.email == folded_email(email)))


def user_by_password(email: str, password: str) -> User | None:
    """Return the person if address and password fit; the time taken does not tell which failed."""
    user = user_by_email(email)
    if user is None:
        check_password(None, password)
        return None
    return user if user.has_password(password) else None


def set_role(user: User, role: str) -> None:
    """Give the person a role, and end their sign-ins so that the new one holds at once."""
    if role not in ROLES:
        raise ValueError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")
    user.role = role
    close_sign_ins(user)


def key_hash(key: str) -> str:
    """Return what is stored of a browser's key, so that a leaked database signs nobody in."""
    return hashlib.sha256(key.encode()).hexdigest()


def close_sign_ins(user: User) -> None:
    """End every sign-in of the person, in whatever browser."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def hashed(password: str) -> str:
    """Return what is stored of a password; it takes long, so no row is held meanwhile."""
    return hasher.hash(password)


def change_password(user: User, password_hash: str) -> None:
    """Give the person another password, which ends every sign-in that the old one began."""
    user.password_hash = password_hash
    close_sign_ins(user)
