"""The voters of a discussion, and what is said of those who stand out among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class SignalKind(StrEnum):
    """By what voters stand out."""

    BURST = "burst"
    ACCOUNTS = "accounts"
    BALLOTS = "ballots"
    NETWORK = "network"
    DOMAIN = "domain"


@dataclass(frozen=True)
class Voter:
    """What is known of somebody who voted, none of it their name.

    ``joined`` and ``network`` are nothing where they say nothing: of people who were imported or
    sat in a room. Moments are in seconds. ``ballot`` is the value of each vote by proposal.
    """

    number: int
    ballot: Mapping[int, str]
    voted: float | None = None
    joined: float | None = None
    network: Hashable | None = None
    domain: str | None = None


@dataclass(frozen=True)
class Signal:
    """A crowd that stands out, and what it is held against.

    ``usual`` is how many come together elsewhere in this discussion: for copied ballots, how many
    alike were to be expected. ``seconds`` is the stretch of time, from ``since`` on.
    """

    kind: SignalKind
    people: frozenset[int]
    usual: float
    seconds: int = 0
    since: float = 0.0


def tallied(voters: Iterable[Voter]) -> dict[int, Counter[str]]:
    """Return how often each value was given to each proposal."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for voter in voters:
        for reply, value in voter.ballot.items():
            found[reply][value] += 1
    return found
