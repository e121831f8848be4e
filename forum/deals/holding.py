"""Holds: since when a proposal's votes have met the bound of its deal without a break.

``held_since`` stands on the proposal and changes under the lock of its row. Whatever ends a hold
first writes the due that it had earned already, dated the moment at which it was: so none is lost
while nobody looks. Discussions without a deal ask nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, load_only

from ..db import db, now
from ..essays.models import STATE, Essay
from ..replies.models import Reply
from .models import Deal, Due, deal_of
from .writing_dues import supported, undue, write_due

COUNTS = ("support", "oppose", "neutral", "top")
WATCHED = (
    load_only(
        *(getattr(Reply, name) for name in ("essay_id", "lever", "jurisdiction", "status")),
        *(getattr(Reply, name) for name in ("version", "held_since", *COUNTS)),
    ),
    joinedload(Reply.essay, innerjoin=True).load_only(
        *STATE, Essay.deal_version, Essay.settled_at, Essay.paused_at, Essay.closes_at
    ),
)
"""No more of a proposal and its essay than a vote under a deal needs."""


class VoteCounts(Protocol):
    """What the votes on a proposal add up to, as far as a deal looks at them."""

    @property
    def support(self) -> int:
        """Votes for it."""

    @property
    def oppose(self) -> int:
        """Votes against it."""

    @property
    def neutral(self) -> int:
        """Voters who took no side."""

    @property
    def top(self) -> float:
        """The lower bound of its support (votes/ranking.py)."""


class InDiscussion(Protocol):
    """A discussion, as far as it tells whether there is a deal."""

    @property
    def deal_version(self) -> int | None:
        """The version of its deal in force."""


class Votable(Protocol):
    """A proposal held for a vote, whoever read it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def essay(self) -> InDiscussion:
        """The discussion in which it stands."""


@dataclass(frozen=True)
class HoldRule:
    """What votes have to meet, for how long, and whether the proposal has its due already."""

    bound: float
    voters: int
    hold: timedelta
    is_due: bool

    def is_met(self, counts: VoteCounts) -> bool:
        """Say whether votes meet the bound, with enough voters of whom half took a side."""
        sides = counts.support + counts.oppose
        enough = sides + counts.neutral >= self.voters and sides >= counts.neutral
        return counts.top >= self.bound and enough


def hold_rule(reply: Reply) -> HoldRule | None:
    """Return what the votes on a proposal have to meet; none without a deal that has a hold, nor
    in a draft, which has promised nothing yet."""
    essay = reply.essay
    if essay.deal_version is None or essay.settled_at is not None or essay.state == "draft":
        return None
    due = exists().where(Due.reply_id == reply.id, Due.essay_id == essay.id)
    query = select(Deal.bound, Deal.voters, Deal.hold_days, due.label("is_due"))
    query = query.where(Deal.essay_id == essay.id, Deal.version == essay.deal_version)
    found = db.session.execute(query).one()
    if found.hold_days is None:
        return None
    return HoldRule(found.bound, found.voters, timedelta(days=found.hold_days), found.is_due)


def runs_until(essay: Essay) -> datetime:
    """Return the moment up to which holds have run: now, its pause, or its closing."""
    ends = (essay.paused_at, essay.settled_at, essay.closes_at)
    return min(now(), *(each for each in ends if each is not None)) if any(ends) else now()


def before_vote(held: Votable) -> tuple[Reply, HoldRule | None] | None:
    """Write what the hold of a proposal has earned before a vote; nothing without a deal."""
    if held.essay.deal_version is None:
        return None
    query = select(Reply).where(Reply.id == held.id).options(*WATCHED)
    reply = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return reply, before_votes(reply)


def after_vote(watched: tuple[Reply, HoldRule | None], counts: VoteCounts) -> None:
    """Begin the hold of a proposal after a vote, let it go on or end it."""
    reply, rule = watched
    after_votes(reply, rule, counts)
    db.session.flush()


def before_votes(reply: Reply) -> HoldRule | None:
    """Write what the proposal's hold has earned, before its votes or its words change.

    The proposal's row is held. Returns what ``after_votes`` needs.
    """
    rule = hold_rule(reply)
    if rule is None or rule.is_due or reply.held_since is None:
        return rule
    earned = reply.held_since + rule.hold
    if earned > runs_until(reply.essay) or not rule.is_met(reply):
        return rule
    return came_due(reply, rule, earned)


def after_votes(reply: Reply, rule: HoldRule | None, counts: VoteCounts) -> None:
    """Begin the proposal's hold, let it go on or end it, by its votes as they are now."""
    if rule is None or rule.is_due or not rule.is_met(counts):
        end_hold(reply)
    elif reply.held_since is None:
        begin_hold(reply, rule, now())


def begin_hold(reply: Reply, rule: HoldRule, at: datetime) -> None:
    """Let the hold begin of a proposal whose votes meet the bound; without days it is earned."""
    if rule.hold:
        reply.held_since = at
    else:
        db.session.flush()
        db.session.refresh(reply, COUNTS)
        came_due(reply, rule, at)


def end_hold(reply: Reply) -> None:
    """Let the proposal be held no longer."""
    if reply.held_since is not None:
        reply.held_since = None


def came_due(reply: Reply, rule: HoldRule, at: datetime) -> HoldRule:
    """Write the due that a hold has earned; with it the hold has done its work."""
    deal = deal_of(reply.essay)
    if deal is not None:
        write_due(reply, deal, "bound", at)
    end_hold(reply)
    return replace(rule, is_due=True)


def held(essay_id: int) -> list[Reply]:
    """Return the proposals of a discussion that are held, with their rows locked.

    Whoever acts on a discussion as a whole takes them before the essay's row, as everyone does.
    """
    query = select(Reply).where(Reply.essay_id == essay_id, Reply.held_since.is_not(None))
    return list(db.session.scalars(for_update(query)))


def for_update(query: Any) -> Any:
    """Return a query of proposals that locks them, in one order, with their essay."""
    return (
        query.order_by(Reply.id)
        .with_for_update(of=Reply, key_share=True)
        .options(joinedload(Reply.essay, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def begin_holds(essay: Essay, deal: Deal, most: int | None = None) -> int:
    """Let holds begin of proposals whose votes meet the bound although nothing began one.

    So it is after an import, and once a discussion is opened again or its deal has changed.
    Returns how many there were.
    """
    if deal.hold_days is None or deal.bound is None:
        return 0
    waiting = select(Reply).where(
        undue(essay.id), supported(deal.bound, deal.voters), Reply.held_since.is_(None)
    )
    found = db.session.scalars(for_update(waiting.limit(most))).all()
    rule = HoldRule(deal.bound, deal.voters, timedelta(days=deal.hold_days), is_due=False)
    for reply in found:
        begin_hold(reply, rule, now())
    db.session.flush()
    return len(found)
