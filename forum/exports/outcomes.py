"""What became of proposals, as files say it: who is to answer by when, and what they said.

Answers are made to the right of here, so what knows them is asked in a register (``outcomes``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from ..deals.models import Deal
from ..deals.plain_words import sentences


@dataclass(frozen=True)
class RowOutcome:
    """What became of one proposal, as the fields of its row.

    ``answer_status`` and ``due_state`` are codes; ``answer`` is the sentence of the answer, and
    ``answer_body`` who gave it or is to give it. Empty, and without a day, where there is none.
    ``due_aside`` is how many of the votes by which it came due are set aside since.
    """

    answer_status: str = ""
    answer: str = ""
    answer_body: str = ""
    due_on: date | None = None
    due_state: str = ""
    due_aside: int = 0


@dataclass(frozen=True)
class OutcomeRegister:
    """What knows the outcomes of proposals by their numbers, and the words of their codes."""

    find: Callable[[Connection, Sequence[int]], dict[int, RowOutcome]]
    words: Mapping[str, Mapping[str, Any]]


def outcomes_of(connection: Connection, reply_ids: Sequence[int]) -> dict[int, RowOutcome]:
    """Return what became of these proposals; those of which there is nothing to say are missing."""
    register: OutcomeRegister = current_app.extensions["outcomes"]
    return register.find(connection, reply_ids) if reply_ids else {}


def outcome_words() -> dict[str, dict[str, str]]:
    """Return the word for each code of an outcome, by field, in the reader's language."""
    register: OutcomeRegister = current_app.extensions["outcomes"]
    return {
        name: {code: str(word) for code, word in known.items()}
        for name, known in register.words.items()
    }


def deals_in_words(connection: Connection, essay_ids: Sequence[int]) -> str:
    """Return what was last said of the deals of these essays; nothing where nothing was."""
    newest = select(func.max(Deal.id)).where(Deal.essay_id.in_(essay_ids)).group_by(Deal.essay_id)
    with Session(bind=connection) as session:
        deals = session.scalars(select(Deal).where(Deal.id.in_(newest)).order_by(Deal.essay_id))
        return " / ".join(" ".join(sentences(deal)) for deal in deals)
