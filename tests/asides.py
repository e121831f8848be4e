"""Votes that are set aside in a story: proposed by one, agreed to by another, appealed against."""

from __future__ import annotations

from collections.abc import Sequence

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.lookout import appealing, deciding
from forum.moderation.acting import subject_of, undo
from forum.moderation.decision import Decision
from forum.moderation.models import action_by_id
from forum.replies.reasons import Reason
from forum.votes.asides import Aside
from tests.cast import Make


class Asides:
    """Sets votes aside as the forum's own verbs do, each step in a transaction of its own."""

    def __init__(self, make: Make) -> None:
        self.make = make

    def propose(self, essay: Essay, by: User, people: Sequence[User], note: str = "Seen.") -> int:
        """Propose to set aside the votes of these people; return the number of the decision."""
        with self.make.app.test_request_context():
            held = db.session.get_one(Essay, essay.id)
            numbers = [each.id for each in people]
            aside = deciding.propose(held, by, numbers, Reason.INVENTED, note)
            db.session.commit()
            return aside.id

    def agree(self, aside_id: int, by: User) -> None:
        """Let a second person agree."""
        with self.make.app.test_request_context():
            held = deciding.held_aside(aside_id)
            assert held is not None
            deciding.agree(held, db.session.get_one(User, by.id))
            db.session.commit()

    def set_aside(self, essay: Essay, *people: User) -> int:
        """Set the votes of these people aside, by two who moderate."""
        one, two = (self.make.user(role="moderator") for _ in range(2))
        number = self.propose(essay, one, people)
        self.agree(number, two)
        return number

    def appeal(self, essay: Essay, user: User, words: str = "I am one person.") -> int:
        """Let somebody appeal; return the number that their appeal goes by."""
        with self.make.app.test_request_context():
            person = appealing.set_aside_of(user, db.session.get_one(Essay, essay.id))
            assert person is not None
            appealing.appeal(person, words)
            db.session.commit()
            return person.id

    def undo(self, aside_id: int) -> None:
        """Let the votes of a decision count again."""
        with self.make.app.test_request_context():
            aside = db.session.get_one(Aside, aside_id)
            action = action_by_id(aside.action_id or 0)
            assert action is not None
            undo(action, subject_of(action), Decision(None, Reason.MISTAKE))
            db.session.commit()
