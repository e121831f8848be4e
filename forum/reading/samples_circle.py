"""What the style page's parts of the circle are made of: an answer, its promises, what was due."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from ..answers.content import AnswerContent
from ..answers.due_weeks import by_day, week_picture
from ..answers.ledger import ORDERS, STATES, LedgerFilter
from ..answers.models import AnswerEdition, OfficialAnswer, Promise, PromiseStep
from ..answers.on_reply import AnswersOnReply, ShownAnswer
from ..answers.outcome import BodyOutcome, Outcome
from ..answers.promises import standing_of
from ..answers.questions import RaisedQuestion
from ..answers.sheet import CheckedSheet, SheetRow
from ..answers.standings import DueStanding
from ..answers.statuses import AnswerStatus, VerdictValue
from ..answers.summaries import summary_of
from ..answers.timeline import Station, TimelineEntry
from ..answers.voices import VerdictCounts
from ..bodies.models import Body, Seat
from ..db import now
from ..deals.models import Due
from ..permission_answers import YES
from ..replies.models import Reply
from ..replies.tags import LEVER, Lever
from ..web import dates
from ..web.languages import current_language
from .samples import BEN, FAY, FIRST, person, sample_essay, sample_reply
from .where_it_stands import of_due
from .yours import JudgedDiscussion


def sample_body() -> Body:
    """Return a body that answers."""
    name = str(LEVER[Lever.POLICY].label)
    return Body(id=FIRST, slug="sample", names={current_language(): name}, page="")


def sample_promises() -> list[Promise]:
    """Return a promise that was kept, one that is open and one that is late."""
    what, day = str(LEVER[Lever.MARKET].example), dates.today()
    kept = Promise(id=FIRST, what=what, who="Fay", by_on=day, language=current_language())
    kept.steps = [PromiseStep(kind="kept", on=day, evidence="https://example.org/", note="")]
    rest = [
        Promise(id=FIRST + n, what=what, who="", by_on=day + timedelta(days=days), steps=[])
        for n, days in ((1, 30), (2, -3))
    ]
    for each in rest:
        each.language = current_language()
    return [kept, *rest]


def sample_answer(reply: Reply) -> ShownAnswer:
    """Return an answer of a body, in its second edition."""
    words = str(LEVER[Lever.REGULATORY].example)
    said = {"sentence": words, "reasons": words, "change_mind": words, "cost": "1"}
    edition = AnswerEdition(
        number=2,
        at=now(),
        by=person(FAY, "Fay"),
        drafted_by=person(BEN, "Ben"),
        status="accepted_in_part",
        words={current_language(): said},
        reason=None,
        lever="policy",
        links=["https://example.org/"],
        reply_version=reply.version,
        taken_back=False,
        note="",
        may_say=63,
    )
    answer = OfficialAnswer(id=FIRST, edition=2, status=edition.status, editions=[edition])
    answer.body, answer.reply = sample_body(), reply
    seat = Seat(title="Ada", to_day=dates.today())
    counts = VerdictCounts(2, 19, 24, 7, 63)
    promises = [standing_of(each) for each in sample_promises()]
    return ShownAnswer(answer, seat, None, counts, VerdictValue.PARTLY, YES, promises)


def sample_dues() -> list[DueStanding]:
    """Return an overdue answer, one that is still to come, and one that has come."""
    rows, day, essay = [], dates.today(), sample_essay()
    for n, days in enumerate((-3, 9, 40)):
        reply = sample_reply(FIRST + 20 + n, person(BEN, "Ben"), Lever.MARKET)
        due = Due(
            id=FIRST + n,
            reply_id=reply.id,
            due_on=day + timedelta(days=days),
            first_due_on=day + timedelta(days=days),
            at=now() - timedelta(days=30),
            support=50,
            oppose=2,
            neutral=1,
            agreed=True,
            still_since=None,
            voided_at=None,
        )
        answer = None
        if n == 2:
            answer = sample_answer(reply).answer
            answer.settled_at, answer.promises = now(), sample_promises()[:1]
        rows.append(DueStanding(due, reply, essay, sample_body(), answer, None, 0.8))
    return rows


def for_the_circle() -> dict[str, Any]:
    """Return the samples of answers and of what is due."""
    reply = sample_reply(FIRST + 30, person(BEN, "Ben"), Lever.POLICY)
    shown, dues, day = sample_answer(reply), sample_dues(), dates.today()
    question = sample_reply(FIRST + 31, person(BEN, "Ben"), None, stance="question")
    raised = RaisedQuestion(body_id=FIRST + 1, at=now(), reply_id=question.id)
    raised.body, raised.reply = sample_body(), question
    line = [
        TimelineEntry(day, Station.WRITTEN, 1, "/"),
        TimelineEntry(day, Station.DUE, dues[0]),
        TimelineEntry(day, Station.ANSWERED, shown.edition, "/"),
        TimelineEntry(day, Station.PROMISE, shown.promises[1], to_come=True),
    ]
    desk = SimpleNamespace(
        body=sample_body(),
        page=1,
        briefs={},
        questions=[raised],
        passed_on=[],
        draft=lambda _row: None,
    )
    return {
        "answers_shown": AnswersOnReply([shown], {}, {question.id: [raised]}, dues[:1], line),
        "question_put_to": question,
        "dues": dues,
        "due_summary": summary_of(dues),
        "answer_desk": desk,
        "promises_to_keep": [(dues[2], shown.promises[2])],
        "seats_held": [
            Seat(
                id=FIRST,
                user=person(FAY, "Fay"),
                title="Ada",
                from_day=day,
                to_day=day + timedelta(days=90),
            )
        ],
        "day": day,
        "came_of_it": sample_outcome(dues),
        "weeks": [
            ("wide", week_picture(by_day(dues), 720)),
            ("narrow", week_picture(by_day(dues), 340)),
        ],
        "ledger_chosen": LedgerFilter(status="overdue"),
        "ledger_states": STATES.items(),
        "ledger_orders": ORDERS.items(),
        "sheets": sample_sheets(reply),
        "stands_due": of_due(dues[0]),
        "judged_in": JudgedDiscussion(sample_essay(), 3, 11, 0),
    }


def sample_outcome(dues: list[DueStanding]) -> Outcome:
    """Return what came of a discussion in which these came due."""
    sums = summary_of(dues)
    by_lever = {each: summary_of([r for r in dues if r.reply.lever == each]) for each in Lever}
    return Outcome(
        deal=None,
        statement=None,
        summary=sums,
        proposed=dict.fromkeys(Lever, 12),
        by_lever=by_lever,
        by_body=[BodyOutcome(dues[0].body, True, sums)],
        of_accepted=Counter(),
        listed=dues,
        done=None,
        next_on=dues[0].due.due_on,
    )


def sample_sheets(reply: Reply) -> list[CheckedSheet]:
    """Return a list that can be published, and one with a wrong cell."""
    words = {current_language(): {"sentence": str(LEVER[Lever.POLICY].example)}}
    content = AnswerContent(AnswerStatus.DONE, words, language=current_language())
    wrong = SheetRow(2, {})
    wrong.refuse("status", LEVER[Lever.POLICY].label)
    return [CheckedSheet([SheetRow(2, {}, reply, content)], 3), CheckedSheet([wrong], 0)]
