"""A proposal held for a vote: no more of it is read than the vote needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from ..db import db, now
from ..essays.models import Essay, takes_replies
from ..replies.models import Reply

_reply, _essay = Reply.__table__.c, Essay.__table__.c
HELD = (
    select(
        *(_reply[name] for name in ("id", "essay_id", "author_id", "lever", "status", "version")),
        *(
            _essay[name]
            for name in ("state", "opened_at", "closes_at", "paused_at", "deal_version")
        ),
    )
    .select_from(Reply.__table__.join(Essay.__table__, _essay.id == _reply.essay_id))
    .where(_reply.id == bindparam("reply_id"), _reply.status == "visible")
    .where(_reply.lever.is_not(None))
    .with_for_update(of=Reply.__table__, key_share=True)
)
"""Made once: to build a statement takes longer than to run it."""


@dataclass(frozen=True)
class HeldDiscussion:
    """Whether a proposal's discussion takes votes, by the clock."""

    stored_state: str
    opened_at: datetime | None
    closes_at: datetime | None
    paused_at: datetime | None
    deal_version: int | None

    @property
    def state(self) -> str:
        """Draft, open or closed: a draft opens at its time."""
        is_due = self.opened_at is not None and self.opened_at <= now()
        return "open" if self.stored_state == "draft" and is_due else self.stored_state

    @property
    def is_open(self) -> bool:
        """Whether votes are taken."""
        return self.paused_at is None and takes_replies(self.state, self.closes_at)

    @property
    def is_paused(self) -> bool:
        """Whether it is paused, and would take them otherwise."""
        return self.paused_at is not None and takes_replies(self.state, self.closes_at)


@dataclass(frozen=True)
class HeldProposal:
    """A proposal that readers see, its row locked until the transaction ends."""

    id: int
    essay_id: int
    author_id: int
    lever: str
    status: str
    version: int
    essay: HeldDiscussion


def proposal_for_vote(reply_id: int) -> HeldProposal | None:
    """Return the proposal, held; nothing where readers see none in its place."""
    row = db.session.execute(HELD, {"reply_id": reply_id}).first()
    if row is None:
        return None
    number, essay_id, author_id, lever, status, version, *rest = row
    discussion = HeldDiscussion(*rest)
    held = HeldProposal(number, essay_id, author_id, lever, status, version, discussion)
    return held if held.essay.state != "draft" else None
