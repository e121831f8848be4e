"""Whatever moderators do, in whatever order, can be undone, and every count stays true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forum.accounts.models import User
from forum.bodies.models import add_body
from forum.db import db
from forum.deals.terms import NamedBody, Terms
from forum.essays.models import Essay
from forum.moderation.acting import (
    CannotChange,
    ChangedSince,
    NothingToDo,
    act,
    held,
    subject_of,
    undo,
)
from forum.moderation.action_kind import ESSAY, GONE, PERSON, REPLY
from forum.moderation.decision import Decision
from forum.moderation.kinds import BY_NAME, kind_named
from forum.moderation.models import Action, Report
from forum.moderation.on_rooms import RoomRecord
from forum.moderation.on_votes import SetAside
from forum.moderation.reporting import file_report
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import REPORTABLE, Reason
from forum.replies.reviews import Review, Why, look_again, open_review, review_of
from forum.replies.tallies import Tally
from forum.replies.writing import Content, content_of, edit_reply, write_reply
from forum.votes.casting import cast_vote
from forum.votes.models import Value, Vote
from forum.votes.ranking import scores
from tests.cast import Make
from tests.thoroughness import examples

REFUSALS = (CannotChange, ChangedSince, NothingToDo)
NAMES = sorted(
    name
    for name, kind in BY_NAME.items()
    if kind.about != GONE and not isinstance(kind, RoomRecord | SetAside)
)
"""What is erased cannot be undone; what is recorded of a room is undone in test_rooms, votes that
two people set aside count again in test_aside."""

STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=12
)
MIXED = st.lists(
    st.tuples(
        st.sampled_from(
            [*NAMES, "undo", "undo", "undo", "undo", "vote", "edit", "comment", "report"]
        ),
        st.integers(0, 9),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=25,
)


class Scene:
    """Two essays, replies of every kind with votes and reports, and the people behind them."""

    def __init__(self, make: Make) -> None:
        self.essays = [make.essay("One"), make.essay("Two"), make.essay("Three", state="closed")]
        self.dee = make.user("Dee", role="moderator")
        self.ben = make.user("Ben")
        first = make.proposal(self.essays[0], self.ben, support=2, oppose=1, trade_off="a for b")
        second = make.proposal(self.essays[0], support=1, lever="market")
        hidden = make.proposal(self.essays[1], status="hidden", ambition="replaces")
        waiting = make.proposal(self.essays[1], status="waiting")
        comment = make.comment(first, self.ben, stance="challenge")
        below = make.comment(comment)
        make.comment(below, status="hidden")
        lone = make.comment(self.essays[0])
        make.comment(lone)
        other = make.comment(second, stance="evidence")
        replies = (first, second, hidden, waiting, comment, below, lone, other)
        self.replies = [reply.id for reply in replies]
        self.people = [make.user() for _ in range(3)]
        with make.app.app_context():
            self.body = add_body({"en": "City Manager"}).id
            for number, reply_id in enumerate(self.replies[:6]):
                for person in self.people[: 1 + number % 3]:
                    reply = reply_for_update(reply_id)
                    assert reply is not None
                    file_report(reply, person, REPORTABLE[number], "")
            wait = reply_for_update(waiting.id)
            assert wait is not None
            open_review(wait, Why.WAITING)
            db.session.commit()

    def subject(self, about: str, number: int) -> Any:
        """Return a subject of this sort with its row held."""
        if about == REPLY:
            return reply_for_update(self.replies[number % len(self.replies)])
        if about == ESSAY:
            return held(Essay, self.essays[number % 3].id)
        assert about == PERSON
        return held(User, [self.ben, *self.people][number % 4].id)

    def options(self, seed: int) -> dict[str, Any]:
        """Return something for every field that a form could ask for."""
        return {
            "lever": ("policy", "regulatory", "market")[seed % 3],
            "jurisdiction": ("any", "national", "municipal")[seed % 3],
            "ambition": ("improves", "replaces")[seed % 2],
            "title": f"A clearer title {seed}",
            "essay_id": self.essays[seed % 3].id,
            "minutes": seed,
            "days": seed,
            "premoderation": ("open", "full")[seed % 2],
            "replies_from": ("everyone", "vouched")[seed % 2],
            "report_threshold": seed or None,
            "open_data": seed % 2 == 1,
            "open_to": ("everyone", "invited", "declared")[seed % 3],
            "declaration": "I live here.",
            "target_id": self.replies[seed],
            "because": "An election.",
            "deal": Terms(30, (NamedBody(self.body),), bound=0.2, hold_days=seed).as_json(),
        }

    def act(self, name: str, number: int, seed: int) -> Action | None:
        """Do something; return nothing where it is refused, with everything as it was."""
        kind = kind_named(name)
        with db.session.begin_nested():
            subject = self.subject(kind.about, number)
            return act(kind, subject, Decision(self.dee, Reason.OTHER), self.options(seed))

    def live(self, name: str, number: int, seed: int) -> None:
        """Let readers go on with their discussion meanwhile."""
        reply = self.subject(REPLY, number)
        person = self.people[seed % 3]
        if name == "vote" and reply.is_proposal and reply.status == "visible":
            cast_vote(person, reply, (Value.SUPPORT, Value.OPPOSE, Value.NONE)[seed % 3])
        elif name == "comment" and reply.status == "visible":
            write_reply(reply.essay, person, Content(f"Meanwhile {number} {seed}"), reply)
        elif name == "report" and reply.author_id != person.id and reply.status == "visible":
            file_report(reply, person, REPORTABLE[seed], "")
        elif name == "edit":
            said = asdict(content_of(reply))
            edit_reply(reply, reply.author, Content(**{**said, "body": f"Again {number}{seed}."}))
            look_again(reply, at_once=seed % 2 == 0)


@pytest.fixture
def scene(make: Make) -> Scene:
    """The stage on which anything may happen."""
    return Scene(make)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of which every example is rolled back."""
    with app.app_context():
        yield db.session()
        db.session.rollback()


LEFT_OUT = {"version", "held_by_id", "held_until", "deal_version", "held_since", "settled_at"}
"""Versions only ever rise; a hold that was broken stays so, and begins anew."""


def everything() -> dict[str, list[Any]]:
    """Return all that an action could change and its undoing restores."""
    db.session.flush()
    found = {}
    for table in (Reply, Vote, Essay, User, Report, Review):
        columns = [c for c in table.__table__.columns if c.name not in LEFT_OUT]
        found[table.__tablename__] = sorted(map(repr, db.session.execute(select(*columns)).all()))
    counted = select(Tally.__table__).where(Tally.proposals != 0)
    found["tallies"] = sorted(map(repr, db.session.execute(counted).all()))
    return found


def drift() -> list[str]:
    """Return every stored number that is not what its rows add up to."""
    found = []
    db.session.flush()
    db.session.expire_all()
    for reply in db.session.scalars(select(Reply)):
        votes = select(Vote.value, func.count()).where(Vote.reply_id == reply.id)
        counted = {v: int(n) for v, n in db.session.execute(votes.group_by(Vote.value))}
        numbers = [counted.get(value, 0) for value in ("support", "oppose", "neutral")]
        score = scores(*numbers)
        if [reply.support, reply.oppose, reply.neutral] != numbers or reply.top != score.top:
            found.append(f"votes of {reply.id}")
        shown = select(func.count()).where(Reply.thread_id == reply.id, Reply.status == "visible")
        if reply.comments != db.session.scalar(shown):
            found.append(f"comments of {reply.id}")
        if reply.thread_id is not None:
            thread = db.session.get_one(Reply, reply.thread_id)
            parent = db.session.get_one(Reply, reply.parent_id)
            if thread.thread_id is not None or thread.essay_id != reply.essay_id:
                found.append(f"thread of {reply.id}")
            if (parent.thread_id or parent.id) != reply.thread_id:
                found.append(f"parent of {reply.id}")
        strangers = select(func.count()).where(
            Vote.reply_id == reply.id, Vote.essay_id != reply.essay_id
        )
        if db.session.scalar(strangers):
            found.append(f"essay of the votes on {reply.id}")
        if reply.status == "waiting" and review_of(reply) is None:
            found.append(f"{reply.id} waits in no queue")
    tagged = (
        select(Reply.essay_id, Reply.lever, Reply.jurisdiction, Reply.ambition, func.count())
        .where(Reply.status == "visible", Reply.lever.is_not(None))
        .group_by(Reply.essay_id, Reply.lever, Reply.jurisdiction, Reply.ambition)
    )
    kept = select(Tally.__table__).where(Tally.proposals != 0)
    if set(map(tuple, db.session.execute(tagged))) != set(map(tuple, db.session.execute(kept))):
        found.append("tallies")
    for review in db.session.scalars(select(Review).where(Review.closed_at.is_(None))):
        mine = Report.reply_id == review.reply_id, Report.closed_at.is_(None)
        counted = {
            reason: int(number)
            for reason, number in db.session.execute(
                select(Report.reason, func.count()).where(*mine).group_by(Report.reason)
            )
        }
        if review.by_reason != counted or review.reports != sum(counted.values()):
            found.append(f"reports of {review.reply_id}")
        if (review.lever, review.essay_id) != (review.reply.lever or "", review.reply.essay_id):
            found.append(f"review of {review.reply_id}")
    return found


def undone(action: Action, scene: Scene) -> Action | None:
    """Undo an action; return nothing where that is refused."""
    try:
        with db.session.begin_nested():
            return undo(action, subject_of(action), Decision(scene.dee, Reason.MISTAKE))
    except REFUSALS:
        return None


@given(steps=STEPS)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_undoing_backwards_restores_everything(
    session: Session, scene: Scene, steps: list[tuple[str, int, int]]
) -> None:
    """A tower of actions taken down from the top leaves what stood there before."""
    db.session.rollback()
    tower = [everything()]
    done: list[Action] = []
    for name, number, seed in steps:
        try:
            action = scene.act(name, number, seed)
        except REFUSALS:
            assert everything() == tower[-1], f"{name} was refused, and yet something changed"
            continue
        assert action is not None
        done.append(action)
        tower.append(everything())
    assert not drift()
    for action in reversed(done):
        assert everything() == tower.pop()
        assert undone(action, scene) is not None, f"{action.kind} cannot be undone"
        db.session.expire_all()
    assert everything() == tower.pop()
    assert not drift()


@given(steps=MIXED)
@example(
    steps=[("ask_rewrite", 0, 0), ("ask_rewrite", 4, 0), ("to_proposal", 4, 0), ("undo", 0, 1)]
)
@example(steps=[("keep", 0, 0), ("undo", 0, 0), ("edit", 0, 1), ("undo", 0, 1)])
@example(
    steps=[
        ("hide", 3, 0),
        ("edit", 3, 0),
        ("uphold", 3, 0),
        ("undo", 0, 1),
        ("undo", 0, 0),
        ("undo", 0, 2),
    ]
)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_undoing_anything_at_any_time_keeps_every_count_true(
    session: Session, scene: Scene, steps: list[tuple[str, int, int]]
) -> None:
    """While readers go on, any action may be undone or refused; nothing drifts either way."""
    db.session.rollback()
    done: list[Action] = []
    for name, number, seed in steps:
        before = everything()
        try:
            if name == "undo":
                if done and (again := undone(done[(number * 6 + seed) % len(done)], scene)):
                    done.append(again)
                elif done:
                    assert everything() == before, "refused, and yet something changed"
            elif name in BY_NAME:
                action = scene.act(name, number, seed)
                assert action is not None
                done.append(action)
            else:
                with db.session.begin_nested():
                    scene.live(name, number, seed)
        except (*REFUSALS, ValueError):
            assert everything() == before, f"{name} was refused, and yet something changed"
        db.session.expire_all()
    assert drift() == []
