"""Makes bodies, seats, dues and answers, as the forum's own verbs make them where they have one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from forum.accounts.models import User
from forum.answers.answering import publish_answer, take_back, take_over
from forum.answers.content import AnswerContent, PromiseWords
from forum.answers.models import OfficialAnswer
from forum.answers.standings import DueStanding, standings
from forum.answers.statuses import AnswerStatus, DeclineReason
from forum.bodies.models import Body, Seat, add_body, appoint
from forum.db import db, now
from forum.deals.models import Deal, Due
from forum.replies.models import Reply, reply_for_update
from forum.web import dates
from tests.cast import Make


class Circle:
    """What comes after a discussion, each thing in a transaction of its own."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.app = make.app

    def body(self, name: str = "Council of Harrow Inlet", french: str = "", slug: str = "") -> Body:
        """Make a body that answers."""
        with self.app.app_context():
            names = {"en": name, **({"fr": french} if french else {})}
            made = add_body(names, slug)
            db.session.commit()
            return made

    def seat(self, body: Body, user: User, first: int = -30, last: int | None = None) -> Seat:
        """Appoint a person, from so many days from today to so many."""
        with self.app.test_request_context():
            day = dates.today()
            until = day + timedelta(days=last) if last is not None else None
            seat = appoint(body, user, day + timedelta(days=first), until, title="clerk")
            db.session.commit()
            return seat

    def due(
        self, reply: Reply, body: Body, days: int = 10, *, agreed: bool = True, ago: int = 60
    ) -> Due:
        """Let an answer to a proposal have come due, with so many days left."""
        with self.app.test_request_context():
            deal = db.session.scalar(select(Deal).where(Deal.essay_id == reply.essay_id))
            if deal is None:
                deal = Deal(
                    essay_id=reply.essay_id, version=1, days=120, bound=0.8, voters=1, hold_days=7
                )
                db.session.add(deal)
                db.session.flush()
            day = dates.today() + timedelta(days=days)
            due = Due(
                essay_id=reply.essay_id, reply_id=reply.id, version=1, deal_id=deal.id,
                rule="bound", support=reply.support, oppose=reply.oppose, neutral=reply.neutral,
                body_id=body.id, agreed=agreed, at=now() - timedelta(days=ago),
                first_due_on=day, due_on=day, stands_on_id=reply.id,
            )  # fmt: skip
            db.session.add(due)
            db.session.commit()
            return due

    def answer(
        self,
        reply: Reply,
        body: Body,
        by: User,
        status: str = "accepted",
        sentence: str = "It will be done in April.",
        promises: tuple[tuple[str, int], ...] = (),
        said: Any = None,
        **more: Any,
    ) -> OfficialAnswer:
        """Let a body answer; promises are what, and in how many days."""
        with self.app.test_request_context():
            held = reply_for_update(reply.id)
            assert held is not None
            reason = DeclineReason.LAW if status == "declined" else None
            content = AnswerContent(
                AnswerStatus(status),
                {"en": {"sentence": sentence}},
                reason=reason,
                promises=tuple(
                    PromiseWords(what, "Clerk", dates.today() + timedelta(days=days))
                    for what, days in promises
                ),
                **more,
            )
            answer = publish_answer(body, held, content, by, said=said)
            db.session.commit()
            return answer

    def take_back(self, answer: OfficialAnswer, by: User) -> None:
        """Let a body take its answer back."""
        with self.app.test_request_context():
            held = db.session.get_one(OfficialAnswer, answer.id)
            take_back(held, by, "It was meant for another proposal.", held.edition)
            db.session.commit()

    def take_over(self, answer: OfficialAnswer, body: Body, by: User) -> None:
        """Let another body take over what it was passed."""
        with self.app.test_request_context():
            take_over(db.session.get_one(OfficialAnswer, answer.id), body, by)
            db.session.commit()

    def standing(self, due: Due) -> DueStanding:
        """Return how a due stands today."""
        with self.app.test_request_context():
            db.session.rollback()
            found = standings(Due.id == due.id)[0]
            _computed = (found.state, found.says, found.promises)
            return found

    def today(self) -> date:
        """Return the forum's day."""
        with self.app.app_context():
            return dates.today()
