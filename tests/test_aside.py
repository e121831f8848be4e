"""Setting votes aside: two people, a reason in the log, a word to each voter, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.cast import Make
from tests.conftest import Browser

Visit = Callable[..., Browser]
WHY = {"reason": "invented", "note": "Twelve accounts of one minute, one ballot."}


class Crowd:
    """A discussion in which a crowd has lifted its last proposal, and those who decide there."""

    def __init__(self, app: Flask, make: Make, visit: Visit) -> None:
        self.app, self.make, self.visit = app, make, visit
        self.essay = make.essay(open_data=True)
        self.first = make.proposal(self.essay, support=9, oppose=1, title="Keep the offices open")
        self.second = make.proposal(self.essay, support=6, oppose=2, title="Open on Sundays")
        self.third = make.proposal(self.essay, support=2, oppose=5, title="Close on Fridays")
        self.before = self.counts()
        self.people = [make.user() for _ in range(12)]
        for person in self.people:
            make.vote(person, self.third, "support")
            make.vote(person, self.first, "oppose")
        self.lifted = self.counts()
        self.dee = visit(make.user("Dee", role="moderator"))
        self.fay = visit(make.user("Fay", role="facilitator"))

    def counts(self) -> dict[int, tuple[Any, ...]]:
        """Return what is stored of the votes of each proposal."""
        names = ("support", "oppose", "neutral", "top", "eyes", "contested")
        query = select(Reply.id, *(getattr(Reply, name) for name in names))
        with self.app.app_context():
            rows = db.session.execute(query.where(Reply.essay_id == self.essay.id))
            return {number: tuple(values) for number, *values in rows}

    def proposed(self, by: Browser, people: Any = None, **changes: str) -> int:
        """Let somebody propose to set aside the votes of these people; return the decision."""
        chosen = " ".join(str(each.id) for each in (people or self.people))
        fields = {**WHY, "others": chosen, "sure": "1", **changes}
        answer = by.post(f"/essays/{self.essay.slug}/set-aside/new", fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return int(answer.headers["Location"].rpartition("/")[2])

    def decide(self, by: Browser, aside_id: int, what: str, **fields: str) -> Any:
        """Let somebody decide."""
        return by.post(f"/moderation/aside/{aside_id}/{what}", fields)

    def agreed(self) -> int:
        """Set the votes of the crowd aside."""
        aside_id = self.proposed(self.dee)
        assert self.decide(self.fay, aside_id, "agree").status_code == 303
        return aside_id

    def one(self, query: Any) -> Any:
        """Return one value of the database."""
        with self.app.app_context():
            return db.session.scalar(query)

    def last_action(self) -> int:
        """Return the number of what was done last."""
        return int(self.one(select(func.max(Action.id))))


@pytest.fixture
def crowd(app: Flask, make: Make, visit: Visit) -> Crowd:
    return Crowd(app, make, visit)


def test_it_takes_two_people_and_then_counts_are_as_before_the_crowd(crowd: Crowd) -> None:
    aside_id = crowd.proposed(crowd.dee)
    assert crowd.counts() == crowd.lifted
    mine = crowd.decide(crowd.dee, aside_id, "agree")
    assert mine.status_code == 403
    assert "somebody else decides" in mine.get_data(as_text=True)
    assert crowd.counts() == crowd.lifted
    assert crowd.decide(crowd.fay, aside_id, "agree").status_code == 303
    assert crowd.counts() == crowd.before
    again = crowd.decide(crowd.fay, aside_id, "agree")
    assert again.status_code == 409
    assert "Fay has agreed to it already" in again.get_data(as_text=True)


def test_undoing_puts_every_vote_back_and_one_person_alone_cannot_do_it_again(crowd: Crowd) -> None:
    def rows() -> set[Any]:
        with crowd.app.app_context():
            columns = [*Vote.__table__.columns]
            return {tuple(row) for row in db.session.execute(select(*columns))}

    before = rows()
    crowd.agreed()
    assert rows() != before
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    assert crowd.fay.post(undo, {"reason": "mistake"}).status_code == 303
    assert rows() == before
    assert crowd.counts() == crowd.lifted
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    refused = crowd.dee.post(undo, {"reason": "mistake"})
    assert refused.status_code == 409
    assert "takes two people" in refused.get_data(as_text=True)
    assert crowd.counts() == crowd.lifted
