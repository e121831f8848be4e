"""Following a thing without having taken part in it, and following it no longer."""

from __future__ import annotations

from sqlalchemy import delete, select

from ..accounts.models import User
from ..db import db, now, upsert
from .models import Follow, Thing


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


def follow_as_usual(user: User, thing: Thing) -> None:
    """Forget what the person asked of a thing: whether they took part in it decides again."""
    mine = Follow.user_id == user.id, Follow.lever == ""
    this = Follow.subject_kind == thing[0], Follow.subject_id == thing[1]
    db.session.execute(delete(Follow).where(*mine, *this))


def is_followed(user: User, thing: Thing, lever: str = "") -> bool | None:
    """Return whether the person asked to be told of a thing, or not to be; None where neither."""
    if not user.is_authenticated:
        return None
    query = select(Follow.wanted).where(
        Follow.user_id == user.id,
        Follow.subject_kind == thing[0],
        Follow.subject_id == thing[1],
        Follow.lever == lever,
    )
    return db.session.scalar(query)


def follows_of(user: User) -> list[Follow]:
    """Return what a person asked about things, the newest first."""
    query = select(Follow).where(Follow.user_id == user.id).order_by(Follow.at.desc())
    return list(db.session.scalars(query.limit(200)))
