"""From which networks a discussion was voted in, in a form that leads nobody back to them.

Kept is a keyed hash of the network (a /24, or a /64 in IPv6) and the discussion, until that has
been closed for 90 days. The key is random, another every 30 days, and forgotten with them: after
that not even this site could tell of which network a hash is. Nothing is kept of people in a room,
who share one by being there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, and_, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.grounds import VoterGround
from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import Base, db, looking, now, upsert
from ..replies.models import Reply
from ..web.network import network

PERIOD = timedelta(days=30)


class NetworkKey(Base):
    """The key of one period of 30 days, counted from the beginning of 1970."""

    __tablename__ = "network_keys"

    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class VoterNetwork(Base):
    """A network from which a person voted in a discussion."""

    __tablename__ = "voter_networks"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mark: Mapped[str] = mapped_column(String(32), primary_key=True)


_reply, _key, _noted = Reply.__table__, NetworkKey.__table__, VoterNetwork.__table__
THEIRS = and_(_noted.c.essay_id == _reply.c.essay_id, _noted.c.user_id == bindparam("person"))
NOTED = Prepared(
    select(_reply.c.essay_id, _key.c.key, _noted.c.mark)
    .select_from(_reply.join(_noted, THEIRS).join(_key, _key.c.period == bindparam("period")))
    .where(_reply.c.id == bindparam("reply"))
)
"""The marks of a person in the discussion of a reply, and this period's key."""


def is_noted(user: Any, reply_id: int) -> bool:
    """Say whether the network is noted from which a person votes on a reply.

    Nearly always it is, and nothing is to be written then. So it is asked before a row is held.
    """
    if not user.is_authenticated:
        return False
    rows = NOTED.rows(person=user.id, reply=reply_id, period=period_now())
    return any(mark_of_network(key, essay_id) == mark for essay_id, key, mark in rows)


def note_network(user: User, essay_id: int) -> None:
    """Note from which network a person votes in a discussion."""
    if user.ground == VoterGround.ROOM:
        return
    mark = mark_of_network(key_of_now(), essay_id)
    row = upsert(VoterNetwork).values(essay_id=essay_id, user_id=user.id, mark=mark)
    db.session.execute(row.on_conflict_do_nothing())


def mark_of_network(key: bytes, essay_id: int) -> str:
    """Return the mark of the network that this request comes from, in one discussion."""
    said = f"{essay_id}:{network()}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:32]


def key_of_now() -> bytes:
    """Return the key of this period, made where nobody has voted in it yet."""
    period = period_now()
    kept = select(NetworkKey.key).where(NetworkKey.period == period)
    found = db.session.scalar(kept)
    if found is None:
        row = upsert(NetworkKey).values(period=period, key=secrets.token_bytes(32))
        db.session.execute(row.on_conflict_do_nothing())
        found = db.session.execute(kept).scalar_one()
    return found


def period_now() -> int:
    """Return the number of this period."""
    return int(now().timestamp() // PERIOD.total_seconds())


def forget_keys() -> bool:
    """Forget the keys of periods that are over; say whether there were any."""
    over = NetworkKey.period < period_now()
    with looking() as connection:
        if connection.scalar(select(NetworkKey.period).where(over).limit(1)) is None:
            return False
    with db.engine.begin() as connection:
        connection.execute(delete(NetworkKey).where(over))
    return True
