"""What bodies said to a proposal and to the questions under it, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ..accounts.models import User
from ..accounts.reader_kinds import each_for_themselves
from ..bodies.models import Seat, seats_of
from ..briefs.models import Brief
from ..db import db
from ..essays.models import EssayEvent
from ..permission_answers import Answer
from ..replies.models import Reply, ReplyVersion
from ..web.dates import day_of, today
from ..words import html
from .answering import handovers_of
from .desk import briefs_with
from .models import AnswerEdition, Handover, OfficialAnswer, Promise
from .promises import PromiseStanding, standing_of
from .questions import RaisedQuestion, raised_under
from .standings import DueStanding, standings_of
from .statuses import STATUSES, AnswerStatus, PromiseState, StatusRow, VerdictValue
from .timeline import TimelineEntry, timeline
from .voices import VerdictCounts, verdict_counts, verdict_of
from .who_answers import can_give_verdict


@dataclass(frozen=True)
class ShownAnswer:
    """One answer with what its page says of it: who gave it, its promises, what people think."""

    answer: OfficialAnswer
    seat: Seat | None
    handover: Handover | None
    counts: VerdictCounts
    mine: VerdictValue | None
    may_say: Answer
    promises: list[PromiseStanding] = field(default_factory=list)

    @property
    def edition(self) -> AnswerEdition:
        """The newest edition, which is shown."""
        return self.answer.newest

    @property
    def row(self) -> StatusRow | None:
        """The words and the shape of its status; none where it was taken back."""
        return STATUSES[AnswerStatus(self.edition.status)] if self.edition.status else None

    @property
    def is_of_other_text(self) -> bool:
        """Whether the text has changed since it was answered."""
        reply, version = self.answer.reply, self.edition.reply_version
        return reply is not None and version is not None and reply.version != version

    def reasons(self, edition: AnswerEdition, language: str) -> tuple[Markup, str]:
        """Return the reasons of an edition as safe HTML, and the language they are in."""
        source, found = edition.text("reasons", language)
        prefix = f"answer-{self.answer.id or 0}-{edition.number}"
        return html.shown(source, prefix=prefix, heading_offset=2), found

    def promised(self, state: PromiseState) -> int:
        """Return how many of its promises stand so."""
        return sum(each.state == state for each in self.promises)


@dataclass(frozen=True)
class AnswersOnReply:
    """All of the circle that a proposal's page shows."""

    shown: list[ShownAnswer]
    to_questions: dict[int, list[ShownAnswer]]
    raised: dict[int, list[RaisedQuestion]]
    dues: list[DueStanding]
    line: list[TimelineEntry]

    @property
    def unanswered(self) -> list[DueStanding]:
        """The dues whose body has said nothing that stands."""
        return [row for row in self.dues if row.edition is None]


@cache
def all_published() -> Select[OfficialAnswer]:
    """Return the query of published answers with what is shown of them, put together once."""
    return (
        select(OfficialAnswer)
        .where(OfficialAnswer.edition > 0)
        .options(
            joinedload(OfficialAnswer.body),
            joinedload(OfficialAnswer.reply),
            selectinload(OfficialAnswer.editions).options(
                joinedload(AnswerEdition.by),
                joinedload(AnswerEdition.drafted_by),
                joinedload(AnswerEdition.passed_to),
            ),
            selectinload(OfficialAnswer.promises).selectinload(Promise.steps),
        )
        .order_by(OfficialAnswer.id)
    )


def published_answers(to_these: ColumnElement[bool]) -> list[OfficialAnswer]:
    """Return the answers to these things with editions and promises, the oldest first."""
    return list(db.session.scalars(all_published().where(to_these)))


def shown_answers(answers: Sequence[OfficialAnswer], user: User) -> list[ShownAnswer]:
    """Return answers with all that is said of them, to this person, who may have said something."""
    if not answers:
        return []
    each_for_themselves(user)
    taken, counts, seats = handovers_of(answers), verdict_counts(answers), seats_behind(answers)
    return [
        ShownAnswer(
            answer,
            seats.get(answer.id),
            taken.get((answer.id, answer.edition)),
            counts[answer.id],
            verdict_of(user, answer),
            can_give_verdict(user, answer),
            [standing_of(each) for each in answer.promises],
        )
        for answer in answers
    ]


def seats_behind(answers: Sequence[OfficialAnswer]) -> dict[int, Seat]:
    """Return the seat from which each newest edition was given, by answer."""
    pairs = [
        (Seat.user_id == each.newest.by_id) & (Seat.body_id == each.body_id) for each in answers
    ]
    seats = list(db.session.scalars(select(Seat).where(or_(*pairs))))
    found = {}
    for answer in answers:
        edition = answer.newest
        for seat in seats:
            is_theirs = (seat.body_id, seat.user_id) == (answer.body_id, edition.by_id)
            if is_theirs and seat.holds_on(day_of(edition.at)):
                found[answer.id] = seat
    return found


def answers_on(
    reply: Reply, comments: Sequence[Reply], events: Sequence[EssayEvent], user: User
) -> AnswersOnReply:
    """Return what the page of a proposal with these comments shows of the circle."""
    questions = [each.id for each in comments if each.stance == "question"]
    to_these = OfficialAnswer.reply_id.in_([reply.id, *questions])
    shown = shown_answers(published_answers(to_these), user)
    dues = standings_of(reply) if reply.is_proposal else []
    own = [each for each in shown if each.answer.reply_id == reply.id]
    to_questions: dict[int, list[ShownAnswer]] = {}
    for each in shown:
        if each.answer.reply_id != reply.id:
            to_questions.setdefault(each.answer.reply_id or 0, []).append(each)
    line: list[TimelineEntry] = []
    if reply.is_proposal:
        briefs: list[Brief] = briefs_with([reply.id]).get(reply.id, [])
        answers = [each.answer for each in own]
        line = timeline(reply, versions_of_text(reply), events, briefs, dues, answers)
    raised = raised_under(reply) if questions else {}
    return AnswersOnReply(own, to_questions, raised, dues, line)


def answers_to_brief(brief: Brief, user: User) -> list[ShownAnswer]:
    """Return the answers to a brief as a whole."""
    return shown_answers(published_answers(OfficialAnswer.brief_id == brief.id), user)


def seats_today(user: User) -> list[Seat]:
    """Return the seats that a visitor holds today; a stranger holds none."""
    return seats_of(user, today()) if user.is_authenticated else []


def versions_of_text(reply: Reply) -> list[ReplyVersion]:
    """Return the versions of a proposal that was edited, the oldest first."""
    if reply.version == 1:
        return []
    query = select(ReplyVersion).where(ReplyVersion.reply_id == reply.id)
    return list(db.session.scalars(query.order_by(ReplyVersion.version)))
