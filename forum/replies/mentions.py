"""Names in replies: "@Ben Carter" names a person who wrote something shown in the discussion."""

from __future__ import annotations

import re

from sqlalchemy import Integer, bindparam, func, select

from ..accounts.models import NAME_LENGTH, User
from ..database.prepared import Prepared
from ..db import db
from .models import Reply

MOST = 5
"""People whom one reply can name."""

WORDS_MOST = 8
"""Words of a name that are looked at."""

NAMES_MOST = 8
"""Names offered at a time while one is typed."""

NAMES_LISTED = 20
"""Names listed beside the form for a comment."""

_NAMED = re.compile(r"(?<![\w@.])@(?=\w)([^@\n]+)")


def people_named(reply: Reply) -> list[int]:
    """Return the people whom a reply names, in the order of their names, at most MOST.

    A name that two people of the discussion share names nobody; one's own is left out.
    """
    written = [found.lower() for found in _NAMED.findall(reply.body)]
    candidates = {name for after in written for name in beginnings(after)}
    if not candidates:
        return []
    here = select(Reply.id).where(
        Reply.essay_id == reply.essay_id, Reply.status == "visible", Reply.author_id == User.id
    )
    named = func.lower(User.name).in_(candidates)
    query = select(func.lower(User.name), func.min(User.id), func.count()).where(
        named, here.exists(), User.id != reply.author_id
    )
    rows = db.session.execute(query.group_by(func.lower(User.name)))
    people = {name: number if often == 1 else None for name, number, often in rows}
    found = [longest_in(people, after) for after in written]
    return list(dict.fromkeys(number for number in found if number))[:MOST]


OTHERS = (
    select(func.min(User.name))
    .join(Reply, Reply.author_id == User.id)
    .where((Reply.id == bindparam("thread_id")) | (Reply.thread_id == bindparam("thread_id")))
    .where(Reply.status == "visible", User.id != bindparam("user_id"))
    .group_by(func.lower(User.name))
    .having(func.count(func.distinct(User.id)) == 1)
    .order_by(func.max(Reply.id).desc())
    .limit(bindparam("most", type_=Integer))
)
ALL_OTHERS = Prepared(OTHERS)


def names_here(thread_id: int, user: User, typed: str = "", most: int = NAMES_MOST) -> list[str]:
    """Return the names of others who wrote something shown under this proposal, the latest first.

    ``typed`` is how a word of the name begins. A name that two of them share names nobody.
    """
    given = {"thread_id": thread_id, "user_id": user.id, "most": most}
    if not typed:
        return [name for (name,) in ALL_OTHERS.rows(**given)]
    name, begun = func.lower(User.name), typed.lower()
    query = OTHERS.where(
        name.startswith(begun, autoescape=True) | name.contains(f" {begun}", autoescape=True)
    )
    return list(db.session.scalars(query, given))


def beginnings(words: str) -> list[str]:
    """Return what may be the name that words begin with: their first word, first two, and so on."""
    ends = [found.end() for found in re.finditer(r"\w+", words[: NAME_LENGTH + 1])]
    return [words[:end] for end in ends[:WORDS_MOST] if end <= NAME_LENGTH]


def longest_in(people: dict[str, int | None], words: str) -> int | None:
    """Return the person of the longest name that words begin with."""
    there = [name for name in beginnings(words) if name in people]
    return people[there[-1]] if there else None
