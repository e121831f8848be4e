"""The maker of people, essays, replies and votes: a story states only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from pyotp import HOTP
from sqlalchemy import insert

from forum.accounts.look_alikes import skeleton
from forum.accounts.models import User
from forum.accounts.second_factors import STEP, key_of, new_salt, set_up
from forum.bodies.models import Body, add_body, appoint
from forum.briefs import files, picking, publishing, shortlisting, shortlists
from forum.briefs.freezing import freeze
from forum.briefs.models import Brief, BriefDraft, Shortlist
from forum.db import db, now
from forum.deals.changing import set_deal
from forum.deals.terms import NamedBody, Terms
from forum.essays.models import Essay, essay_for_update
from forum.essays.opening import close, publish
from forum.essays.writing import write_essay
from forum.moderation.acting import act
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.moderation.reporting import file_report
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.tags import combination
from forum.replies.tallies import count_proposal
from forum.replies.writing import Content, content_of, edit_reply, set_status, write_reply
from forum.rooms.entering import enter_room, open_room
from forum.rooms.models import Room, room_for_update
from forum.settings.setting_changes import change_setting
from forum.votes.casting import cast_vote
from forum.votes.models import Value

RULES = ("open_to", "declaration")
"""The rules of a discussion that a story may name with an essay's words."""
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("tulip orbit 42")
"""As cheap as a hash can be; what an account's costs is said in test_accounts."""


def say(app: Flask, **settings: str) -> None:
    """Let the settings say this."""
    with app.app_context():
        for name, value in settings.items():
            change_setting(name, value, None)
        db.session.commit()


class Make:
    """Makes things as the forum's own verbs make them, each in a transaction of its own."""

    PASSWORD = "tulip orbit 42"

    def __init__(self, app: Flask, first: int = 1) -> None:
        self.app = app
        self.numbers = count(first)

    def user(self, name: str = "", role: str = "reader", **changes: Any) -> User:
        """Make a person; all have the same password, hashed once."""
        number = next(self.numbers)
        name = name or f"Reader {number}"
        with self.app.app_context():
            user = User(
                name=name,
                name_skeleton=skeleton(name),
                email=f"{name.split()[0].lower()}{number}@example.org",
                password_hash=HASH,
                role=role,
                **changes,
            )
            db.session.add(user)
            db.session.commit()
            return user

    def secured(self, user: User) -> User:
        """Give a person a second factor; ``app_of`` of test_second_factors shows its digits."""
        with self.app.test_request_context():
            held = db.session.get_one(User, user.id)
            salt = new_salt()
            digits = HOTP(key_of(held, salt)).at(int(now().timestamp()) // STEP)
            set_up(held, salt, digits)
            db.session.commit()
        return user

    def essay(
        self,
        title: str = "Who answers for the queue?",
        state: str = "open",
        open_data: bool = False,
        **content: Any,
    ) -> Essay:
        """Make an essay in a state."""
        words = {"body": "An essay about queues.", "prompt": "What should change?", **content}
        with self.app.app_context():
            rules = {name: words.pop(name) for name in RULES if name in words}
            essay = write_essay(None, {"title": title, **words})
            for name, value in rules.items():
                setattr(essay, name, value)
            essay.open_data = open_data
            if state != "draft":
                publish(essay, None)
            if state == "closed":
                close(essay, None, "Time is up.")
            db.session.commit()
            return essay

    def proposal(
        self,
        essay: Essay,
        author: User | None = None,
        *,
        support: int = 0,
        oppose: int = 0,
        neutral: int = 0,
        status: str = "visible",
        **content: Any,
    ) -> Reply:
        """Make a proposal with so many votes of so many people."""
        number = next(self.numbers)
        words = {
            "title": f"Publish waiting times, number {number}",
            "body": f"Every office publishes how long people wait. ({number})",
            "lever": "policy",
            "jurisdiction": "any",
            "ambition": "improves",
            **content,
        }
        reply = self.reply(essay, author, status, words)
        for value, times in (("support", support), ("oppose", oppose), ("neutral", neutral)):
            for _ in range(times):
                self.vote(self.user(), reply, value)
        return self.fresh(reply)

    def comment(
        self,
        on: Reply | Essay,
        author: User | None = None,
        *,
        status: str = "visible",
        **content: Any,
    ) -> Reply:
        """Make a comment on a proposal, on another comment, or on the essay itself."""
        words = {"body": f"I have a thought. ({next(self.numbers)})", **content}
        if isinstance(on, Essay):
            return self.reply(on, author, status, words)
        words.setdefault("stance", "support")
        return self.reply(on.essay, author, status, words, on)

    def reply(
        self,
        essay: Essay,
        author: User | None,
        status: str,
        words: dict[str, Any],
        parent: Reply | None = None,
    ) -> Reply:
        """Make a reply of any kind."""
        author = author or self.user()
        with self.app.app_context():
            parent = db.session.get(Reply, parent.id) if parent else None
            reply, _new = write_reply(essay, author, Content(**words), parent)
            set_status(reply, status)
            db.session.commit()
            return self.fresh(reply)

    def edit(self, reply: Reply, **content: Any) -> Reply:
        """Let the author of a reply change it."""
        with self.app.app_context():
            held = reply_for_update(reply.id)
            assert held is not None
            edit_reply(held, held.author, replace(content_of(held), **content))
            db.session.commit()
        return self.fresh(reply)

    def crowd(self, essay: Essay, votes: Sequence[tuple[int, int]]) -> None:
        """Make as many proposals as there are votes for and against: rows, where verbs are slow."""
        first = self.proposal(essay)
        columns = [column.name for column in Reply.__table__.columns if column.name != "id"]
        with self.app.app_context():
            kept = db.session.get_one(Reply, first.id)
            row = {name: getattr(kept, name) for name in columns}
            rows = [
                {
                    **row,
                    "title": f"One of many, number {n}",
                    "fingerprint": f"{n:064}",
                    "support": support,
                    "oppose": oppose,
                }
                for n, (support, oppose) in enumerate(votes, 1)
            ]
            db.session.execute(insert(Reply), rows)
            db.session.delete(kept)
            count_proposal(essay.id, combination(kept), len(rows) - 1)
            db.session.commit()

    def vote(self, user: User, reply: Reply, value: str = "support") -> None:
        """Let a person vote."""
        with self.app.app_context():
            held = reply_for_update(reply.id)
            assert held is not None
            cast_vote(user, held, Value(value))
            db.session.commit()

    def room(self, essay: Essay, by: User, places: int = 60) -> Room:
        """Open a room for a discussion, from a minute ago and for three hours."""
        begins = now() - timedelta(minutes=1)
        with self.app.app_context():
            room = open_room(essay, by, "Library", places, begins, begins + timedelta(hours=3))
            db.session.commit()
            return room

    def guest(self, room: Room, name: str = "Ana") -> User:
        """Let somebody join a room with its code."""
        with self.app.app_context():
            held = room_for_update(room.id)
            assert held is not None
            user = enter_room(held, name)
            db.session.commit()
            return user

    def body(self, name: str = "", *holders: User, **more: Any) -> Body:
        """Make a body that answers, with people in its seats from the first day on."""
        name = name or f"Office {next(self.numbers)}"
        with self.app.app_context():
            body = add_body({"en": name}, f"body-{next(self.numbers)}", **more)
            for holder in holders:
                appoint(body, holder, date(2000, 1, 1))
            db.session.commit()
            return body

    def deal(self, essay: Essay, *bodies: Body, agreed: bool = True, **terms: Any) -> Essay:
        """Put a discussion under a deal, within 60 days unless said otherwise, with these bodies
        or one of its own; return the essay as it is then."""
        source = "Their letter" if agreed else ""
        named = tuple(
            NamedBody(body.id, agreement="agreed" if agreed else "asked", source=source)
            for body in bodies or (self.body(),)
        )
        with self.app.app_context():
            held = essay_for_update(essay.id)
            assert held is not None
            set_deal(held, Terms(**{"days": 60, "bodies": named, **terms}), None)
            db.session.commit()
            return held

    def report(self, reply: Reply, by: User | None = None, reason: str = "spam") -> None:
        """Let a person report a reply."""
        by = by or self.user()
        with self.app.app_context():
            held = reply_for_update(reply.id)
            assert held is not None
            file_report(held, by, Reason(reason), "")
            db.session.commit()

    def decide(self, kind: str, reply: Reply, by: User, reason: str = "spam") -> None:
        """Let a moderator act on a reply."""
        with self.app.app_context():
            held = reply_for_update(reply.id)
            assert held is not None
            act(kind_named(kind), held, Decision(by, Reason(reason)))
            db.session.commit()

    def shortlist(
        self, by: User, *replies: Reply, essay: Essay | None = None, name: str = ""
    ) -> Shortlist:
        """Make a shortlist of these proposals, in this order."""
        name = name or f"For the minister, number {next(self.numbers)}"
        with self.app.app_context():
            made, _new = shortlisting.start_shortlist(by, name, essay)
            held = shortlisting.shortlist_for_update(made.id)
            assert held is not None
            for reply in replies:
                proposal = reply_for_update(reply.id)
                assert proposal is not None
                shortlisting.pick(held, proposal, by)
                db.session.flush()
            db.session.commit()
            return held

    def quote(self, by: User, shortlist: Shortlist, comment: Reply) -> None:
        """Let a comment stand beside its proposal in briefs of a shortlist."""
        with self.app.app_context():
            for item in shortlists.order_of(db.session.get_one(Shortlist, shortlist.id)):
                if item.reply_id == comment.thread_id:
                    picking.quote(item, db.session.get_one(Reply, comment.id), by)
            db.session.commit()

    def take_off(self, by: User, shortlist: Shortlist, reply: Reply) -> None:
        """Take a proposal off a shortlist."""
        with self.app.app_context():
            held = shortlisting.shortlist_for_update(shortlist.id)
            assert held is not None
            for item in shortlists.order_of(held):
                if item.reply_id == reply.id:
                    shortlisting.remove(held, item, by)
            db.session.commit()

    def mark(self, draft: BriefDraft) -> str:
        """Return the mark of a draft's preview, as one who has just read it sends it."""
        with self.app.test_request_context():
            held = db.session.get_one(BriefDraft, draft.id)
            return freeze(held).mark(held)

    def draft(
        self, by: User, source: Shortlist | Essay, *, supersedes: Brief | None = None, **words: Any
    ) -> BriefDraft:
        """Make the draft of a brief of a shortlist, or of the top five per lever of an essay."""
        said = {"title": f"Brief number {next(self.numbers)}", "introduction": "", "language": "en"}
        shortlist = source if isinstance(source, Shortlist) else None
        essay = source if isinstance(source, Essay) else None
        numbers = {} if shortlist else {"per_lever": 5, "min_voters": None}
        with self.app.app_context():
            draft = publishing.start_draft(
                by, {**said, **numbers, **words}, shortlist, essay, supersedes
            )
            db.session.commit()
            return draft

    def brief(
        self, by: User, source: Shortlist | Essay, *, finished: bool = True, **words: Any
    ) -> Brief:
        """Publish a brief; not ``finished``, as a crash before its files leaves it."""
        made = self.draft(by, source, **words)
        with self.app.test_request_context():
            draft = publishing.draft_for_update(made.id)
            assert draft is not None
            brief = publishing.publish(draft, by, freeze(draft).mark(draft))
            if finished:
                files.store(files.write(brief, files.unwritten(brief)))
            db.session.commit()
            return brief

    def fresh(self, reply: Reply) -> Reply:
        """Return the reply as the database has it now."""
        with self.app.app_context():
            db.session.rollback()
            found = reply_for_update(reply.id)
            assert found is not None
            return found
