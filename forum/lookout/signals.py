"""What is unusual about the voters of a discussion: who stands out, and by what.

One rule finds crowds that come together in time or place: a crowd stands out where it has at least
``CROWD`` people and ``TIMES`` as many as all but one in fifty of the places or stretches of time
like it in the same discussion. So a discussion is its own measure, whatever its pace, and a crowd
that comes in three portions does not hide itself. Ballots are held against what the discussion says
of each proposal: a group whose votes are the same, where so many alike were not to be expected of
people who choose for themselves, stands out.

Nothing here knows of the database or acts on anything: people look, and decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Self

from .copies import copied
from .voters import Signal, SignalKind, Voter, tallied

CROWD = 12
"""The least people that are a crowd."""
TIMES = 3
RARE = 0.98
"""The share of like places that a crowd is held against."""
STRETCHES = (60, 600, 3_600)
"""Seconds of the stretches of time in which people may come together, the shortest first."""
SURPRISE = 1e-6
"""How likely, at most, the votes of a crowd on one proposal may be among everyone else's."""


def signals(voters: Sequence[Voter]) -> list[Signal]:
    """Return what stands out among the voters of a discussion, the largest crowd first."""
    found = [
        *bursts(SignalKind.BURST, voters, lambda voter: voter.voted),
        *bursts(SignalKind.ACCOUNTS, voters, lambda voter: voter.joined),
        *copied(voters),
        *places(SignalKind.NETWORK, voters, lambda voter: voter.network),
        *places(SignalKind.DOMAIN, voters, lambda voter: voter.domain),
    ]
    return sorted(found, key=lambda each: (-len(each.people), each.kind))


def usual(sizes: Iterable[int]) -> int:
    """Return the size that all but one in fifty keep to; a single one is its own measure."""
    ordered = sorted(sizes)
    return ordered[int(RARE * (len(ordered) - 1))] if ordered else 0


def stands_out(size: int, among: int) -> bool:
    """Say whether a crowd of this size stands out among others of that."""
    return size >= CROWD and size >= TIMES * among


def places(
    kind: SignalKind, voters: Sequence[Voter], place: Callable[[Voter], Hashable | None]
) -> Iterator[Signal]:
    """Yield the crowds that came from one place; who is of no known place is alone in theirs."""
    crowds: dict[Hashable, set[int]] = defaultdict(set)
    for voter in voters:
        where = place(voter)
        crowds[where if where is not None else ("alone", voter.number)].add(voter.number)
    most = usual(map(len, crowds.values()))
    for crowd in crowds.values():
        if stands_out(len(crowd), most):
            yield Signal(kind, frozenset(crowd), most)


def bursts(
    kind: SignalKind, voters: Sequence[Voter], moment: Callable[[Voter], float | None]
) -> Iterator[Signal]:
    """Yield those who came together in time and vote alike, by the shortest stretch that shows it.

    Many come together when a letter goes out; that they say the same is what is unusual.
    """
    everyone = Everyone.of(voters)
    came = sorted((at, voter.number) for voter in voters if (at := moment(voter)) is not None)
    for seconds in STRETCHES:
        crowds: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for at, number in came:
            # Counted from two beginnings, so that none hides by falling across a boundary.
            crowds[2 * int(at // seconds)].append((at, number))
            crowds[2 * int(at // seconds + 0.5) + 1].append((at, number))
        most = usual(map(len, crowds.values()))
        shown: set[int] = set()
        for crowd in sorted(crowds.values(), key=len, reverse=True):
            left = {number for _at, number in crowd} - shown
            if stands_out(len(left), most) and (people := alike(left, everyone)):
                shown |= people
                yield Signal(kind, people, most, seconds, crowd[0][0])
        came = [each for each in came if each[1] not in shown]


@dataclass(frozen=True)
class Everyone:
    """All voters of a discussion, tallied once: others say what all do, less what a crowd does."""

    voters: Mapping[int, Voter]
    ballots: Counter[frozenset[tuple[int, str]]]
    said: Mapping[int, Counter[str]]

    @classmethod
    def of(cls, voters: Sequence[Voter]) -> Self:
        """Return these voters, tallied."""
        return cls(
            {voter.number: voter for voter in voters},
            Counter(map(ballot_of, voters)),
            tallied(voters),
        )


def alike(crowd: set[int], everyone: Everyone) -> frozenset[int]:
    """Return those of a crowd who vote as nobody would expect from everyone else's votes.

    On some proposals, or by their whole ballot, so many of a crowd say the same that, were each to
    say it as often as the others do, it would not happen once in a million times (a binomial
    tail). Those who say it on most of these are the ones; nobody, where they are no crowd.
    """
    members = [everyone.voters[number] for number in sorted(crowd)]
    others = len(everyone.voters) - len(members)
    ballot, times = Counter(map(ballot_of, members)).most_common(1)[0]
    if is_surprising(times, len(members), everyone.ballots[ballot] - times, others):
        return frozenset(voter.number for voter in members if ballot_of(voter) == ballot)
    shared = {}
    for reply, counts in tallied(members).items():
        value, times = counts.most_common(1)[0]
        said, number = everyone.said[reply], counts.total()
        if is_surprising(times, number, said[value] - times, said.total() - number):
            shared[reply] = value
    same = {v.number for v in members if 2 * len(v.ballot.items() & shared.items()) > len(shared)}
    return frozenset(same) if len(same) >= CROWD else frozenset()


def ballot_of(voter: Voter) -> frozenset[tuple[int, str]]:
    """Return a whole ballot, as one thing."""
    return frozenset(voter.ballot.items())


def is_surprising(times: int, of: int, elsewhere: int, of_others: int) -> bool:
    """Say whether a crowd says something far more often than all others do."""
    share = (elsewhere + 1) / (of_others + 3)
    return times >= CROWD and tail(times, of, share) <= SURPRISE


def tail(least: int, of: int, share: float) -> float:
    """Return the chance of at least so many of so many, each as likely as ``share``."""

    def chance(n: int) -> float:
        """Return that of exactly so many, by logarithms: of thousands no float holds the ways."""
        ways = lgamma(of + 1) - lgamma(n + 1) - lgamma(of - n + 1)
        return exp(ways + n * log(share) + (of - n) * log(1 - share))

    return sum(map(chance, range(least, of + 1)))
