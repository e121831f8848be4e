"""The deal of a discussion, and when a proposal comes due by it: holds, closing, briefs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from forum.db import db
from forum.deals.models import Due, deal_of, deals_of
from forum.deals.terms import Terms
from forum.essays.models import Essay
from forum.moderation.acting import act, held, undo
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.moderation.models import Action
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.withdrawing import withdraw
from forum.votes.casting import cast_vote
from forum.votes.models import Value
from tests.cast import Make
from tests.clock import Clock, standing_clock
from tests.hearing import heard

START = datetime(2026, 11, 2, 15, tzinfo=UTC)
"""A Monday, early in the day of the forum's zone."""
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The clock stands."""
    with standing_clock(START):
        yield


@pytest.fixture
def essay(make: Make) -> Essay:
    """A discussion whose deal looks at support above 55 % of five voters, for a week."""
    return make.deal(make.essay(), bound=0.55, voters=5, hold_days=7, at_closing=True)


def dues(app: Flask) -> list[Due]:
    """Return every due, as they came to be."""
    with app.app_context():
        return list(db.session.scalars(select(Due).order_by(Due.id)))


def only_due(app: Flask) -> Due:
    """Return the one due that there is."""
    (due,) = dues(app)
    return due


def work(runner: FlaskCliRunner) -> None:
    """Let the worker do all that waits."""
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0


def on_essay(app: Flask, essay: Essay, name: str, make: Make, **options: Any) -> None:
    """Let a facilitator act on a discussion."""
    decision = Decision(make.user(role="facilitator"), Reason.OTHER, "So it is.")
    with app.app_context():
        act(kind_named(name), held(Essay, essay.id), decision, options)
        db.session.commit()


def on_reply(app: Flask, reply: Reply, name: str, make: Make, **options: Any) -> Action:
    """Let a moderator act on a proposal."""
    decision = Decision(make.user(role="moderator"), Reason.OTHER, "So it is.")
    with app.app_context():
        subject = reply_for_update(reply.id, beside=options.get("target_id"))
        action = act(kind_named(name), subject, decision, options)
        db.session.commit()
        return action


def take_back(app: Flask, action: Action, make: Make) -> None:
    """Undo an action."""
    decision = Decision(make.user(role="moderator"), Reason.MISTAKE)
    with app.app_context():
        found = db.session.get_one(Action, action.id)
        subject = reply_for_update(found.reply_id or 0, beside=found.target_id)
        undo(found, subject, decision)
        db.session.commit()


def test_support_that_held_for_a_week_comes_due_and_says_how_it_stood(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += WEEK - timedelta(seconds=1)
    work(runner)
    assert dues(app) == []
    Clock.moment += timedelta(seconds=1)
    work(runner)
    due = only_due(app)
    assert (due.reply_id, due.stands_on_id, due.version) == (reply.id, reply.id, 1)
    assert (due.rule, due.support, due.oppose, due.neutral) == ("bound", 5, 0, 0)
    assert (due.at, due.first_due_on) == (START + WEEK, date(2027, 1, 8))
    assert due.due_on == due.first_due_on
    assert due.agreed
    work(runner)
    assert len(dues(app)) == 1


def test_votes_taken_back_later_leave_a_due_which_says_it_has_fallen_below(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += WEEK
    work(runner)
    for _voter in range(4):
        make.vote(make.user(), reply, "oppose")
    with app.app_context():
        due = db.session.scalars(select(Due)).one()
        assert due.has_fallen_below
        assert (due.support, due.oppose) == (5, 0)


def test_a_vote_that_ends_a_hold_first_writes_what_it_had_earned(
    app: Flask, make: Make, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += WEEK * 3  # no worker has looked since
    for _voter in range(3):
        make.vote(make.user(), reply, "oppose")
    due = only_due(app)
    assert (due.at, due.support, due.oppose) == (START + WEEK, 5, 0)
    assert make.fresh(reply).held_since is None


def test_a_break_of_a_moment_begins_the_week_anew(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply, cam = make.proposal(essay, support=5), make.user("Cam")
    Clock.moment += timedelta(days=5)
    for voter in (cam, make.user()):
        make.vote(voter, reply, "oppose")
    assert make.fresh(reply).held_since is None
    for voter in (cam, make.user(), make.user(), make.user()):
        make.vote(voter, reply, "support")
    assert make.fresh(reply).held_since == START + timedelta(days=5)
    Clock.moment += timedelta(days=6)
    work(runner)
    assert dues(app) == []
    Clock.moment += timedelta(days=1)
    work(runner)
    assert only_due(app).at == START + timedelta(days=12)


@pytest.mark.parametrize(
    ("support", "oppose", "neutral", "comes"),
    [(4, 0, 0, False), (5, 0, 0, True), (4, 0, 1, True), (4, 4, 0, False), (6, 0, 6, True),
     (6, 0, 7, False)],
)  # fmt: skip
def test_enough_voters_enough_support_and_half_who_took_a_side(
    app: Flask, make: Make, essay: Essay, support: int, oppose: int, neutral: int, comes: bool
) -> None:
    reply = make.proposal(essay, support=support, oppose=oppose, neutral=neutral)
    assert (make.fresh(reply).held_since is not None) == comes


def test_an_edit_ends_a_hold_and_first_writes_what_the_former_words_had_earned(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    early, late = make.proposal(essay, support=5), make.proposal(essay, support=5)
    Clock.moment += timedelta(days=6)
    make.edit(early, body="Every office publishes something else.")
    Clock.moment += timedelta(days=2)
    make.edit(late, body="Every office publishes something else again.")
    due = only_due(app)
    assert (due.reply_id, due.version, due.at) == (late.id, 1, START + WEEK)
    Clock.moment += timedelta(days=5)
    work(runner)
    assert [(due.reply_id, due.version) for due in dues(app)] == [(late.id, 1), (early.id, 2)]


def test_an_edit_that_a_moderator_found_to_be_of_wording_only_ends_no_hold(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += timedelta(days=6)
    make.edit(reply, body="Every office publishes how long people waited.")
    found = on_reply(app, reply, "wording", make)
    assert make.fresh(reply).held_since == START
    take_back(app, found, make)
    assert make.fresh(reply).held_since == START + timedelta(days=6)
    on_reply(app, reply, "wording", make)
    Clock.moment += timedelta(days=1)
    work(runner)
    assert only_due(app).at == START + WEEK


def test_tags_corrected_by_a_moderator_end_no_hold(app: Flask, make: Make, essay: Essay) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += timedelta(days=1)
    on_reply(app, reply, "retag", make, lever="market", jurisdiction="any", ambition="improves")
    assert make.fresh(reply).held_since == START


def test_closing_ends_holds_and_looks_at_the_rules_for_it(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    strong = make.proposal(essay, support=5)
    make.proposal(essay, support=2)
    Clock.moment += timedelta(days=1)
    on_essay(app, essay, "close", make)
    due = only_due(app)
    assert (due.reply_id, due.rule, due.at) == (strong.id, "closing", Clock.moment)
    assert make.fresh(strong).held_since is None
    on_essay(app, essay, "reopen", make)
    work(runner)
    Clock.moment += WEEK
    work(runner)
    on_essay(app, essay, "close", make)
    assert len(dues(app)) == 1, "reopening writes no second due"


def test_a_discussion_that_closed_by_its_date_is_settled_at_that_date(
    app: Flask, make: Make, runner: FlaskCliRunner
) -> None:
    essay = make.deal(make.essay(), bound=0.6, voters=5, hold_days=7, at_closing=False)
    held_long, held_short = make.proposal(essay, support=5), make.proposal(essay)
    closes = START + timedelta(days=8)
    with app.app_context():
        db.session.get_one(Essay, essay.id).closes_at = closes
        db.session.commit()
    Clock.moment += timedelta(days=3)
    for _voter in range(5):
        make.vote(make.user(), held_short)
    Clock.moment += timedelta(days=30)  # the worker was away
    work(runner)
    due = only_due(app)
    assert (due.reply_id, due.at) == (held_long.id, START + WEEK)
    with app.app_context():
        assert db.session.get_one(Essay, essay.id).settled_at == closes


def test_the_first_of_each_lever_come_due_at_closing(app: Flask, make: Make) -> None:
    essay = make.deal(make.essay(), top_per_lever=1, voters=2)
    best = make.proposal(essay, support=4, lever="market")
    make.proposal(essay, support=3, lever="market")
    make.proposal(essay, support=1, lever="policy")
    make.proposal(essay, oppose=2, lever="policy")
    make.proposal(essay, support=2, neutral=3, lever="regulatory")
    on_essay(app, essay, "close", make)
    due = only_due(app)
    assert (due.reply_id, due.rule) == (best.id, "top")


def test_what_stands_in_a_published_brief_comes_due(app: Flask, make: Make) -> None:
    essay = make.deal(make.essay(), in_brief=True)
    fay = make.user("Fay", role="facilitator")
    first, second = make.proposal(essay, support=1), make.proposal(essay, support=1, neutral=3)
    make.proposal(essay, support=9)
    brief = make.brief(fay, make.shortlist(fay, first, second, essay=essay))
    due = only_due(app)
    assert (due.reply_id, due.rule, due.at) == (first.id, "brief", brief.published_at)
    make.brief(fay, make.shortlist(fay, first, essay=essay))
    assert len(dues(app)) == 1


def test_without_a_hold_support_comes_due_at_once(app: Flask, make: Make) -> None:
    essay = make.deal(make.essay(), agreed=False, bound=0.6, voters=5, hold_days=0)
    reply = make.proposal(essay, support=7)
    due = only_due(app)
    assert (due.support, due.agreed) == (5, False)
    make.vote(make.user(), reply)
    assert len(dues(app)) == 1


def test_only_who_agreed_is_ever_overdue(app: Flask, make: Make) -> None:
    make.proposal(make.deal(make.essay(), bound=0.6, hold_days=0, voters=5), support=5)
    asked = make.deal(make.essay("Another"), agreed=False, bound=0.6, hold_days=0, voters=5)
    make.proposal(asked, support=5)
    agreed, only_asked = dues(app)
    assert not agreed.is_overdue(agreed.due_on)
    assert agreed.is_overdue(agreed.due_on + timedelta(days=1))
    assert not only_asked.is_overdue(only_asked.due_on + timedelta(days=1))


def test_hiding_keeps_the_days_left_and_withdrawing_discharges_nothing(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += WEEK
    work(runner)
    first = only_due(app).first_due_on
    Clock.moment += timedelta(days=50)
    hidden = on_reply(app, reply, "hide", make)
    assert only_due(app).still_since == first - timedelta(days=10)
    Clock.moment += timedelta(days=100)
    assert not only_due(app).is_overdue(first + timedelta(days=90))
    take_back(app, hidden, make)
    due = only_due(app)
    assert (due.first_due_on, due.due_on) == (first, first + timedelta(days=100))
    with app.app_context():
        shown = reply_for_update(reply.id)
        assert shown is not None
        withdraw(shown)
        db.session.commit()
    due = only_due(app)
    assert (due.still_since, due.voided_at) == (None, None)


def test_a_paused_discussion_stands_still_with_its_holds_and_its_dues(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    make.proposal(essay, support=5)
    Clock.moment += WEEK
    work(runner)
    young = make.proposal(essay, support=5)
    Clock.moment += timedelta(days=3)
    first = only_due(app).due_on
    on_essay(app, essay, "pause", make, because="There is an election.")
    Clock.moment += timedelta(days=40)
    work(runner)
    assert only_due(app).still_since is not None
    on_essay(app, essay, "resume", make)
    assert only_due(app).due_on == first + timedelta(days=40)
    assert make.fresh(young).held_since == START + WEEK + timedelta(days=40)
    Clock.moment += timedelta(days=4)
    work(runner)
    assert [due.reply_id for due in dues(app)][1:] == [young.id]


def test_a_merge_carries_what_is_due_and_unmerging_returns_it(
    app: Flask, make: Make, essay: Essay
) -> None:
    small = make.deal(make.essay("Small"), bound=0.6, voters=5, hold_days=0)
    third, second = make.proposal(small, support=5), make.proposal(small, support=5)
    last = make.proposal(small)
    inner = on_reply(app, third, "merge", make, target_id=second.id)
    outer = on_reply(app, second, "merge", make, target_id=last.id)
    own = [due for due in dues(app) if due.reply_id != last.id]
    assert {due.stands_on_id for due in own} == {last.id}
    take_back(app, outer, make)
    assert {due.stands_on_id for due in dues(app) if due.reply_id != last.id} == {second.id}
    take_back(app, inner, make)
    assert all(due.stands_on_id == due.reply_id for due in dues(app))


def test_a_due_is_voided_by_an_action_that_can_be_undone_and_never_otherwise(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    Clock.moment += WEEK
    work(runner)
    voided = on_reply(app, reply, "void_due", make)
    due = only_due(app)
    assert due.voided_at is not None
    assert not due.is_overdue(due.due_on + timedelta(days=1))
    take_back(app, voided, make)
    assert only_due(app).voided_at is None
    with app.app_context():
        for statement in ("DELETE FROM dues", "UPDATE dues SET support = 99"):
            with pytest.raises(DBAPIError, match="never changed"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_a_deal_changed_while_it_is_open_is_a_version_with_its_reason_in_the_log(
    app: Flask, make: Make, runner: FlaskCliRunner, essay: Essay
) -> None:
    reply = make.proposal(essay, support=5)
    with app.app_context():
        now = deal_of(db.session.get_one(Essay, essay.id))
        assert now is not None
        bodies = [{"body_id": each.body_id} for each in now.bodies]
    terms = {"days": 30, "bodies": bodies, "bound": 0.5, "voters": 5, "hold_days": 7}
    Clock.moment += timedelta(days=2)
    on_essay(app, essay, "deal", make, deal=terms_as_kept(**terms))
    assert make.fresh(reply).held_since == START, "who asks for less breaks no hold"
    on_essay(app, essay, "deal", make, deal=terms_as_kept(**{**terms, "bound": 0.64}))
    assert make.fresh(reply).held_since == Clock.moment, "who asks for more lets it begin anew"
    with app.app_context():
        versions = deals_of(essay.id)
        assert [each.version for each in versions] == [3, 2, 1]
        assert versions[0].because == "So it is."
        logged = db.session.scalars(select(Action).where(Action.kind == "deal")).all()
        assert logged[0].before["deal"]["bound"] == 0.55
        assert logged[0].after["deal"]["bound"] == 0.5


def terms_as_kept(**terms: Any) -> dict[str, Any]:
    """Return terms as the log keeps them."""
    return Terms.from_json(terms).as_json()


def test_a_vote_asks_nothing_of_deals_where_there_is_none_and_little_where_there_is(
    app: Flask, make: Make, essay: Essay
) -> None:
    free, bound = make.proposal(make.essay("Without")), make.proposal(essay, support=1)
    assert asked_by_a_vote(app, make, free) == 0
    assert asked_by_a_vote(app, make, bound) == 1


def asked_by_a_vote(app: Flask, make: Make, reply: Reply) -> int:
    """Return how many statements of a vote speak of deals or dues."""
    cam, sent = make.user("Cam"), list[str]()
    with app.app_context(), heard(db.engine, lambda statement, _given: sent.append(statement)):
        held_reply = reply_for_update(reply.id)
        assert held_reply is not None
        cast_vote(cam, held_reply, Value.SUPPORT)
        db.session.commit()
    return sum("FROM deals" in each or "dues" in each for each in sent)
