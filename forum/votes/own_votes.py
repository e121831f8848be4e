"""One person's own votes, whether or not they count: for nobody else's eyes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Subquery, bindparam, literal, select, union_all

from ..accounts.models import User
from ..database.prepared import Prepared
from .asides import AsideVote, is_set_aside
from .models import RoomVote, Vote

VoteTables = tuple[Any, ...]
"""The tables in which a person's votes stand: that on one proposal in one of them."""
USUAL_TABLES: VoteTables = (Vote, AsideVote)
ROOM_TABLES: VoteTables = (RoomVote,)


def tables_of(user: User) -> VoteTables:
    """Return the tables in which a person's votes stand: of a room, whether or not it counts."""
    return ROOM_TABLES if user.is_in_room else USUAL_TABLES


class GivenVote(NamedTuple):
    """A vote as its owner sees it again; it counts unless it is ``aside``."""

    reply_id: int
    value: str
    version: int
    voted_at: datetime
    carried_from_id: int | None
    aside: bool = False


def all_votes_of(user: User) -> Subquery:
    """Return a person's votes as one table: reply, essay, value, moment, where each is from, and
    whether it is set aside."""
    names = ("reply_id", "essay_id", "value", "voted_at", "carried_from_id")
    return union_all(
        *(
            select(*(getattr(table, name) for name in names), aside_in(table).label("aside")).where(
                table.user_id == user.id
            )
            for table in tables_of(user)
        )
    ).subquery("own_votes")


def aside_in(table: Any) -> ColumnElement[bool]:
    """Return the condition that what stands in one of these tables is set aside."""
    known: dict[Any, ColumnElement[bool]] = {Vote: literal(False), AsideVote: literal(True)}
    return known[table] if table in known else is_set_aside(table.essay_id, table.user_id)


@cache
def votes_in(tables: VoteTables) -> Prepared:
    """Return the query of one person's votes on some proposals, where these tables hold them."""
    person: BindParameter[int] = bindparam("user_id")
    on_these: BindParameter[Any] = bindparam("reply_ids", expanding=True)
    return Prepared(
        union_all(
            *(
                select(
                    *(getattr(table, name) for name in GivenVote._fields[:-1]), aside_in(table)
                ).where(table.user_id == person, table.reply_id.in_(on_these))
                for table in tables
            )
        )
    )


def votes_by(user: User, reply_ids: Iterable[int]) -> dict[int, GivenVote]:
    """Return the person's votes on these replies, by reply."""
    numbers = list(reply_ids)
    if not user.is_authenticated or not numbers:
        return {}
    rows = votes_in(tables_of(user)).rows(user_id=user.id, reply_ids=numbers)
    return {row[0]: GivenVote(*row) for row in rows}
