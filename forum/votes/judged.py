"""What one person has judged of a discussion so far: how many, how, and what they judged last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select

from ..accounts.models import User
from ..db import db
from ..replies.listing import Card, cards_of
from ..replies.models import Reply
from ..replies.tallies import tallied
from .models import Value
from .own_votes import all_votes_of

MARKS_MOST = 400
"""Proposals that a strip shows one by one; of more, it shows how many by length."""
HEIGHTS = {Value.SUPPORT: (0, 12), Value.OPPOSE: (6, 6), Value.NEUTRAL: (4, 4)}
"""Where a mark begins in its strip of 12, and how high it is: what it says is not colour alone."""


@dataclass(frozen=True)
class JudgedSoFar:
    """A person's votes in a discussion, the first one first, and how much is theirs to judge."""

    votes: list[tuple[int, Value]]
    whole: int
    aside: bool = False
    """Whether their votes there are set aside."""

    @property
    def number(self) -> int:
        """How many proposals they have judged."""
        return len(self.votes)

    @property
    def to_come(self) -> int:
        """How many are left to them."""
        return max(0, self.whole - self.number)

    @property
    def counts(self) -> dict[Value, int]:
        """How often they said what."""
        found = Counter(value for _reply_id, value in self.votes)
        return {value: found[value] for value in HEIGHTS}

    @property
    def strip(self) -> dict[Value, str]:
        """The strip of marks as the path of an SVG for each value; a mark is four units wide."""
        paths: dict[Value, list[str]] = {value: [] for value in HEIGHTS}
        for at, (value, wide) in self.stretches():
            top, high = HEIGHTS[value]
            paths[value].append(f"M{at} {top}h{wide}v{high}h-{wide}z")
        return {value: "".join(path) for value, path in paths.items()}

    def stretches(self) -> Iterator[tuple[int, tuple[Value, int]]]:
        """Yield where each mark begins, what it says, and how wide it is."""
        if self.whole <= MARKS_MOST:
            for n, (_reply_id, value) in enumerate(self.votes):
                yield 4 * n, (value, 3)
            return
        at = 0
        for value, number in self.counts.items():
            if number:
                yield at, (value, 4 * number)
            at += 4 * number

    def latest(self, most: int) -> list[tuple[Card, Value]]:
        """Return the proposals they judged last, the last one first, each with what they said."""
        last = dict(islice(reversed(self.votes), most))
        cards = cards_of(last)
        return [(cards[number], value) for number, value in last.items() if number in cards]


def judged_so_far(user: User, essay_id: int) -> JudgedSoFar:
    """Return what the person has judged of a discussion; its work is that of what they did."""
    whole = sum(tallied(essay_id).values())
    if not user.is_authenticated:
        return JudgedSoFar([], whole)
    shown = (Reply.essay_id == essay_id, Reply.status == "visible", Reply.lever.is_not(None))
    votes = all_votes_of(user).c
    query = (
        select(votes.reply_id, votes.value, votes.aside)
        .join(Reply, Reply.id == votes.reply_id)
        .where(votes.essay_id == essay_id, *shown)
        .order_by(votes.voted_at, votes.reply_id)
    )
    rows = db.session.execute(query).all()
    judged = [(row.reply_id, Value(row.value)) for row in rows]
    own = select(func.count()).where(Reply.author_id == user.id, *shown)
    whole -= db.session.scalar(own) or 0
    return JudgedSoFar(judged, whole, any(row.aside for row in rows))


def last_judged(user: User, essay_id: int) -> int | None:
    """Return the number of the proposal on which the person voted last in a discussion.

    A vote that a merge carried over is not of their making there.
    """
    votes = all_votes_of(user).c
    mine = votes.essay_id == essay_id, votes.carried_from_id.is_(None)
    query = select(votes.reply_id).where(*mine)
    query = query.order_by(votes.voted_at.desc(), votes.reply_id.desc()).limit(1)
    return db.session.scalar(query)
