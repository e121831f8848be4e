"""Which open reviews to look at, and in which order: read from an address and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from ..accounts.look_alikes import skeleton
from ..accounts.models import User
from ..db import now
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.reasons import REPORTABLE
from ..replies.reviews import Review, Why
from ..replies.tags import Lever
from ..words import text

QUERY_LENGTH, WORDS = 100, 8
AGES = {"day": timedelta(days=1), "three": timedelta(days=3), "week": timedelta(days=7)}
AGE_LABELS: dict[str, Any] = {
    "day": _l("More than a day"),
    "three": _l("More than three days"),
    "week": _l("More than a week"),
}
COMMENT = "comment"


class QueueOrder(StrEnum):
    """The orders that the queue can stand in."""

    OLDEST = "oldest"
    MOST = "most"
    GRAVEST = "gravest"


ORDER_LABELS: dict[QueueOrder, Any] = {
    QueueOrder.OLDEST: _l("Oldest first"),
    QueueOrder.MOST: _l("Most reports first"),
    QueueOrder.GRAVEST: _l("Most severe first"),
}


@dataclass(frozen=True)
class QueueFilter:
    """Which reviews; an empty part leaves nothing out."""

    why: str = ""
    late: str = ""
    reason: str = ""
    essay: str = ""
    lever: str = ""
    age: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def from_query(cls, args: Mapping[str, str]) -> Self:
        """Read a query string; what is not known is left out."""
        known: dict[str, set[str]] = {
            "why": set(Why),
            "late": {"1"},
            "reason": set(REPORTABLE),
            "lever": {*Lever, COMMENT},
            "age": set(AGES),
            "sort": {*QueueOrder} - {QueueOrder.OLDEST},
        }
        found = {name: args.get(name, "") for name in known}
        kept = {name: value for name, value in found.items() if value in known[name]}
        words = text.scrub(args.get("q", ""))[:QUERY_LENGTH].strip()
        return cls(**kept, essay=args.get("essay", "")[:80], q=words)

    @property
    def order(self) -> QueueOrder:
        """The order of the rows."""
        return QueueOrder(self.sort or QueueOrder.OLDEST)

    def but(self, **changes: str) -> Self:
        """Return the same filter with some parts changed."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """Return the filter as a query string's fields."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.but(sort="").query())

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as a WHERE."""
        found = self.words()
        if self.why:
            found.append(Review.why == self.why)
        if self.late:
            found.append(Review.due_at < now())
        if self.reason:
            found.append(getattr(Review, self.reason) > 0)
        if self.essay:
            slug = select(Essay.id).where(Essay.slug == self.essay).scalar_subquery()
            found.append(Review.essay_id == slug)
        if self.lever:
            found.append(Review.lever == ("" if self.lever == COMMENT else self.lever))
        if self.age:
            found.append(Review.opened_at < now() - AGES[self.age])
        return found

    def words(self) -> list[ColumnElement[bool]]:
        """Return that each word stands in the reply or is of its author's name."""
        if not (typed := text.fold(self.q).split()[:WORDS]):
            return []
        each_word = [
            or_(Reply.search.contains(word, autoescape=True), *named_like(word)) for word in typed
        ]
        there = Reply.id == Review.reply_id, User.id == Reply.author_id
        return [select(Reply.id).where(*there, *each_word).correlate(Review).exists()]


def named_like(word: str) -> list[ColumnElement[bool]]:
    """Return that the author's name holds the word, however it is spelt; of a mark, nothing."""
    letters = skeleton(word)
    return [User.name_skeleton.contains(letters, autoescape=True)] if letters else []
