"""Whatever people do between merging and separating, every vote and comment is where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forum.db import db
from forum.moderation.acting import ChangedSince, subject_of, undo
from forum.moderation.deciding import merge
from forum.moderation.decision import Decision
from forum.moderation.merging import CannotMerge
from forum.moderation.models import Action
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.writing import Content, set_status, write_reply
from forum.votes.casting import cast_vote
from forum.votes.counters import check_comments, check_tallies, check_votes
from forum.votes.models import Value, Vote
from tests.cast import Make
from tests.thoroughness import examples

PROPOSALS, PEOPLE = 4, 6
NUMBER = st.integers(0, 11)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["vote", "vote", "vote", "vote", "comment", "answer", "hide", "merge", "merge", "undo"]
        ),
        NUMBER,
        NUMBER,
        NUMBER,
    ),
    min_size=5,
    max_size=40,
)

Votes = dict[int, dict[int, tuple[str, int | None]]]
"""By proposal and person what was voted, and on which proposal where that is another."""


class Scene:
    """Proposals that may be duplicates, the people who vote on them, and what must be true."""

    def __init__(self, make: Make) -> None:
        self.essay = make.essay()
        self.dee = make.user("Dee", role="moderator")
        self.people = [make.user() for _ in range(PEOPLE)]
        made = [make.proposal(self.essay, self.people[n]) for n in range(PROPOSALS)]
        self.ids = [reply.id for reply in made]
        self.author = {reply.id: reply.author_id for reply in made}

    def begin(self) -> None:
        """Forget what an earlier example expected; every proposal begins with a conversation."""
        self.votes: Votes = {number: {} for number in self.ids}
        self.into: dict[int, int] = {}
        self.comments: dict[int, int] = {}
        self.answers: dict[int, int] = {}
        self.merges: list[tuple[Action, int, int, Any, set[int]]] = []
        for number in range(PROPOSALS):
            self.comment(number, 0, 0)
            self.answer(len(self.comments) - 1, 0, 0)

    def step(self, deed: str, one: int, two: int, three: int) -> None:
        """Do one thing as the forum would, and note what should come of it."""
        {
            "vote": self.vote,
            "comment": self.comment,
            "answer": self.answer,
            "hide": self.hide,
            "merge": self.merge,
            "undo": self.undo,
        }[deed](one, two, three)

    def vote(self, one: int, two: int, three: int) -> None:
        """Let somebody vote where that is allowed."""
        number, person = self.ids[one % PROPOSALS], self.people[two % PEOPLE]
        reply = held(number)
        if reply.status != "visible" or self.author[number] == person.id:
            return
        value = list(Value)[three % 4]
        cast_vote(person, reply, value)
        if value is Value.NONE:
            self.votes[number].pop(person.id, None)
        else:
            self.votes[number][person.id] = (value.value, None)

    def comment(self, one: int, two: int, three: int) -> None:
        """Let somebody comment on a proposal that is shown."""
        parent = held(self.ids[one % PROPOSALS])
        if parent.status == "visible":
            words = Content(f"Comment {len(self.comments)} {three}", stance="support")
            reply, _new = write_reply(parent.essay, self.people[two % PEOPLE], words, parent)
            self.comments[reply.id] = parent.id

    def answer(self, one: int, two: int, three: int) -> None:
        """Let somebody answer a comment: the answer goes wherever that goes."""
        if not self.comments:
            return
        parent = held(list(self.comments)[one % len(self.comments)])
        if parent.status == "visible":
            words = Content(f"Answer {len(self.comments)} {three}", stance="support")
            reply, _new = write_reply(parent.essay, self.people[two % PEOPLE], words, parent)
            self.comments[reply.id] = self.comments[parent.id]
            self.answers[reply.id] = parent.id

    def hide(self, one: int, _two: int, _three: int) -> None:
        """Hide a comment, or show it again."""
        if self.comments:
            reply = held(list(self.comments)[one % len(self.comments)])
            set_status(reply, "visible" if reply.status == "hidden" else "hidden")

    def merge(self, one: int, two: int, _three: int) -> None:
        """Merge one proposal into another; refused exactly where it must be."""
        source, target = self.ids[one % PROPOSALS], self.ids[two % PROPOSALS]
        replies = held(source, target), db.session.get_one(Reply, target)
        may = source != target and not {source, target} & self.into.keys()
        before = all_votes()
        try:
            action = merge(*replies, Decision(self.dee, Reason.DUPLICATE))
        except CannotMerge:
            assert not may
            assert all_votes() == before
            return
        assert may
        for person, (value, _where) in self.votes[source].items():
            if person != self.author[target]:
                self.votes[target].setdefault(person, (value, source))
        self.into[source] = target
        under = {each for each, where in self.comments.items() if where == source}
        for each in under:
            self.comments[each] = target
        self.merges.append((action, source, target, before[source], under))

    def undo(self, one: int, _two: int, _three: int) -> None:
        """Separate what was merged at any time; refused only while its successor is merged."""
        if not self.merges:
            return
        place = one % len(self.merges)
        action, source, target, before, under = self.merges[place]
        try:
            undo(action, subject_of(action), Decision(self.dee, Reason.MISTAKE))
        except (CannotMerge, ChangedSince):
            assert target in self.into
            return
        assert target not in self.into
        del self.merges[place], self.into[source]
        assert all_votes()[source] == before, "the source has every vote that it had"
        others = sorted(each for each, where in self.into.items() if where == target)
        for person, (_value, where) in list(self.votes[target].items()):
            if where != source:
                continue
            del self.votes[target][person]
            for other in others:
                if person in self.votes[other]:
                    value = self.votes[other][person][0]
                    self.votes[target].setdefault(person, (value, other))
        answers = under | self.under(under)
        for each in answers:
            self.comments[each] = source

    def under(self, above: set[int]) -> set[int]:
        """Return the answers below these comments, however deep."""
        found: set[int] = set()
        while True:
            below = select(Reply.id).where(Reply.parent_id.in_(above | found))
            more = set(db.session.scalars(below)) - found
            if not more:
                return found
            found |= more

    def check(self) -> None:
        """Compare the database with what should be, and every counter with its rows."""
        db.session.flush()
        db.session.expire_all()
        assert all_votes() == self.votes
        for number in self.ids:
            reply = db.session.get_one(Reply, number)
            assert reply.merged_into_id == self.into.get(number)
            assert reply.status == ("merged" if number in self.into else "visible")
        rows = db.session.scalars(select(Reply).where(Reply.thread_id.is_not(None)))
        replies = {reply.id: reply for reply in rows}
        assert {each: reply.thread_id for each, reply in replies.items()} == self.comments
        for each in replies.values():
            parent = db.session.get_one(Reply, each.parent_id)
            assert (parent.thread_id or parent.id) == each.thread_id
            stands = self.answers.get(each.id, self.comments[each.id])
            assert each.parent_id == stands, "an answer stays one, a comment stays a comment"
            assert each.origin_id is None or each.origin_id in self.into
        ids = [*self.ids, *self.comments]
        assert not check_votes(ids) + check_comments(ids) + check_tallies([self.essay.id])


def held(number: int, beside: int | None = None) -> Reply:
    """Return a reply with its row held."""
    reply = reply_for_update(number, beside=beside)
    assert reply is not None
    return reply


def all_votes() -> Votes:
    """Return by proposal and person what was voted, and where it came from."""
    found: Votes = {
        number: {}
        for number in db.session.scalars(select(Reply.id).where(Reply.lever.is_not(None)))
    }
    for vote in db.session.execute(
        select(Vote.reply_id, Vote.user_id, Vote.value, Vote.carried_from_id)
    ):
        found[vote.reply_id][vote.user_id] = (vote.value, vote.carried_from_id)
    return found


@pytest.fixture
def scene(make: Make) -> Scene:
    """The stage."""
    return Scene(make)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of which every example is rolled back."""
    with app.app_context():
        yield db.session()
        db.session.rollback()


@pytest.mark.long
@given(steps=STEPS)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_votes_and_comments_are_where_they_belong_at_any_time(
    session: Session, scene: Scene, steps: list[tuple[str, int, int, int]]
) -> None:
    session.rollback()
    scene.begin()
    for deed, *numbers in steps:
        scene.step(deed, *numbers)
    scene.check()


def everything() -> dict[str, list[str]]:
    """Return all rows that merging could change."""
    db.session.flush()
    return {
        table.__tablename__: sorted(map(repr, db.session.execute(select(table.__table__)).all()))
        for table in (Reply, Vote)
    }


@given(steps=STEPS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
def test_separating_at_once_leaves_every_row_as_it_was(
    session: Session, scene: Scene, steps: list[tuple[str, int, int, int]]
) -> None:
    session.rollback()
    scene.begin()
    for deed, *numbers in steps:
        merged = len(scene.merges)
        before = everything() if deed == "merge" else {}
        scene.step(deed, *numbers)
        if len(scene.merges) > merged:
            action = scene.merges[-1][0]
            undone = undo(action, subject_of(action), Decision(scene.dee, Reason.MISTAKE))
            db.session.expire_all()
            assert everything() == before
            undo(undone, subject_of(undone), Decision(scene.dee, Reason.MISTAKE))
            scene.merges[-1] = (undo_of(undone), *scene.merges[-1][1:])
    scene.check()


def undo_of(action: Action) -> Action:
    """Return the action that undid this one, which is to be undone next."""
    return db.session.scalars(
        select(Action).where(Action.undoes_id == action.id, Action.kind == "undo")
    ).one()


def test_a_voter_on_two_duplicates_counts_as_long_as_one_is_merged(make: Make, app: Flask) -> None:
    essay, cam = make.essay(), make.user("Cam")
    one, two, three = (make.proposal(essay) for _ in range(3))
    make.vote(cam, one, "support")
    make.vote(cam, two, "oppose")
    dee = make.user("Dee", role="moderator")
    with app.app_context():
        first = merge(held(one.id, three.id), held(three.id), Decision(dee, Reason.DUPLICATE))
        merge(held(two.id, three.id), held(three.id), Decision(dee, Reason.DUPLICATE))
        assert all_votes()[three.id] == {cam.id: ("support", one.id)}
        undo(first, subject_of(first), Decision(dee, Reason.MISTAKE))
        assert all_votes()[three.id] == {cam.id: ("oppose", two.id)}
        assert db.session.scalar(select(func.sum(Reply.oppose))) == 2
        db.session.commit()
