"""A proposal held for a vote: no more of it is read than the vote needs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ..database.prepared import Prepared
from ..essays.models import Essay, by_the_clock
from ..replies.listing import DiscussionState
from ..replies.models import Reply

_reply, _essay = Reply.__table__.c, Essay.__table__.c
HELD = Prepared(
    select(
        *(_reply[name] for name in ("id", "essay_id", "author_id", "lever", "status", "version")),
        *(_essay[name] for name in ("state", "opened_at", "closes_at", "paused_at")),
        *(_essay[name] for name in ("rehearsal", "open_to", "deal_version")),
    )
    .select_from(Reply.__table__.join(Essay.__table__, _essay.id == _reply.essay_id))
    .where(_reply.id == bindparam("reply_id"), _reply.status == "visible")
    .where(_reply.lever.is_not(None))
    .with_for_update(of=Reply.__table__, key_share=True)
)


@dataclass(frozen=True, slots=True)
class HeldDiscussion(DiscussionState):
    """The discussion of a held proposal, and the version of its deal."""

    deal_version: int | None


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
    rows = HELD.rows(reply_id=reply_id)
    if not rows:
        return None
    number, essay_id, author_id, lever, status, version, stored, opened_at, *rest = rows[0]
    state = by_the_clock(stored, opened_at, rehearsal=rest[2])
    discussion = HeldDiscussion(essay_id, state, *rest)
    held = HeldProposal(number, essay_id, author_id, lever, status, version, discussion)
    return held if held.essay.state != "draft" else None
