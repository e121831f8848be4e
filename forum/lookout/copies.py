"""Ballots that are copies of one, or nearly: found without holding each against each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from .voters import Signal, SignalKind, Voter, tallied

COPIES = 5
"""The least ballots alike, and the least votes on each."""
TIMES = 2
"""As many times more copies there are than others who think alike."""
RATHER, NEAR, ALIKE = 0.4, 0.5, 0.62
"""The share of two ballots that is the same: votes they share, of all that either holds. The last
is that of a copy and its pattern, three votes of four; the one before leads from a ballot to its
like, and the first is that of people who merely think alike."""
CHANCE = 0.01
"""How many ballots alike may be expected of chance where as many as are found stand out."""
BANDS, ROWS = 6, 2
"""How ballots are sorted into drawers, so that those alike meet in one."""
FIRSTS, PATTERNS = 12, 100
"""The most ballots of one drawer from which copies are looked for, those that most share first, and
the most patterns that every ballot is held against, the least likely first. So the work grows with
the number of votes, not with its square."""


def copied(voters: Sequence[Voter]) -> Iterator[Signal]:
    """Yield the groups whose ballots are alike beyond what chance would have."""
    long = [voter for voter in voters if len(voter.ballot) >= COPIES]
    everyone = tallied(voters)
    taken: set[int] = set()
    for pattern in patterns(long, everyone, len(voters)):
        copies = [v for v in long if v.number not in taken and likeness(pattern, v.ballot) >= ALIKE]
        chance = expected(pattern, everyone, tallied(copies), len(voters))
        if len(copies) >= COPIES and chance <= CHANCE and stand_apart(pattern, copies, long):
            people = frozenset(voter.number for voter in copies)
            taken |= people
            yield Signal(SignalKind.BALLOTS, people, chance)


def stand_apart(
    pattern: Mapping[int, str], copies: Sequence[Voter], voters: Sequence[Voter]
) -> bool:
    """Say whether few others are nearly as alike, as they would be where people are of one mind.

    Where as many others judged the same proposals, those of one mind are alike without copying;
    and what more than half of all say is not unusual.
    """
    others = [voter.ballot for voter in voters if likeness(pattern, voter.ballot) < ALIKE]
    near = sum(likeness(pattern, ballot) >= RATHER for ballot in others)
    judged = sum(overlap(pattern.keys(), ballot.keys()) >= ALIKE for ballot in others)
    return len(copies) >= TIMES * near and len(copies) > judged and 2 * len(copies) <= len(voters)


def patterns(
    long: Sequence[Voter], everyone: Mapping[int, Counter[str]], voters: int
) -> list[dict[int, str]]:
    """Return the ballots of which several may be copies, the least likely of chance first."""
    found: dict[frozenset[tuple[int, str]], float] = {}
    for drawer in drawers(long):
        for first in firsts(drawer):
            near = [v for v in drawer if likeness(dict(first), v.ballot) >= NEAR]
            if len(near) < COPIES:
                continue
            pattern = typical(near)
            chance = expected(pattern, everyone, tallied(near), voters)
            found[frozenset(pattern.items())] = chance
    likely = sorted(found, key=lambda each: (found[each], sorted(each)))
    return [dict(each) for each in likely[:PATTERNS]]


def firsts(drawer: Sequence[Voter]) -> list[frozenset[tuple[int, str]]]:
    """Return the ballots of a drawer from which copies are looked for: those that most share."""
    ballots = Counter(frozenset(voter.ballot.items()) for voter in drawer)
    return [ballot for ballot, _times in ballots.most_common(FIRSTS)]


def typical(voters: Sequence[Voter]) -> dict[int, str]:
    """Return the ballot of which these are copies: what more than half of them say."""
    return {
        reply: value
        for reply, counts in tallied(voters).items()
        for value, times in counts.items()
        if 2 * times > len(voters)
    }


def drawers(voters: Sequence[Voter]) -> list[list[Voter]]:
    """Return groups within which ballots that are alike meet, without holding each against each.

    A ballot goes into a few drawers, by the least of its votes under several orders (MinHash:
    two ballots that share a part J of their votes agree on each such least with chance J).
    """
    found: dict[tuple[int, tuple[int, ...]], list[Voter]] = defaultdict(list)
    for voter in voters:
        places = zip(*map(orders, voter.ballot.items()), strict=True)
        least = tuple(map(min, places))
        for band in range(BANDS):
            found[band, least[band * ROWS : (band + 1) * ROWS]].append(voter)
    return [group for group in found.values() if len(group) >= COPIES]


@lru_cache(10_000)
def orders(vote: tuple[int, str]) -> tuple[int, ...]:
    """Return the places of a vote in each of the orders."""
    said = blake2b(repr(vote).encode(), digest_size=4 * BANDS * ROWS).digest()
    return tuple(int.from_bytes(said[at : at + 4]) for at in range(0, len(said), 4))


def likeness(one: Mapping[int, str], other: Mapping[int, str]) -> float:
    """Return the share of votes that two ballots have in common, of all that either holds."""
    return overlap(one.items(), other.items())


def overlap(one: Set[Any], other: Set[Any]) -> float:
    """Return the share of what two sets have in common, of all that either holds."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def expected(
    ballot: Mapping[int, str],
    everyone: Mapping[int, Counter[str]],
    copies: Mapping[int, Counter[str]],
    voters: int,
) -> float:
    """Return how many ballots like this chance would have, given what all others said."""
    chance = float(voters)
    for reply, value in ballot.items():
        others = everyone[reply] - copies[reply]
        chance *= (others[value] + 1) / (others.total() + 3)
    return chance
