"""The circle of the demo: bodies and deals before it, answers, promises and verdicts after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from ..accounts.models import User
from ..answers.answering import SaidAloud, publish_answer
from ..answers.content import AnswerContent, PromiseWords
from ..answers.models import OfficialAnswer
from ..answers.promises import say_what_came
from ..answers.statuses import AnswerStatus, DeclineReason, VerdictValue
from ..answers.voices import give_verdict
from ..bodies.models import Body, add_body, appoint
from ..db import db, happening_at
from ..deals.terms import NamedBody, Terms
from ..replies.models import Reply
from ..replies.tags import Lever
from ..votes.models import Vote
from ..web.dates import day_of

Events = Iterator[tuple[datetime, Any]]


def add_bodies(
    given: list[dict[str, Any]], people: dict[str, User], since: datetime
) -> dict[str, Body]:
    """Add the bodies with those who answer for them; return them by slug."""
    bodies = {}
    with happening_at(since):
        for words in given:
            seats = words.pop("seats")
            body = bodies[words["slug"]] = add_body(**words)
            for seat in seats:
                appoint(body, people[seat["person"]], day_of(since), title=seat["title"])
    return bodies


def terms_of(given: dict[str, Any] | None, bodies: dict[str, Body]) -> Terms | None:
    """Return the terms of a discussion's deal, if it has one; a body without a source was asked."""
    if given is None:
        return None
    named = tuple(
        NamedBody(
            bodies[each["body"]].id,
            each.get("lever"),
            "agreed" if "source" in each else "asked",
            source=each.get("source", ""),
        )
        for each in given["bodies"]
    )
    return Terms(bodies=named, **given["terms"])


@dataclass(frozen=True)
class Aftermath:
    """What bodies answered, and what people said of it, on days counted back from today."""

    bodies: dict[str, Body]
    people: dict[str, User]
    today: datetime

    def events(self, answers: list[dict[str, Any]]) -> Events:
        """Yield every edition, each with its time, then what was kept and what people said."""
        for words in answers:
            for edition in words["editions"]:
                at = self.ago(edition["days_ago"])
                yield at, partial(self.answer, words, edition)
                for promise in edition.get("promises", ()):
                    if kept := promise.get("kept"):
                        yield self.ago(kept["days_ago"]), partial(self.keep, words, promise)
                if "verdicts" in edition:
                    yield at + timedelta(days=3), partial(self.judge, words, edition["verdicts"])

    def ago(self, days: int) -> datetime:
        """Return the moment so many days before today."""
        return self.today - timedelta(days=days)

    def answer(self, words: dict[str, Any], edition: dict[str, Any], at: datetime) -> None:
        """Let a body answer, or a facilitator record what it said aloud."""
        with happening_at(at):
            body, reply = self.bodies[words["body"]], self.reply(words)
            said = edition.get("said")
            heard = SaidAloud(day_of(at), said["place"], said["source"]) if said else None
            publish_answer(body, reply, self.content(edition), self.people[words["by"]], said=heard)

    def content(self, edition: dict[str, Any]) -> AnswerContent:
        """Return what an edition says, its promises by their days."""
        return AnswerContent(
            AnswerStatus(edition["status"]),
            edition["words"],
            reason=DeclineReason(edition["reason"]) if "reason" in edition else None,
            lever=Lever(edition["lever"]) if "lever" in edition else None,
            links=tuple(edition.get("links", ())),
            promises=tuple(
                PromiseWords(each["what"], each["who"], self.by_day(each))
                for each in edition.get("promises", ())
            ),
        )

    def by_day(self, promise: dict[str, Any]) -> date:
        """Return by which day something was promised."""
        return day_of(self.ago(-promise["in_days"]))

    def keep(self, words: dict[str, Any], given: dict[str, Any], at: datetime) -> None:
        """Let a body say that it kept a promise, and where anyone can see it."""
        kept = given["kept"]
        with happening_at(at):
            promise = next(
                each for each in self.given(words).promises if each.what == given["what"]
            )
            say_what_came(
                promise,
                self.people[words["by"]],
                "kept",
                day_of(at),
                kept["evidence"],
                kept["note"],
                0,
            )

    def judge(self, words: dict[str, Any], numbers: dict[str, int], at: datetime) -> None:
        """Let as many of those who voted say whether it answers the proposal."""
        answer = self.given(words)
        voted = select(User).join(Vote, Vote.user_id == User.id)
        voted = voted.where(Vote.reply_id == answer.reply_id).order_by(User.id)
        voters = iter(db.session.scalars(voted).all())
        with happening_at(at):
            for value, number in numbers.items():
                for _one in range(number):
                    give_verdict(answer, next(voters), VerdictValue(value))

    def given(self, words: dict[str, Any]) -> OfficialAnswer:
        """Return the answer that a body gave."""
        mine = OfficialAnswer.body_id == self.bodies[words["body"]].id
        query = select(OfficialAnswer).where(mine, OfficialAnswer.reply_id == self.reply(words).id)
        return db.session.scalars(query).one()

    def reply(self, words: dict[str, Any]) -> Reply:
        """Return the proposal of a title."""
        return db.session.scalars(select(Reply).where(Reply.title == words["proposal"])).one()
