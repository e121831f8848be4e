"""What people are told of answers: recorded as it happens, and said in notices and letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from ..accounts.models import User
from ..bodies.models import Body, Seat
from ..db import db, now
from ..events.crowds import Progress, progress_of
from ..events.kinds import SECOND_THOUGHTS
from ..events.models import Event
from ..events.recording import forget_event, record
from ..events.subjects import Subject, SubjectKind
from ..web.dates import day, day_of
from ..web.languages import current_language
from .models import AnswerEdition, OfficialAnswer, Promise
from .statuses import STATUSES, AnswerStatus, Settles

TELLINGS_MOST = 5
"""Answers being told that the desk shows."""


def about_answer(answer: OfficialAnswer) -> dict[str, Any]:
    """Return what an event of an answer is about, its author as well, and the body."""
    reply = answer.reply
    return {
        "subject": ("reply", reply.id) if reply else ("brief", answer.brief_id or 0),
        "essay_id": reply.essay_id if reply else None,
        "to": [reply.author_id] if reply else [],
        "facts": {"body_id": answer.body_id},
    }


def tell_of_edition(
    answer: OfficialAnswer, edition: AnswerEdition, by: User | None, before: str | None
) -> None:
    """Record that a body has answered, or said a word that is no answer yet; of a later edition
    only where its status is another.

    What was only said aloud is told once the body confirms it.
    """
    if edition.is_said_aloud or edition.status is None or edition.status == before:
        return
    about = about_answer(answer)
    about["facts"] |= {"status": edition.status}
    settles = STATUSES[AnswerStatus(edition.status)].settles
    kind = "acknowledged" if settles is Settles.NEVER else "answered"
    record(kind, **about, part_id=edition.id, by=by, key=f"answered:{edition.id}")


def telling_of(answer: OfficialAnswer) -> Progress | None:
    """Return how far the telling of an answer has come; nothing where there was none."""
    kind, number = about_answer(answer)["subject"]
    query = select(Event).where(
        Event.subject_kind == kind,
        Event.subject_id == number,
        Event.kind == "answered",
        Event.part_id.in_([edition.id for edition in answer.editions]),
    )
    event = db.session.scalar(query.order_by(Event.id.desc()).limit(1))
    return progress_of(event) if event else None


def being_told(body: Body) -> list[tuple[OfficialAnswer, Progress]]:
    """Return the answers of a body that are still being told, the latest first, and how far."""
    query = (
        select(Event, OfficialAnswer)
        .join(AnswerEdition, AnswerEdition.id == Event.part_id)
        .join(OfficialAnswer, OfficialAnswer.id == AnswerEdition.answer_id)
        .where(Event.told_at.is_(None), Event.kind == "answered", OfficialAnswer.body_id == body.id)
        .order_by(Event.id.desc())
        .limit(TELLINGS_MOST)
    )
    return [(answer, progress_of(event)) for event, answer in db.session.execute(query)]


def tell_nobody(edition: AnswerEdition) -> None:
    """Take back that an edition was told, while letters of it still wait for second thoughts."""
    if now() - edition.at < SECOND_THOUGHTS:
        forget_event(f"answered:{edition.id}")


def tell_of_keeping(promise: Promise, by: User | None, step_id: int) -> None:
    """Record that a promise was kept, for those who took part in the proposal."""
    about = about_answer(promise.answer)
    record("promise_kept", **about, part_id=promise.id, by=by, key=f"promise_kept:{step_id}")


def seat_holders(event: Event) -> Select[Any]:
    """Return who spoke for the body of an event on its day."""
    theirs = Seat.body_id == event.facts.get("body_id")
    return select(Seat.user_id).where(theirs, Seat.held_on(day_of(event.at)))


def find_bodies(numbers: Collection[int]) -> dict[int, Subject]:
    """Return these bodies as things, by number."""
    query = select(Body).where(Body.id.in_(numbers))
    return {
        body.id: Subject(title=body.name, address=url_for("bodies.body", slug=body.slug))
        for body in db.session.scalars(query)
    }


def details_of_answers(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return who answered what; of an answer that was taken back nothing is told any more."""
    numbers = [event.part_id for event in events if event.part_id is not None]
    query = (
        select(AnswerEdition, OfficialAnswer, Body)
        .join(OfficialAnswer, OfficialAnswer.id == AnswerEdition.answer_id)
        .join(Body, Body.id == OfficialAnswer.body_id)
        .where(AnswerEdition.id.in_(numbers), OfficialAnswer.status.is_not(None))
    )
    said = {
        edition.id: [
            _(
                "%(body)s: %(status)s",
                body=body.name,
                status=STATUSES[AnswerStatus(edition.status)].label,
            ),
            edition.text("sentence", current_language())[0],
        ]
        for edition, _answer, body in db.session.execute(query)
        if edition.status
    }
    return {event.id: said[event.part_id] for event in events if event.part_id in said}


def details_of_promises(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return what was promised, by which day, and by whom."""
    numbers = [event.part_id for event in events if event.part_id is not None]
    query = (
        select(Promise, Body)
        .join(OfficialAnswer, OfficialAnswer.id == Promise.answer_id)
        .join(Body, Body.id == OfficialAnswer.body_id)
        .where(Promise.id.in_(numbers))
    )
    said = {
        promise.id: [
            _("%(body)s, by %(day)s: %(what)s", body=body.name, day=day(promise.by_on),
              what=promise.what)
        ]
        for promise, body in db.session.execute(query)
    }  # fmt: skip
    return {event.id: said[event.part_id] for event in events if event.part_id in said}


def details_of_dues(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return which body is to answer by which day, and whether it was only asked."""
    numbers = {event.facts["body_id"] for event in events}
    names = {
        body.id: body.name for body in db.session.scalars(select(Body).where(Body.id.in_(numbers)))
    }
    found = {}
    for event in events:
        name, on = names[event.facts["body_id"]], day(date.fromisoformat(event.facts["due_on"]))
        said = _("%(body)s, by %(day)s", body=name, day=on)
        asked = _("It has been asked, and has not agreed.")
        found[event.id] = [said] if event.facts.get("agreed", True) else [said, asked]
    return found


BODIES = SubjectKind("body", find_bodies)
