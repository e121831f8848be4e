"""What happened to a proposal, and what is still to come: one line of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import url_for

from ..briefs.models import Brief
from ..essays.models import EssayEvent
from ..replies.models import Reply, ReplyVersion
from ..web.dates import day_of, end_of, today
from ..web.page_notes import changes_at
from .models import AnswerEdition, OfficialAnswer
from .promises import PromiseStanding, standing_of
from .standings import DueStanding, DueState
from .statuses import PromiseState

ASKED_AFTER = timedelta(days=90)
"""How long after an answer everyone who took part is asked whether it was done."""


class Station(StrEnum):
    """What one entry of the line tells."""

    WRITTEN = "written"
    CHANGED = "changed"
    DUE = "due"
    CLOSED = "closed"
    REOPENED = "reopened"
    IN_BRIEF = "in_brief"
    ANSWERED = "answered"
    SAID_ALOUD = "said_aloud"
    TAKEN_BACK = "taken_back"
    PROMISE = "promise"
    DUE_DAY = "due_day"
    ASKED = "asked"


@dataclass(frozen=True)
class TimelineEntry:
    """One day of the line: what it tells, of which row, and where to read more.

    What is ``to_come`` is drawn with a dashed line.
    """

    on: date
    station: Station
    of: Any = None
    address: str = ""
    to_come: bool = False


def timeline(
    reply: Reply,
    versions: Sequence[ReplyVersion],
    events: Sequence[EssayEvent],
    briefs: Sequence[Brief],
    dues: Sequence[DueStanding],
    answers: Sequence[OfficialAnswer],
) -> list[TimelineEntry]:
    """Return the line of a proposal, what happened first and then what is to come, by day."""
    entries = [
        *of_text(reply, versions),
        *of_discussion(reply, events),
        *(
            TimelineEntry(
                day_of(brief.published_at),
                Station.IN_BRIEF,
                brief,
                url_for("briefs.brief", reference=brief.reference),
            )
            for brief in briefs
        ),
        *(entry for row in dues for entry in of_due(row)),
        *(entry for answer in answers for entry in of_answer(answer)),
    ]
    return sorted(entries, key=lambda entry: (entry.to_come, entry.on))


def of_text(reply: Reply, versions: Sequence[ReplyVersion]) -> Iterator[TimelineEntry]:
    """Yield when the proposal was written and changed, each with its version."""
    history = url_for("replies.history", reply_id=reply.id)
    yield TimelineEntry(day_of(reply.created_at), Station.WRITTEN, 1, history)
    for each in versions:
        if each.version > 1:
            yield TimelineEntry(day_of(each.at), Station.CHANGED, each.version, history)


def of_discussion(reply: Reply, events: Sequence[EssayEvent]) -> Iterator[TimelineEntry]:
    """Yield when the discussion was closed and reopened since the proposal was written."""
    stations = {"close": Station.CLOSED, "reopen": Station.REOPENED}
    for event in events:
        if event.kind in stations and event.at >= reply.created_at:
            yield TimelineEntry(day_of(event.at), stations[event.kind], event)


def of_due(row: DueStanding) -> Iterator[TimelineEntry]:
    """Yield when an answer came due; the day itself while no answer has come."""
    yield TimelineEntry(day_of(row.due.at), Station.DUE, row)
    if row.state in (DueState.WAITING, DueState.OVERDUE):
        is_past = row.due.due_on < today()
        yield TimelineEntry(row.due.due_on, Station.DUE_DAY, row, to_come=not is_past)


def of_answer(answer: OfficialAnswer) -> Iterator[TimelineEntry]:
    """Yield each edition of an answer, its promises, and when all are asked what came of it."""
    for edition in answer.editions:
        station = station_of(edition)
        address = url_for(
            "answers.answer", answer_id=answer.id, _anchor=f"edition-{edition.number}"
        )
        yield TimelineEntry(day_of(edition.at), station, edition, address)
    for promise in answer.promises:
        yield of_promise(standing_of(promise))
    asked = day_of(answer.editions[0].at) + ASKED_AFTER
    changes_at(end_of(asked - timedelta(days=1)))
    if answer.settled_at is not None and asked > today():
        yield TimelineEntry(asked, Station.ASKED, to_come=True)


def station_of(edition: AnswerEdition) -> Station:
    """Return what an edition is on the line."""
    if edition.taken_back:
        return Station.TAKEN_BACK
    return Station.SAID_ALOUD if edition.is_said_aloud else Station.ANSWERED


def of_promise(standing: PromiseStanding) -> TimelineEntry:
    """Return the entry of a promise: the day it was kept or withdrawn, or else its own."""
    if standing.step and standing.state in (PromiseState.KEPT, PromiseState.WITHDRAWN):
        return TimelineEntry(standing.step.on, Station.PROMISE, standing, standing.step.evidence)
    is_open = standing.state is PromiseState.OPEN
    return TimelineEntry(standing.promise.by_on, Station.PROMISE, standing, to_come=is_open)
