"""Where a proposal stands today, in a word with its shape: due, answered, open, not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..answers.models import OfficialAnswer
from ..answers.standings import DueStanding, DueState, standings, urgent_first
from ..answers.statuses import STATUSES, AnswerStatus, Sign
from ..db import db
from ..deals.models import Due
from ..replies.models import Reply
from ..web.dates import day_of, short_day

UNSHOWN: dict[str, Any] = {
    "waiting": _l("Waiting for a moderator"),
    "hidden": _l("Hidden by moderators"),
    "merged": _l("Merged into another proposal"),
    "withdrawn": _l("Withdrawn by its author"),
}
"""The words for a proposal that stands in no list, by its status."""


@dataclass(frozen=True)
class Whereabouts:
    """Where a proposal stands: a shape, a word, and what more there is to say."""

    sign: Sign
    word: Any
    more: str = ""


def where_they_stand(proposals: Sequence[Reply]) -> dict[int, Whereabouts]:
    """Return where each of these proposals stands, by number, in two queries."""
    numbers = [each.id for each in proposals]
    due: dict[int, DueStanding] = {}
    for row in urgent_first(standings(Due.stands_on_id.in_(numbers))):
        if row.state is not DueState.VOIDED:
            due.setdefault(row.reply.id, row)
    statuses = statuses_of(numbers)
    return {each.id: whereabouts(each, due.get(each.id), statuses) for each in proposals}


def statuses_of(numbers: Sequence[int]) -> dict[int, AnswerStatus]:
    """Return what the latest answer to each of these says, where there is one that stands."""
    query = (
        select(OfficialAnswer.reply_id, OfficialAnswer.status)
        .where(OfficialAnswer.reply_id.in_(numbers), OfficialAnswer.status.is_not(None))
        .order_by(OfficialAnswer.id)
    )
    return {n: AnswerStatus(said) for n, said in db.session.execute(query) if n and said}


def whereabouts(
    reply: Reply, due: DueStanding | None, statuses: dict[int, AnswerStatus]
) -> Whereabouts:
    """Return where one proposal stands: not shown, due or answered, else as its discussion does."""
    if reply.status in UNSHOWN:
        return Whereabouts(Sign.RING, UNSHOWN[reply.status])
    if due is not None:
        return of_due(due)
    if reply.id in statuses:
        row = STATUSES[statuses[reply.id]]
        return Whereabouts(row.sign, row.label)
    essay = reply.essay
    if essay.is_over:
        return Whereabouts(Sign.BAR, _l("Discussion closed"))
    if not essay.is_open:
        return Whereabouts(Sign.RING, _l("Paused"))
    until = _("until %(day)s", day=short_day(day_of(essay.closes_at))) if essay.closes_at else ""
    return Whereabouts(Sign.RING, _l("Open for votes"), until)


def of_due(row: DueStanding) -> Whereabouts:
    """Return where a proposal stands that is due an answer."""
    if row.settled_on is not None:
        return Whereabouts(row.sign, row.word, short_day(row.settled_on))
    word = _l("Answer due") if row.status is None and row.state is DueState.WAITING else row.word
    by = _("by %(day)s: %(body)s", day=short_day(row.due.due_on), body=row.body.name)
    return Whereabouts(row.sign, word, by)
