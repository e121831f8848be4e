"""The comments on an essay as its page shows them: rows, not entities, as cards are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..essays.models import Essay
from .models import Reply

COMMENTS_MOST = 200
"""So many comments are shown on the page of an essay."""
ANSWERS_MOST = 200
"""So many answers are shown with the comments on an essay; the others on pages of their own."""


@dataclass(frozen=True, slots=True)
class ShownComment:
    """One comment as the page of an essay shows it, with what its permissions ask for."""

    id: int
    essay_id: int
    author_id: int
    parent_id: int | None
    thread_id: int | None
    body_html: str
    stance: str | None
    language: str
    status: str
    version: int
    created_at: datetime
    locked: bool
    origin_id: int | None
    comments: int
    author_name: str
    essay: Essay = field(kw_only=True)
    thread: ShownComment | None = field(kw_only=True)

    @property
    def lever(self) -> None:
        """The lever, as on a reply: a comment names none."""

    @property
    def is_proposal(self) -> bool:
        """Whether it is a proposal, as on a reply: never."""
        return False


COLUMNS = (
    Reply.id,
    Reply.essay_id,
    Reply.author_id,
    Reply.parent_id,
    Reply.thread_id,
    Reply.body_html,
    Reply.stance,
    Reply.language,
    Reply.status,
    Reply.version,
    Reply.created_at,
    Reply.locked,
    Reply.origin_id,
    Reply.comments,
    User.name,
)
ID, THREAD, ANSWERS = (
    [column.key for column in COLUMNS].index(name) for name in ("id", "thread_id", "comments")
)
SHOWN = select(*COLUMNS).join(User, User.id == Reply.author_id).where(Reply.status == "visible")


def on_essay(essay_id: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of the comments on an essay itself, the oldest first."""
    these = Reply.essay_id == essay_id, Reply.lever.is_(None), Reply.thread_id.is_(None)
    return SHOWN.where(*these).order_by(Reply.created_at, Reply.id).limit(COMMENTS_MOST)


ON_ESSAY = Prepared(on_essay(bindparam("essay_id")))
BELOW = Prepared(
    SHOWN.where(Reply.thread_id.in_(bindparam("thread_ids", expanding=True)))
    .order_by(Reply.id)
    .limit(ANSWERS_MOST)
)


def comment_rows(essay_id: int) -> tuple[tuple[Any, ...], ...]:
    """Return what is said in the comments on an essay: the oldest first, and behind them what was
    answered to them."""
    firsts = ON_ESSAY.rows(essay_id=essay_id)
    asked = [row[ID] for row in firsts if row[ANSWERS]]
    return (*firsts, *(BELOW.rows(thread_ids=asked) if asked else ()))


def shown_comments(essay: Essay, rows: Sequence[tuple[Any, ...]]) -> list[ShownComment]:
    """Return the comments of these rows."""
    found: dict[int, ShownComment] = {}
    for row in rows:
        thread = found.get(row[THREAD])
        found[row[ID]] = ShownComment(*row, essay=essay, thread=thread)
    return list(found.values())
