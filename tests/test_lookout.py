"""Looking out: who stands out among the voters, by what, and who may see it.

The real discussion is read where FORUM_TEST_CANADIAN names the folder of the Polis export about
electoral reform in Canada (2016); one made here runs everywhere.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.essays.models import Essay
from forum.lookout import copies
from forum.lookout.moved_ranks import moved_by
from forum.lookout.reading import electorate
from forum.lookout.signals import signals
from forum.lookout.voters import Signal, SignalKind, Voter
from forum.votes.forgetting import forget_networks
from forum.votes.networks import NetworkKey, VoterNetwork, forget_keys
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.conftest import Browser

CANADIAN = os.environ.get("FORUM_TEST_CANADIAN", "")
VALUES = {"1": "support", "-1": "oppose", "0": "neutral"}
PLANTED = range(1_000_000, 1_000_060)
DAY = 86_400.0


def made_here(chance: Random) -> list[Voter]:
    """Return 400 people who come over a month, judge what they happen to see, and differ."""
    liked = [chance.uniform(0.2, 0.9) for _reply in range(60)]
    voters = []
    for number in range(400):
        seen = chance.sample(range(60), chance.randint(1, 40))
        ballot = {
            reply: "support" if chance.random() < liked[reply] else "oppose" for reply in seen
        }
        came = chance.uniform(0, 30 * DAY)
        voters.append(
            Voter(number, ballot, came, came - chance.uniform(0, DAY), number, f"{number}.example")
        )
    return voters


def canadian() -> list[Voter]:
    """Return the people of the real discussion."""
    ballots: dict[int, dict[int, str]] = defaultdict(dict)
    first: dict[int, float] = {}
    with (Path(CANADIAN) / "votes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            person, at = int(row["voter-id"]), int(row["timestamp"]) / 1000
            ballots[person][int(row["comment-id"])] = VALUES[row["vote"]]
            first[person] = min(at, first.get(person, at))
    return [Voter(person, ballot, first[person]) for person, ballot in ballots.items()]


@pytest.fixture(params=["made here", "canadian"])
def untouched(request: pytest.FixtureRequest) -> list[Voter]:
    if request.param == "canadian" and not CANADIAN:
        pytest.skip("FORUM_TEST_CANADIAN does not say where the real discussion is")
    return canadian() if request.param == "canadian" else made_here(Random(1))


def planted(voters: Sequence[Voter], noise: float, within: float, chance: Random) -> list[Voter]:
    """Return sixty who come together with one ballot, which some change a little."""
    model = chance.choice([voter for voter in voters if len(voter.ballot) >= 20]).ballot
    begins = sorted(voter.voted or 0 for voter in voters)[len(voters) // 2]
    return [
        Voter(
            number,
            {
                reply: chance.choice(list(VALUES.values())) if chance.random() < noise else value
                for reply, value in model.items()
            },
            begins + chance.uniform(0, within),
            begins - 600 + chance.uniform(0, within),
            "one network",
            "one.example",
        )
        for number in PLANTED
    ]


def named(found: Sequence[Signal]) -> set[int]:
    """Return everyone who stands out."""
    return {number for signal in found for number in signal.people}


@pytest.mark.any_database
def test_nobody_stands_out_where_people_choose_for_themselves(untouched: list[Voter]) -> None:
    assert signals(untouched) == []


BARE = {"voted": None, "joined": None, "network": None, "domain": None}
KEPT: dict[str, tuple[str, ...]] = {
    "all": ("voted", "joined", "network", "domain"),
    "burst": ("voted",),
    "ballots": (),
    "network": ("network",),
    "domain": ("domain",),
}


@pytest.mark.any_database
@pytest.mark.parametrize("noise", [0.0, 0.1])
@pytest.mark.parametrize("within", [60, 600, 3_600])
@pytest.mark.parametrize("by", KEPT)
def test_sixty_who_look_alike_are_named_and_hardly_anyone_else(
    untouched: list[Voter], by: str, within: float, noise: float
) -> None:
    crowd = planted(untouched, noise, within, Random(2))
    left_out: dict[str, Any] = {k: v for k, v in BARE.items() if k not in KEPT[by]}
    people = named(signals([*untouched, *(replace(voter, **left_out) for voter in crowd)]))
    right = len(people & set(PLANTED))
    assert right >= 0.8 * len(PLANTED)
    assert right >= 0.9 * len(people)


@pytest.mark.any_database
@pytest.mark.parametrize("votes", [1, 3])
@pytest.mark.parametrize("begins", range(3))
def test_sixty_of_half_an_hour_stand_out_wherever_its_stretches_begin(
    untouched: list[Voter], votes: int, begins: int
) -> None:
    model = next(voter.ballot for voter in untouched if len(voter.ballot) >= 20)
    ballot = dict(list(model.items())[:votes])
    middle = sorted(voter.voted or 0 for voter in untouched)[200] + begins * 700
    crowd = [Voter(number, ballot, middle + 30 * (number % 60)) for number in PLANTED]
    assert_named(signals([*untouched, *crowd]))


@pytest.mark.any_database
@pytest.mark.parametrize("votes", [1, 3, 5])
@pytest.mark.parametrize("days", [1, 7])
def test_accounts_made_by_and_by_for_one_ballot_stand_out(
    untouched: list[Voter], votes: int, days: int
) -> None:
    chance = Random(5)
    model = next(voter.ballot for voter in untouched if len(voter.ballot) >= 20)
    ballot = dict(list(model.items())[:votes])
    first = min(voter.voted or 0 for voter in untouched)
    crowd = [
        Voter(
            number,
            ballot,
            first + chance.uniform(0, 20 * DAY),
            first + chance.uniform(0, days * DAY),
        )
        for number in PLANTED
    ]
    joined = [replace(voter, joined=voter.voted) for voter in untouched]
    assert_named(signals([*joined, *crowd]))


@pytest.mark.any_database
@pytest.mark.parametrize("length", [20, 40])
def test_copies_stand_out_where_each_says_something_else_in_one_vote_of_ten(
    untouched: list[Voter], length: int
) -> None:
    chance = Random(6)
    judged = sorted({reply for voter in untouched for reply in voter.ballot})
    model = {reply: chance.choice(["support", "oppose"]) for reply in chance.sample(judged, length)}
    other = {"support": "oppose", "oppose": "support"}
    crowd = [
        Voter(n, {r: other[v] if chance.random() < 0.1 else v for r, v in model.items()})
        for n in PLANTED
    ]
    assert_named(signals([*untouched, *crowd]))


def assert_named(found: Sequence[Signal]) -> None:
    """Hold the signals to it that they name the planted and hardly anyone else."""
    people = named(found)
    right = len(people & set(PLANTED))
    assert right >= 0.8 * len(PLANTED)
    assert right >= 0.9 * len(people)


@pytest.mark.any_database
@pytest.mark.parametrize("of_one_mind", [0.6, 0.75, 0.9])
def test_two_camps_that_judge_all_there_is_are_not_taken_for_copies(of_one_mind: float) -> None:
    chance = Random(7)
    lines = [[chance.choice(["support", "oppose"]) for _reply in range(40)] for _camp in range(2)]
    voters = [
        Voter(
            number,
            {
                reply: said
                if chance.random() < of_one_mind
                else chance.choice(["oppose", "support"])
                for reply, said in enumerate(lines[number % 2])
            },
        )
        for number in range(300)
    ]
    assert signals(voters) == []


@pytest.mark.any_database
def test_fifty_new_accounts_that_press_one_button_stand_out(untouched: list[Voter]) -> None:
    crowd = [
        Voter(number, {1: "support"}, 100.0 + number % 15, 50.0 + number % 15)
        for number in PLANTED[:50]
    ]
    found = signals([*untouched, *crowd])
    assert {each.kind for each in found} >= {SignalKind.BURST}
    assert named(found) == {voter.number for voter in crowd}


@pytest.mark.any_database
def test_many_who_come_at_once_and_differ_do_not_stand_out() -> None:
    chance = Random(3)
    voters = made_here(chance)
    moved = [replace(voter, voted=10 * DAY + voter.number) for voter in voters[:100]]
    assert signals([*moved, *voters[100:]]) == []


@pytest.mark.any_database
def test_a_discussion_of_one_evening_is_its_own_measure() -> None:
    voters = [replace(voter, voted=float(voter.number)) for voter in made_here(Random(4))[:200]]
    assert signals(voters) == []


@pytest.mark.any_database
def test_whatever_the_ballots_an_answer_comes_soon() -> None:
    same = [Voter(number, {1: "support", 2: "support"}) for number in range(3_000)]
    empty = [Voter(number, {}) for number in range(3_000, 3_100)]
    assert signals([*same, *empty]) == []
    assert signals([]) == []


@pytest.mark.any_database
def test_thousands_in_one_minute_are_held_against_the_others() -> None:
    came = [Voter(n, {1: "oppose" if n % 3 else "support"}, 5.0) for n in range(2_000)]
    others = [Voter(n, {1: "support"}, 3_600.0 * n) for n in range(2_000, 4_000)]
    crowd = signals([*came, *others])[0]
    assert crowd.people == {n for n in range(2_000) if n % 3}


@pytest.mark.any_database
def test_ballots_are_held_against_so_many_others_and_not_against_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance, asked, people = Random(5), [0], 400
    values = ("support", "oppose", "neutral")
    voters = [Voter(n, {r: chance.choice(values) for r in range(5)}) for n in range(people)]
    alike = copies.likeness

    def counted(one: Any, other: Any) -> float:
        asked[0] += 1
        return alike(one, other)

    monkeypatch.setattr(copies, "likeness", counted)
    assert list(copies.copied(voters)) == []
    assert asked[0] <= (copies.BANDS * copies.FIRSTS + copies.PATTERNS) * people


@pytest.fixture
def essay(app: Flask, make: Make) -> Essay:
    """A discussion in which twenty vote from one network for what few others support."""
    essay = make.essay()
    make.proposal(essay, support=9, oppose=1, title="Keep the offices open")
    make.proposal(essay, support=1, oppose=9, title="Close them on Fridays")
    return essay


def pressed(make: Make, visit: Browser, essay: Essay, people: int, network: str) -> None:
    """Let new people press support on the last proposal, all from one network."""
    reply = essay_replies(make.app, essay)[-1]
    for number in range(people):
        browser = visit(make.user())
        browser.client.environ_base["REMOTE_ADDR"] = f"{network}.{number + 1}"
        answer = browser.post(f"/replies/{reply}/vote", {"value": "support"})
        assert answer.status_code == 303


def essay_replies(app: Flask, essay: Essay) -> list[int]:
    from forum.replies.models import Reply

    with app.app_context():
        query = select(Reply.id).where(Reply.essay_id == essay.id).order_by(Reply.id)
        return list(db.session.scalars(query))


def test_moderators_and_facilitators_see_who_came_from_one_network_and_what_it_moves(
    app: Flask, make: Make, visit: Browser, essay: Essay
) -> None:
    pressed(make, visit, essay, 20, "198.51.100")
    with app.app_context():
        found = electorate(db.session.get_one(Essay, essay.id))
        assert found.is_whole
        network = [each for each in signals(found.voters) if each.kind is SignalKind.NETWORK]
        assert [len(each.people) for each in network] == [20]
        moved = moved_by(essay, network[0].people, found)
        db.session.remove()
    assert moved == []  # second with them and without
    for role in ("moderator", "facilitator"):
        page = visit(make.user(role=role)).get(f"/essays/{essay.slug}/unusual")
        assert "A crowd of 20 voted from one network" in page.get_data(as_text=True)


def test_ranks_are_told_with_a_crowd_and_without(
    app: Flask, make: Make, visit: Browser, essay: Essay
) -> None:
    third = make.proposal(essay, support=2, oppose=1, title="Open on Sundays")
    replies = essay_replies(app, essay)
    for number in range(20):
        browser = visit(make.user())
        browser.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number + 1}"
        browser.post(f"/replies/{third.id}/vote", {"value": "support"})
    page = visit(make.user(role="moderator")).get(f"/essays/{essay.slug}/unusual")
    text = page.get_data(as_text=True)
    with app.app_context():
        found = electorate(db.session.get_one(Essay, essay.id))
        crowd = next(s for s in signals(found.voters) if s.kind is SignalKind.NETWORK)
        moved = {
            each.id: (each.rank, each.otherwise) for each in moved_by(essay, crowd.people, found)
        }
    assert moved == {third.id: (1, 2)}
    assert third.title in text
    assert len(replies) == 3


def test_a_network_is_kept_as_a_hash_whose_key_is_forgotten(
    app: Flask, make: Make, visit: Browser, essay: Essay
) -> None:
    with standing_clock():
        pressed(make, visit, essay, 2, "198.51.100")
        with app.app_context():
            marks = set(db.session.scalars(select(VoterNetwork.mark)))
            assert len(marks) == 1
            assert not any("198.51" in mark for mark in marks)
            assert not forget_keys()
            db.session.remove()
            Clock.moment += timedelta(days=31)
            assert forget_keys()
            assert db.session.scalar(select(func.count()).select_from(NetworkKey)) == 0
            db.session.remove()
        pressed(make, visit, essay, 1, "198.51.100")
        with app.app_context():
            assert len(set(db.session.scalars(select(VoterNetwork.mark)))) == 2
            db.session.remove()


def test_networks_are_forgotten_90_days_after_closing(
    app: Flask, make: Make, visit: Browser, essay: Essay
) -> None:
    from forum.essays.models import essay_for_update
    from forum.essays.opening import close

    with standing_clock():
        pressed(make, visit, essay, 1, "198.51.100")
        with app.app_context():
            held = essay_for_update(essay.id)
            assert held is not None
            close(held, None, "Time is up.")
            db.session.commit()
            Clock.moment += timedelta(days=89)
            assert not forget_networks()
            Clock.moment += timedelta(days=2)
            assert forget_networks()
            assert not forget_networks()
            db.session.remove()


def test_readers_do_not_see_it(make: Make, visit: Browser, essay: Essay) -> None:
    assert visit(make.user()).get(f"/essays/{essay.slug}/unusual").status_code == 403
    assert visit().get(f"/essays/{essay.slug}/unusual").status_code == 302
