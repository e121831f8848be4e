"""What became of proposals, for the rows of exports and briefs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, joinedload, selectinload

from ..deals.models import Due
from ..exports.outcomes import OutcomeRegister, RowOutcome
from ..exports.rows import words
from ..web.languages import current_language
from .models import AnswerEdition, OfficialAnswer
from .standings import DUE_STATES, DueStanding, DueState, due_query, urgent_first
from .statuses import STATUSES

ASKED = "asked"
"""The state of a due whose body was asked and has not agreed."""

CODES: Mapping[str, Mapping[str, Any]] = {
    "answer_status": {status.value: row.label for status, row in STATUSES.items()},
    "due_state": {
        **{state.value: label for state, label in DUE_STATES.items()},
        ASKED: _l("Asked, has not agreed"),
    },
}
"""Every code of an outcome with its word."""


def find_outcomes(connection: Connection, reply_ids: Sequence[int]) -> dict[int, RowOutcome]:
    """Return what became of these proposals, as the connection sees it.

    Where several answers to one are due, it is the most urgent of them; a due goes before an answer
    that nobody owed, of which the newest is taken.
    """
    with Session(bind=connection) as session:
        answers = answers_to(session, reply_ids)
        rows = session.execute(due_query(Due.stands_on_id.in_(reply_ids)))
        dues = urgent_first([DueStanding(*row) for row in rows])
        found = {answer.reply_id or 0: of_answer(answer) for answer in answers}
        return found | {row.reply.id: of_due(row) for row in reversed(dues)}


def answers_to(session: Session, reply_ids: Sequence[int]) -> Iterable[OfficialAnswer]:
    """Return the answers to these proposals that stand, the newest last."""
    query = (
        select(OfficialAnswer)
        .where(OfficialAnswer.reply_id.in_(reply_ids), OfficialAnswer.status.is_not(None))
        .options(joinedload(OfficialAnswer.body), selectinload(OfficialAnswer.editions))
    )
    return sorted(session.scalars(query), key=lambda answer: answer.newest.at)


def of_answer(answer: OfficialAnswer) -> RowOutcome:
    """Return the outcome of a proposal that was answered although nothing was due."""
    return replace(what_was_said(answer.newest), answer_body=words(answer.body.name))


def of_due(row: DueStanding) -> RowOutcome:
    """Return the outcome of a proposal that a body owes an answer, or has given it."""
    is_asked = row.state is DueState.WAITING and not row.due.agreed
    return replace(
        what_was_said(row.edition) if row.edition else RowOutcome(),
        answer_body=words(row.body.name),
        due_on=row.due.due_on,
        due_state=ASKED if is_asked else row.state.value,
        due_aside=row.aside,
    )


def what_was_said(edition: AnswerEdition) -> RowOutcome:
    """Return what an edition says; nothing of what was only said aloud."""
    if edition.is_said_aloud or edition.status is None:
        return RowOutcome()
    sentence = words(edition.text("sentence", current_language())[0])
    return RowOutcome(edition.status, " ".join(sentence.split()))


OUTCOMES = OutcomeRegister(find_outcomes, CODES)
