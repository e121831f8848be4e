"""Many answers at once: each whole or not at all, with a result for every one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from ..accounts.models import User
from ..bodies.models import Body
from ..db import db
from ..replies.models import Reply, reply_for_update
from .answering import AnswerTaken, NoSuchBody, publish_answer
from .content import AnswerContent
from .models import OfficialAnswer
from .sheet import CheckedSheet
from .who_answers import can_answer

MANY_MOST = 50
"""So many can get one text at once."""


@dataclass(frozen=True)
class AnswerResult:
    """What came of one of many: the answer, or why there is none."""

    number: int
    reply: Reply | None
    answer: OfficialAnswer | None = None
    why: Any = ""


@dataclass(frozen=True)
class AskedAnswer:
    """Which text gets the answer, as the person saw it: its version, and the body's edition."""

    number: int
    version: int
    edition: int


def answer_many(
    body: Body, asked: Iterable[AskedAnswer], content: AnswerContent, by: User
) -> list[AnswerResult]:
    """Publish one text to many proposals; what cannot be answered stops none of the others."""
    return [
        answer_one(body, each, content, by) for each in sorted(asked, key=lambda each: each.number)
    ]


def answer_one(body: Body, asked: AskedAnswer, content: AnswerContent, by: User) -> AnswerResult:
    """Publish the answer to one proposal, or say why not."""
    reply = reply_for_update(asked.number)
    if reply is None:
        return AnswerResult(asked.number, None, why=_l("There is no such proposal."))
    may = can_answer(by, body, reply)
    if not may:
        return AnswerResult(asked.number, reply, why=may.why)
    if reply.version != asked.version:
        return AnswerResult(asked.number, reply, why=_l("Its text has changed. Read it again."))
    try:
        with db.session.begin_nested():
            answer = publish_answer(body, reply, content, by, seen=asked.edition)
    except AnswerTaken:
        return AnswerResult(asked.number, reply, why=_l("It has been answered meanwhile."))
    except NoSuchBody:
        return AnswerResult(
            asked.number, reply, why=_l("There is no body with this name to pass it to.")
        )
    return AnswerResult(asked.number, reply, answer)


def publish_sheet(sheet: CheckedSheet, body: Body, by: User | None) -> int:
    """Publish every row of a file that was checked and is right; say how many.

    Raises AnswerTaken where one was answered in between: then the caller publishes none.
    """
    published = 0
    for row in sorted(sheet.rows, key=lambda row: row.reply.id if row.reply else 0):
        if row.reply is None or row.content is None:
            raise AnswerTaken
        reply = reply_for_update(row.reply.id)
        if reply is None or reply.version != int(row.cells["version"]):
            raise AnswerTaken
        publish_answer(body, reply, row.content, by, seen=row.edition)
        published += 1
    return published
