"""Following a thing without having taken part in it, and following it no longer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import db, now, upsert
from ..permission_answers import ONLY_IN_ROOM, SIGN_IN, YES, Answer
from .models import Follow, Thing


def can_follow(user: User) -> Answer:
    """Say whether the person can be told of what happens: anyone who has an account."""
    if not user.is_authenticated:
        return SIGN_IN
    return ONLY_IN_ROOM if user.room else YES


def follow(user: User, thing: Thing, *, on: bool, lever: str = "") -> None:
    """Have the person told of a thing from now on, or no longer; asking twice changes nothing.

    ``lever`` narrows an essay to the proposals of one lever.
    """
    kept = is_followed(user, thing, lever)
    if kept == on:
        return
    row = upsert(Follow).values(
        user_id=user.id,
        subject_kind=thing[0],
        subject_id=thing[1],
        lever=lever,
        wanted=on,
        at=now(),
    )
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["user_id", "subject_kind", "subject_id", "lever"],
            set_={"wanted": row.excluded.wanted, "at": row.excluded.at},
        )
    )


def is_followed(user: User, thing: Thing, lever: str = "") -> bool | None:
    """Return whether the person asked to be told of a thing, or not to be; None where neither."""
    if not user.is_authenticated:
        return None
    given = {"user_id": user.id, "kind": thing[0], "number": thing[1], "lever": lever}
    return next((wanted for (wanted,) in OF_THING.rows(**given)), None)


def follows_of(user: User) -> list[Follow]:
    """Return what a person asked about things, the newest first."""
    query = select(Follow).where(Follow.user_id == user.id).order_by(Follow.at.desc())
    return list(db.session.scalars(query.limit(200)))


@dataclass(frozen=True)
class Following:
    """Whether a person is told of a thing: because they took part, or as they asked."""

    took_part: bool
    asked: bool | None

    @property
    def is_on(self) -> bool:
        """Whether they are told."""
        return self.took_part if self.asked is None else self.asked


def following(user: User, thing: Thing, took_part: bool) -> Following | None:
    """Return how a person follows a thing; None for a stranger or somebody in a room."""
    if not can_follow(user):
        return None
    return Following(took_part, is_followed(user, thing))


def levers_followed(user: User, essay_id: int) -> dict[str, bool] | None:
    """Return what a person asked of a discussion, by lever, empty for all; None as above."""
    if not can_follow(user):
        return None
    given = {"user_id": user.id, "essay_id": essay_id}
    return dict(OF_DISCUSSION.rows(**given))


OF_THING = Prepared(
    select(Follow.wanted).where(
        Follow.user_id == bindparam("user_id"),
        Follow.subject_kind == bindparam("kind"),
        Follow.subject_id == bindparam("number"),
        Follow.lever == bindparam("lever"),
    )
)
OF_DISCUSSION = Prepared(
    select(Follow.lever, Follow.wanted).where(
        Follow.user_id == bindparam("user_id"),
        Follow.subject_kind == "essay",
        Follow.subject_id == bindparam("essay_id"),
    )
)
