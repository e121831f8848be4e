"""How soon the best proposals are found, by the order in which people come to judge them.

Run ``python -m tests.benchmarks.judging_simulation FOLDER…`` with folders of Polis exports
(``comments.csv`` and ``matrix_votes.csv``); it prints the tables of docs/ranking.md. Each proposal
has the shares of support, opposition and "not sure" that people really gave it, and simulated
people judge by these. Whatever the order, they come one after the other, judge 5 to 25 proposals,
none twice, and all begin with no votes at all. What is counted is how many of the 20 with the truly
highest share of support stand among the first 20 of Top. The draws are seeded: a run can be
repeated.
"""

from __future__ import annotations

import csv
import random
import sys
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import mean

from forum.reading.pages import EYES_CARDS, TOP_CARDS, spread
from forum.votes.judging_order import AHEAD, Visit, weight
from forum.votes.ranking import scores

BEST = 20
LEAST = 10
"""Votes that a proposal of the set needs for its shares to count as true."""
VISIT = (5, 25)
ROUNDS = (2, 5, 10, 20)
"""After how many judgements for each proposal it is looked."""
RUNS = 5


class Discussion:
    """Proposals with their true shares, and the votes that were cast so far."""

    def __init__(self, shares: list[tuple[float, float]], seed: int) -> None:
        self.shares, self.chance = shares, random.Random(seed)
        size = range(len(shares))
        self.counts = [[0, 0, 0] for _ in size]
        self.top = sorted((0.0, n) for n in size)
        self.eyes = sorted((1.0, self.chance.random(), n) for n in size)
        self.places = {n: (top, eyes) for top, eyes, n in self.entries()}
        self.cast = 0

    def entries(self) -> Iterator[tuple[tuple[float, int], tuple[float, float, int], int]]:
        """Yield where each proposal stands in both orders."""
        by_number = {entry[2]: entry for entry in self.eyes}
        for entry in self.top:
            yield entry, by_number[entry[1]], entry[1]

    def vote(self, number: int) -> None:
        """Let someone judge a proposal by its true shares, and count."""
        support, oppose = self.shares[number]
        drawn = self.chance.random()
        self.counts[number][0 if drawn < support else 1 if drawn < support + oppose else 2] += 1
        found = scores(*self.counts[number])
        top, eyes = self.places[number]
        del self.top[bisect_left(self.top, top)], self.eyes[bisect_left(self.eyes, eyes)]
        top, eyes = (found.top, number), (found.eyes, self.chance.random(), number)
        insort(self.top, top)
        insort(self.eyes, eyes)
        self.places[number] = (top, eyes)
        self.cast += 1

    def found(self, best: set[int]) -> float:
        """Return which share of the truly best stand among the first of Top."""
        return len(best & {number for _top, number in self.top[-BEST:]}) / BEST


Order = Callable[[Discussion, str], Iterator[int]]


def one_by_one(discussion: Discussion, seed: str) -> Iterator[int]:
    """Yield proposals as they come one by one."""
    visit, judged = Visit(seed), set[int]()

    @cache
    def lot(number: int, eyes: float, *counts: int) -> float:
        return visit.lot(number, weight(eyes, *counts))

    while len(judged) < len(discussion.shares):
        left = (each for each in reversed(discussion.eyes) if each[2] not in judged)
        drawn = ((lot(n, eyes, *discussion.counts[n]), n) for eyes, _draw, n in islice(left, AHEAD))
        _lot, number = max(drawn)
        judged.add(number)
        yield number


def most_eyes(discussion: Discussion, _seed: str) -> Iterator[int]:
    """Yield proposals strictly as they need more eyes, the same for everyone."""
    yield from [number for *_eyes, number in reversed(discussion.eyes)]


def reading_page(discussion: Discussion, _seed: str) -> Iterator[int]:
    """Yield proposals as the page of an open discussion shows them, and then as Top goes on."""
    top = [number for _top, number in reversed(discussion.top)]
    first, rest = top[:TOP_CARDS], top[TOP_CARDS:]
    eyes = [number for *_eyes, number in reversed(discussion.eyes) if number not in first]
    yield from spread(first, eyes[:EYES_CARDS])
    yield from (number for number in rest if number not in eyes[:EYES_CARDS])


def at_random(discussion: Discussion, _seed: str) -> Iterator[int]:
    """Yield proposals in whatever order."""
    size = len(discussion.shares)
    yield from discussion.chance.sample(range(size), size)


ORDERS: dict[str, Order] = {
    "one by one": one_by_one,
    "needs more eyes, without a draw": most_eyes,
    "the reading page": reading_page,
    "at random": at_random,
}


def shares_of(folder: Path) -> list[tuple[float, float]]:
    """Return the true shares of support and opposition of a set's statements."""
    with (folder / "comments.csv").open(encoding="utf-8", newline="") as file:
        shown = {row["comment-id"] for row in csv.DictReader(file) if row["moderated"] != "-1"}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with (folder / "matrix_votes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["comment-id"] in shown:
                counts[row["comment-id"]][("1", "-1", "0").index(row["vote"])] += 1
    known = [each for each in counts.values() if sum(each) >= LEAST]
    return [(each[0] / sum(each), each[1] / sum(each)) for each in known]


def best_of(shares: list[tuple[float, float]]) -> set[int]:
    """Return those that have the highest share of support among people who took a side."""
    share = [support / (support + oppose or 1) for support, oppose in shares]
    return set(sorted(range(len(shares)), key=share.__getitem__)[-BEST:])


def run(shares: list[tuple[float, float]], order: Order, seed: int) -> list[float]:
    """Return what was found of the best after each round of judgements."""
    discussion, best, found = Discussion(shares, seed), best_of(shares), list[float]()
    for visit in range(sys.maxsize):
        number = discussion.chance.randint(*VISIT)
        for proposal in islice(order(discussion, f"{seed}x{visit}"), number):
            discussion.vote(proposal)
            if discussion.cast == ROUNDS[len(found)] * len(shares):
                found.append(discussion.found(best))
                if len(found) == len(ROUNDS):
                    return found
    return found


def main(folders: list[str]) -> None:
    """Print a table for each set."""
    for folder in map(Path, folders):
        shares = shares_of(folder)
        judgements = " | ".join(f"{n * len(shares):,}" for n in ROUNDS)
        print(f"\n| {len(shares)} proposals of {folder.name}: judgements | {judgements} |")
        print("|---|" + "--:|" * len(ROUNDS))
        for name, order in ORDERS.items():
            runs = [run(shares, order, seed) for seed in range(RUNS)]
            means = (f"{mean(column):.0%}" for column in zip(*runs, strict=True))
            print(f"| {name} | " + " | ".join(means) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
