"""One discussion of the demo, played through in the order in which its events happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import InstrumentedAttribute

from ..accounts.models import User
from ..db import db, happening_at
from ..deals.changing import set_deal
from ..deals.holding import before_votes, begin_holds, held
from ..deals.models import deal_of
from ..deals.settling import settle
from ..deals.terms import Terms
from ..essays.editions import EssayEdition
from ..essays.models import Essay, EssayEvent
from ..essays.opening import close, publish
from ..moderation.acting import act
from ..moderation.decision import Decision
from ..moderation.kinds import kind_named
from ..moderation.models import Report
from ..moderation.reporting import file_report
from ..replies.models import Reply, ReplyVersion
from ..replies.reasons import Reason
from ..replies.reviews import TARGETS, Review, Why
from ..replies.writing import FIELDS, Content, content_of, edit_reply, write_reply
from ..votes.counting import recount_votes
from ..votes.earlier import begin_text_anew
from ..votes.models import Vote

PROPOSED_BY = 0.7
"""The share of a discussion's time after which no new proposal comes."""

LOOKS = timedelta(days=3)
"""How often someone looks at what meets the deal."""

Event = tuple[datetime, Callable[[datetime], None]]


@dataclass
class StagedDiscussion:
    """An essay, its people, and the days between which everything in it happens."""

    essay: Essay
    people: dict[str, User]
    voters: list[int]
    begins: datetime
    ends: datetime
    closed: bool
    terms: Terms | None = None
    statement: str = ""

    def __post_init__(self) -> None:
        self.random = Random(self.essay.slug)  # noqa: S311 - the same demo every time
        self.facilitator = self.first("facilitator")
        self.moderator = self.first("moderator")

    def first(self, role: str) -> User:
        """Return the first person with a role."""
        return next(user for user in self.people.values() if user.role == role)

    def events(self, replies: dict[str, Any]) -> Iterator[Event]:
        """Yield everything that happens, each with its time."""
        yield self.begins, self.open
        proposals, comments = replies["proposals"], replies["comments"]
        for place, words in enumerate(proposals):
            share = PROPOSED_BY * (place + self.random.random()) / len(proposals)
            yield from self.thread(words, self.begins + (self.ends - self.begins) * share)
        for words in comments:
            share = self.random.uniform(0.05, 0.95)
            yield from self.thread(words, self.begins + (self.ends - self.begins) * share)
        for number in range(1, (self.ends - self.begins) // LOOKS if self.terms else 0):
            yield self.begins + number * LOOKS, self.look
        if self.closed:
            yield self.ends, self.close

    def thread(self, words: dict[str, Any], at: datetime) -> Iterator[Event]:
        """Yield a reply and everything that follows from it."""
        written: list[Reply] = []
        yield at, partial(self.write, words, written, None)
        for comment in words.get("comments", ()):
            at = self.later(at)
            yield at, partial(self.write, comment, [], written)
        for edit in words.get("edits", ()):
            at = self.later(at)
            yield at, partial(self.edit, edit, written)
        for reason in words.get("reports", ()):
            at = self.later(at)
            yield at, partial(self.report, reason, written)
        if "hidden" in words:
            yield self.later(at), partial(self.hide, words["hidden"], written)

    def later(self, at: datetime) -> datetime:
        """Return a time some way between this one and the end."""
        return at + (self.ends - at) * self.random.uniform(0.05, 0.25)

    def any_time_after(self, at: datetime) -> datetime:
        """Return a time between this one and the end."""
        return at + (self.ends - at) * self.random.random()

    def open(self, at: datetime) -> None:
        """Publish the essay, written some days before, with its deal."""
        if self.terms is not None:
            with happening_at(at - timedelta(days=2)):
                set_deal(self.essay, self.terms, self.facilitator)
        publish(self.essay, self.facilitator)
        self.essay.created_at, self.essay.opened_at = at - timedelta(days=3), at
        self.date(EssayEdition.at, self.essay.created_at, EssayEdition.essay_id == self.essay.id)
        self.date(EssayEvent.at, at, EssayEvent.essay_id == self.essay.id)

    def close(self, at: datetime) -> None:
        """Close the discussion, and write what comes due by it."""
        with happening_at(at):
            self.write_dues()
            close(self.essay, self.facilitator, self.statement)
            settle(self.essay)
        mine = EssayEvent.essay_id == self.essay.id, EssayEvent.kind == "close"
        self.date(EssayEvent.at, at, *mine)

    def look(self, at: datetime) -> None:
        """Look at what meets the deal, as the worker does."""
        with happening_at(at):
            self.write_dues()
            if deal := deal_of(self.essay):
                begin_holds(self.essay, deal)

    def write_dues(self) -> None:
        """Write the dues of proposals that were held long enough."""
        for reply in held(self.essay.id):
            before_votes(reply)
        db.session.flush()

    def write(
        self, words: dict[str, Any], written: list[Reply], parent: list[Reply] | None, at: datetime
    ) -> None:
        """Write a proposal or a comment, and let people vote on it."""
        content = Content(**{name: words[name] for name in FIELDS if name in words})
        author = self.people[words["author"]]
        reply, _new = write_reply(self.essay, author, content, parent[0] if parent else None)
        reply.created_at = at
        self.date(ReplyVersion.at, at, ReplyVersion.reply_id == reply.id)
        written.append(reply)
        if "votes" in words:
            self.vote(reply, words["votes"])

    def vote(self, reply: Reply, numbers: dict[str, int]) -> None:
        """Let as many people vote as the numbers say, from now to the end."""
        voters = iter(self.random.sample(self.voters, sum(numbers.values())))
        ballots = [
            {
                "reply_id": reply.id,
                "user_id": next(voters),
                "essay_id": self.essay.id,
                "value": value,
                "version": 1,
                "voted_at": self.any_time_after(reply.created_at),
            }
            for value, number in numbers.items()
            for _ in range(number)
        ]
        if ballots:
            db.session.connection().execute(insert(Vote), ballots)
            recount_votes([reply.id])

    def edit(self, words: dict[str, Any], written: list[Reply], at: datetime) -> None:
        """Change a reply as its author did."""
        reply = written[0]
        changes = {name: words[name] for name in FIELDS if name in words}
        edit_reply(reply, reply.author, replace(content_of(reply), **changes), words["note"])
        reply.edited_at = at
        mine = ReplyVersion.reply_id == reply.id, ReplyVersion.version == reply.version
        self.date(ReplyVersion.at, at, *mine)
        since = Vote.reply_id == reply.id, Vote.voted_at > at
        db.session.execute(update(Vote).where(*since).values(version=reply.version))
        if reply.is_proposal:
            begin_text_anew(reply)

    def report(self, words: dict[str, Any], written: list[Reply], at: datetime) -> None:
        """Report a reply, as someone who did not write it."""
        readers = (user for user in self.people.values() if user.role == "reader")
        reporter = next(user for user in readers if user.id != written[0].author_id)
        file_report(written[0], reporter, Reason(words["reason"]), words["note"])
        self.date(Report.created_at, at, Report.reply_id == written[0].id)
        self.date(Review.opened_at, at, Review.reply_id == written[0].id)
        self.date(Review.due_at, at + TARGETS[Why.REPORTED], Review.reply_id == written[0].id)

    def hide(self, words: dict[str, Any], written: list[Reply], at: datetime) -> None:
        """Hide a reply, as the moderator did."""
        decision = Decision(self.moderator, Reason(words["reason"]), words["note"])
        act(kind_named("hide"), written[0], decision, at=at)

    def date(self, column: InstrumentedAttribute[datetime], at: datetime, *where: Any) -> None:
        """Set the time of rows that were written just now to the time of the story."""
        db.session.execute(update(column.class_).where(*where).values({column: at}))
