"""What is set aside goes along with whatever happens to votes meanwhile, and comes back exactly."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from forum.accounts.models import User
from forum.db import db
from forum.deals.models import Due
from forum.essays.models import Essay
from forum.lookout.reading import electorate
from forum.lookout.signals import signals
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.votes.asides import Aside, AsideVote, set_aside_in
from forum.votes.counting import recount_votes
from forum.votes.models import Vote
from tests.asides import Asides
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.conftest import Browser
from tests.test_concurrency import sender, together
from tests.test_lookout import made_here, planted
from tests.test_merging import merge, undo_last
from tests.test_rooms import Workshop

Rows = set[tuple[Any, ...]]


@pytest.fixture
def asides(make: Make) -> Asides:
    return Asides(make)


def rows_of(app: Flask, table: Any = Vote) -> Rows:
    """Return who said what of which proposal, and where it came from."""
    columns = (table.reply_id, table.user_id, table.value, table.version, table.carried_from_id)
    with app.app_context():
        return {tuple(row) for row in db.session.execute(select(*columns))}


def has_no_drift(app: Flask) -> bool:
    return "No drift." in app.test_cli_runner().invoke(args=["recount", "--check"]).output


def test_votes_set_aside_go_along_with_a_merge_and_with_its_undoing(
    app: Flask, make: Make, visit: Browser, asides: Asides
) -> None:
    essay, dee = make.essay(), visit(make.user("Dee", role="moderator"))
    source, target, third = (make.proposal(essay, support=2) for _ in range(3))
    cam, eve = make.user(), make.user()
    for person, reply in ((cam, source), (cam, third), (eve, source), (eve, target)):
        make.vote(person, reply)
    before = rows_of(app)
    assert merge(dee, source, target).status_code == 303
    assert merge(dee, third, target).status_code == 303
    merged = rows_of(app)
    undo_last(app, dee)
    with app.app_context():
        first = db.session.scalar(select(Action.id).order_by(Action.id))
    dee.post(f"/moderation/actions/{first}/undo", {"reason": "mistake"})
    assert rows_of(app) == before

    number = asides.set_aside(essay, cam, eve)
    assert not {cam.id, eve.id} & {row[1] for row in rows_of(app)}
    assert merge(dee, source, target).status_code == 303
    assert merge(dee, third, target).status_code == 303
    assert has_no_drift(app)
    asides.undo(number)
    assert rows_of(app) == merged
    assert has_no_drift(app)

    number = asides.set_aside(essay, cam, eve)
    undo_last_merges(app, dee)
    assert has_no_drift(app)
    asides.undo(number)
    assert rows_of(app) == before


def undo_last_merges(app: Flask, dee: Any) -> None:
    """Separate both proposals that were merged last, the last first."""
    with app.app_context():
        merges = select(Action.id).where(Action.kind == "merge").order_by(Action.id.desc())
        numbers = db.session.scalars(merges.limit(2)).all()
    for number in numbers:
        answer = dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
        assert answer.status_code == 303


def test_in_a_room_votes_are_set_aside_whether_the_room_counts_before_or_after(
    app: Flask, make: Make, asides: Asides
) -> None:
    workshop = Workshop(make, make.essay())
    reply = make.proposal(workshop.essay, support=1)
    people = workshop.crowd(3, reply)
    workshop.present(3)
    number = asides.set_aside(workshop.essay, people[0])
    assert workshop.counted(reply) == (3, 0, 0, 2, 0, 0, 0)
    workshop.present(2)
    assert workshop.counted(reply) == (1, 0, 0, 0, 0, 0, 0)
    make.vote(people[0], reply, "oppose")
    workshop.present(3)
    assert workshop.counted(reply) == (3, 0, 0, 2, 0, 0, 0)
    assert has_no_drift(app)
    asides.undo(number)
    assert workshop.counted(reply) == (3, 1, 0, 2, 1, 0, 0)
    assert has_no_drift(app)


def test_a_proposal_that_is_moved_counts_by_what_is_decided_where_it_stands(
    app: Flask, make: Make, visit: Browser, asides: Asides
) -> None:
    essay, other = make.essay(), make.essay("Another")
    reply, cam = make.proposal(essay, support=1), make.user()
    make.vote(cam, reply)
    asides.set_aside(essay, cam)
    assert make.fresh(reply).support == 1
    dee = visit(make.user("Dee", role="moderator"))
    words = {"reason": "misplaced", "essay": other.slug}
    assert dee.post(f"/moderation/{reply.id}/move", words).status_code == 303
    assert make.fresh(reply).support == 2
    assert has_no_drift(app)
    undo_last(app, dee)
    assert make.fresh(reply).support == 1
    assert has_no_drift(app)


def test_a_hold_ends_that_rested_on_what_is_set_aside_and_what_it_had_earned_stays(
    app: Flask, make: Make, asides: Asides
) -> None:
    with standing_clock():
        essay = make.deal(make.essay(), bound=0.55, voters=5, hold_days=7, at_closing=True)
        early, late = make.proposal(essay, support=4), make.proposal(essay, support=4)
        crowd = [make.user() for _ in range(4)]
        for person in crowd:
            make.vote(person, early)
        began = Clock.moment
        assert make.fresh(early).held_since == began
        Clock.moment += timedelta(days=6)
        for person in crowd:
            make.vote(person, late)
        Clock.moment += timedelta(days=2)
        number = asides.set_aside(essay, *crowd)
        assert make.fresh(early).held_since is None
        assert make.fresh(late).held_since is None
        with app.app_context():
            dues = db.session.execute(select(Due.reply_id, Due.at)).all()
        assert [tuple(each) for each in dues] == [(early.id, began + timedelta(days=7))]
        asides.undo(number)
        assert make.fresh(late).held_since == Clock.moment
        assert make.fresh(early).held_since is None


def proposed(make: Make, asides: Asides) -> tuple[Essay, Reply, int]:
    """Return a discussion, a proposal with two votes, and the number of a decision on one of them
    that waits for a second person."""
    essay, cam = make.essay(), make.user()
    reply = make.proposal(essay, support=1)
    make.vote(cam, reply)
    return essay, reply, asides.propose(essay, make.user(role="moderator"), [cam])


def test_once_a_discussion_is_closed_votes_are_set_aside_and_its_dues_stay(
    app: Flask, make: Make, visit: Browser, asides: Asides
) -> None:
    essay, reply, number = proposed(make, asides)
    visit(make.user(role="admin")).post(f"/moderation/essays/{essay.slug}/close", {"reason": "x"})
    asides.agree(number, make.user(role="moderator"))
    assert make.fresh(reply).support == 1
    asides.undo(number)
    assert make.fresh(reply).support == 2


def test_ten_who_agree_at_once_set_aside_once(
    app: Flask, make: Make, visit: Browser, asides: Asides
) -> None:
    _essay, reply, number = proposed(make, asides)
    path = f"/moderation/aside/{number}/agree"
    hands = [visit(make.user(role="moderator")) for _ in range(10)]
    statuses = together([sender(app, each, path, {}) for each in hands])
    assert (statuses.count(303), statuses.count(409)) == (1, 9)
    assert make.fresh(reply).support == 1
    assert has_no_drift(app)


def test_whoever_votes_while_it_is_decided_is_set_aside_as_well(
    app: Flask, make: Make, visit: Browser, asides: Asides
) -> None:
    essay, crowd = make.essay(), [make.user() for _ in range(9)]
    first, second = make.proposal(essay, support=1), make.proposal(essay, support=1)
    for person in crowd:
        make.vote(person, first)
    number = asides.propose(essay, make.user(role="moderator"), crowd)
    agree = sender(app, visit(make.user(role="moderator")), f"/moderation/aside/{number}/agree", {})
    votes = [
        sender(app, visit(person), f"/replies/{second.id}/vote", {"value": "support"})
        for person in crowd
    ]
    assert set(together([votes[0], agree, *votes[1:]])) == {303}
    assert (make.fresh(first).support, make.fresh(second).support) == (1, 1)
    assert has_no_drift(app)
    asides.undo(number)
    assert (make.fresh(first).support, make.fresh(second).support) == (10, 10)


def test_whoever_is_erased_takes_their_votes_along_and_the_rest_can_be_undone(
    app: Flask, make: Make, asides: Asides
) -> None:
    essay, cam, eve = make.essay(), make.user(), make.user()
    reply = make.proposal(essay, support=1)
    for person in (cam, eve):
        make.vote(person, reply)
    number = asides.set_aside(essay, cam, eve)
    with app.app_context():
        db.session.delete(db.session.get_one(User, cam.id))
        db.session.commit()
        assert set_aside_in(essay.id) == (1, 1)
    asides.undo(number)
    assert make.fresh(reply).support == 2
    assert has_no_drift(app)


def test_a_planted_crowd_is_found_and_set_aside_and_every_rank_is_as_it_was(
    app: Flask, make: Make, visit: Browser
) -> None:
    essay, untouched = make.essay(), made_here(Random(1))
    crowd = planted(untouched, 0.1, 600, Random(2))
    replies = [make.proposal(essay).id for _ in range(60)]
    with app.app_context():
        people = cast_ballots(essay, untouched, replies)
        before = ranking_of(essay)
        fakes = cast_ballots(essay, crowd, replies)
        lifted = ranking_of(essay)
        found = electorate(db.session.get_one(Essay, essay.id))
        named = {number for each in signals(found.voters) for number in each.people}
        db.session.remove()
    assert lifted != before
    assert len(named & fakes) >= 0.8 * len(fakes)
    dee, fay = (visit(make.user(role=role)) for role in ("moderator", "facilitator"))
    page = dee.get(f"/essays/{essay.slug}/unusual").text
    assert "Propose to set their votes aside" in page
    path = f"/essays/{essay.slug}/set-aside/new"
    chosen = {"rest": " ".join(map(str, sorted(fakes)))}
    assert "Whose votes:" in dee.post(path, chosen).text
    why = {"reason": "invented", "note": "One ballot, one hour."}
    answer = dee.post(path, {**chosen, **why, "sure": "1"})
    assert fay.post(f"{answer.headers['Location']}/agree").status_code == 303
    with app.app_context():
        assert ranking_of(essay) == before
        assert not people & set(db.session.scalars(select(AsideVote.user_id)))
        assert db.session.scalar(select(Aside.voters)) == len(fakes)
        assert db.session.scalar(select(func.count()).select_from(AsideVote)) == sum(
            len(voter.ballot) for voter in crowd
        )
    assert "Nobody stands out" in dee.get(f"/essays/{essay.slug}/unusual").text


def cast_ballots(essay: Essay, voters: Any, replies: list[int]) -> set[int]:
    """Record the ballots of voters as those of new people; return their numbers."""
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1_000_000  # beyond a sequence
    numbers = {voter: first + n for n, voter in enumerate(each.number for each in voters)}
    people = [
        {"id": number, "name": f"Voter {number}", "name_skeleton": f"voter{number}"}
        for number in numbers.values()
    ]
    db.session.execute(insert(User), people)
    votes = [
        {
            "reply_id": replies[place],
            "user_id": numbers[voter.number],
            "essay_id": essay.id,
            "value": value,
            "version": 1,
        }
        for voter in voters
        for place, value in voter.ballot.items()
    ]
    db.session.execute(insert(Vote), votes)
    recount_votes(replies)
    db.session.commit()
    return set(numbers.values())


def ranking_of(essay: Essay) -> list[tuple[int, float]]:
    """Return the proposals in the Top order with their scores."""
    query = select(Reply.id, Reply.top).where(Reply.essay_id == essay.id)
    return [(n, top) for n, top in db.session.execute(query.order_by(Reply.top.desc(), Reply.id))]
