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
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Self

from .copies import copied, overlap
from .voters import Signal, SignalKind, Voter, tallied

CROWD = 12
"""The least people that are a crowd."""
TIMES = 3
RARE = 0.98
"""The share of like places that a crowd is held against."""
STRETCHES = (60, 600, 3_600)
"""Seconds of the stretches of time in which people may come together, the shortest first."""
HALF = 0.5
"""How much of a ballot, of all that either holds, makes another nearly the same in a crowd."""
MORE = 5
"""A longer stretch shows a crowd anew where at least one in so many of it was not shown before."""
LONG_STRETCHES = (86_400, 604_800, 1_209_600)
"""Seconds of stretches in which accounts may be made by and by, for one ballot."""
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

    Many come together when a letter goes out; that they say the same is what is unusual. A longer
    stretch shows a crowd again where it shows many more of it.
    """
    everyone = Everyone.of(voters)
    came = sorted((at, voter.number) for voter in voters if (at := moment(voter)) is not None)
    found: list[Signal] = []
    for seconds in STRETCHES:
        crowds = by_stretch(came, seconds)
        most = usual(len(crowd) for _since, crowd in crowds)
        for since, crowd in crowds:
            if stands_out(len(crowd), most) and (people := alike(crowd, everyone)):
                found = joined(found, Signal(kind, people, most, seconds, since))
    if kind is SignalKind.ACCOUNTS:
        for seconds in LONG_STRETCHES:
            for since, crowd in by_stretch(came, seconds):
                if people := of_one_ballot(crowd, everyone):
                    found = joined(found, Signal(kind, people, 0, seconds, since))
    yield from found


def by_stretch(
    came: Sequence[tuple[float, int]], seconds: int
) -> list[tuple[float, frozenset[int]]]:
    """Return since when who came in each stretch of so many seconds, the largest crowd first.

    They are counted from two beginnings, so that none hides by falling across a boundary.
    """
    crowds: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, number in came:
        crowds[2 * int(at // seconds)].append((at, number))
        crowds[2 * int(at // seconds + 0.5) + 1].append((at, number))
    found = [(some[0][0], frozenset(number for _at, number in some)) for some in crowds.values()]
    return sorted(found, key=lambda each: -len(each[1]))


def joined(found: list[Signal], crowd: Signal) -> list[Signal]:
    """Return signals with one more, in place of those of which it shows many more people.

    Where it hardly shows anybody but people who are shown already, it is left out.
    """
    apart = [each for each in found if 2 * len(each.people & crowd.people) < len(each.people)]
    shown = frozenset[int]().union(*(each.people for each in found))
    more = len(crowd.people - shown)
    if more * MORE < len(crowd.people):
        return found
    return [*apart, crowd]


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


def alike(crowd: Set[int], everyone: Everyone) -> frozenset[int]:
    """Return those of a crowd who vote as nobody would expect from everyone else's votes.

    On some proposals, or by their whole ballot, so many of a crowd say the same that, were each to
    say it as often as the others do, it would not happen once in a million times (a binomial
    tail). Those who say it on most of these that they judged are the ones, and those whose ballot
    is that one, or nearly; nobody, where they are no crowd.
    """
    members = [everyone.voters[number] for number in sorted(crowd)]
    others = len(everyone.voters) - len(members)
    ballot, times = Counter(map(ballot_of, members)).most_common(1)[0]
    if is_surprising(times, len(members), everyone.ballots[ballot] - times, others):
        return copies_among(crowd, ballot, everyone)
    shared = {}
    for reply, counts in tallied(members).items():
        value, times = counts.most_common(1)[0]
        said, number = everyone.said[reply], counts.total()
        if is_surprising(times, number, said[value] - times, said.total() - number):
            shared[reply] = value
    same = {v.number for v in members if says_most(v, shared)}
    return frozenset(same) if len(same) >= CROWD else frozenset()


def of_one_ballot(crowd: Set[int], everyone: Everyone) -> frozenset[int]:
    """Return those of a crowd who have one ballot, or nearly, that hardly anybody else has.

    So many have exactly that one as would not happen once in a million times, were it as frequent
    as elsewhere, and ``TIMES`` as many as have any other: nobody, where that is not so.
    """
    ballots = Counter(ballot_of(everyone.voters[number]) for number in crowd)
    (ballot, times), *other = ballots.most_common(2)
    most = other[0][1] if other else 0
    elsewhere, others = everyone.ballots[ballot] - times, len(everyone.voters) - len(crowd)
    if not stands_out(times, most) or not is_surprising(times, len(crowd), elsewhere, others):
        return frozenset()
    return copies_among(crowd, ballot, everyone)


def copies_among(
    crowd: Set[int], ballot: frozenset[tuple[int, str]], everyone: Everyone
) -> frozenset[int]:
    """Return those of a crowd whose ballot is this one, or nearly."""
    ballots = ((number, ballot_of(everyone.voters[number])) for number in crowd)
    return frozenset(number for number, its in ballots if overlap(ballot, its) >= HALF)


def says_most(voter: Voter, shared: Mapping[int, str]) -> bool:
    """Say whether a voter judged many of these and said the same of most that they judged."""
    judged = len(voter.ballot.keys() & shared.keys())
    said = len(voter.ballot.items() & shared.items())
    return 3 * judged > len(shared) and 3 * said > 2 * judged


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
