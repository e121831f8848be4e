"""Names in replies: "@Ben Carter" names a person who wrote something shown in the discussion."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from ..accounts.models import NAME_LENGTH, User
from ..db import db
from .models import Reply

MOST = 5
"""People whom one reply can name."""

WORDS_MOST = 8
"""Words of a name that are looked at."""

NAMES_MOST = 8
"""Names offered at a time while one is typed."""

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


def names_here(thread: Reply, user: User, typed: str = "", most: int = NAMES_MOST) -> list[str]:
    """Return the names of others who wrote something shown under this proposal, the latest first.

    ``typed`` is how a word of the name begins. A name that two of them share names nobody.
    """
    here = (Reply.id == thread.id) | (Reply.thread_id == thread.id)
    query = (
        select(func.min(User.name))
        .join(Reply, Reply.author_id == User.id)
        .where(here, Reply.status == "visible", User.id != user.id)
        .group_by(func.lower(User.name))
        .having(func.count(func.distinct(User.id)) == 1)
        .order_by(func.max(Reply.id).desc())
        .limit(most)
    )
    if typed:
        name = func.lower(User.name)
        begun = typed.lower()
        query = query.where(
            name.startswith(begun, autoescape=True) | name.contains(f" {begun}", autoescape=True)
        )
    return list(db.session.scalars(query))


def beginnings(words: str) -> list[str]:
    """Return what may be the name that words begin with: their first word, first two, and so on."""
    ends = [found.end() for found in re.finditer(r"\w+", words[: NAME_LENGTH + 1])]
    return [words[:end] for end in ends[:WORDS_MOST] if end <= NAME_LENGTH]


def longest_in(people: dict[str, int | None], words: str) -> int | None:
    """Return the person of the longest name that words begin with."""
    there = [name for name in beginnings(words) if name in people]
    return people[there[-1]] if there else None
