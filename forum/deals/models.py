"""The deal of a discussion in all its versions, and the dues that came of it.

A deal says who answers what within how many days; every change is a new version, and none is ever
changed. A due says that a proposal has met it; what it held at that moment is never changed either
(triggers in both databases refuse it), only where it stands, when its days run out, and whether a
moderator's action has voided it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..bodies.models import Body, Seat
from ..database.prepared import Prepared
from ..db import Base, UtcDateTime, db, now, one_of
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.tags import LEVER

RULES = ("brief", "bound", "closing", "top")
"""Why an answer is due: it stands in a published brief; its support held above the bound for the
time agreed; it was above it at closing; or it was among the first of its lever at closing."""
BY_SUPPORT = frozenset({"bound", "closing"})
"""The rules that look at the bound."""
AGREEMENTS = ("asked", "agreed")
HOLD_DAYS = 7
"""The days for which support has to hold unless a deal says otherwise: whoever looks often enough
sees many proposals cross a bound once."""


class Deal(Base):
    """One version of the deal of a discussion. Without ``days`` it says that there is none.

    ``bound`` is the lower bound of support that a proposal needs, of 1, with ``voters`` counted
    voters: held for ``hold_days`` days without a break (without it, none of that rule holds while
    the discussion runs), or at its closing where ``at_closing``.
    """

    __tablename__ = "deals"
    __table_args__ = (
        UniqueConstraint("essay_id", "version"),
        CheckConstraint("days IS NULL OR days BETWEEN 1 AND 3650", name="days"),
        CheckConstraint("bound IS NULL OR (bound > 0 AND bound < 1)", name="bound"),
        CheckConstraint("voters >= 1", name="voters"),
        CheckConstraint("hold_days IS NULL OR hold_days BETWEEN 0 AND 365", name="hold_days"),
        CheckConstraint("top_per_lever IS NULL OR top_per_lever >= 1", name="top_per_lever"),
        CheckConstraint(
            "bound IS NOT NULL OR (hold_days IS NULL AND NOT at_closing)", name="bound_rules"
        ),
        CheckConstraint(
            "(days IS NULL) = (NOT in_brief AND hold_days IS NULL AND NOT at_closing"
            " AND top_per_lever IS NULL)",
            name="something",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    version: Mapped[int]
    days: Mapped[int | None]
    in_brief: Mapped[bool] = mapped_column(default=False)
    bound: Mapped[float | None]
    voters: Mapped[int] = mapped_column(default=1)
    hold_days: Mapped[int | None]
    at_closing: Mapped[bool] = mapped_column(default=False)
    top_per_lever: Mapped[int | None]
    because: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by: Mapped[User | None] = relationship()
    bodies: Mapped[list[DealBody]] = relationship(
        order_by="DealBody.position", lazy="selectin", cascade="save-update, merge"
    )

    @property
    def promises(self) -> bool:
        """Whether anything is promised, rather than said to be without a deal."""
        return self.days is not None

    @property
    def hold(self) -> timedelta | None:
        """For how long support has to hold; nothing where that is no rule of the deal."""
        return None if self.hold_days is None else timedelta(days=self.hold_days)


class DealBody(Base):
    """A body that a version of a deal names, and how it agreed, or that it was only asked.

    It answers proposals of one ``lever``, or of all. Who agreed for it is a seat of its own, or
    told by the facilitator with a ``source``.
    """

    __tablename__ = "deal_bodies"
    __table_args__ = (
        one_of("agreement", AGREEMENTS),
        one_of("lever", [each.value for each in LEVER.listed]),
        CheckConstraint(
            "(agreement = 'agreed') = (seat_id IS NOT NULL OR source <> '')", name="agreed_how"
        ),
        Index("ix_deal_bodies_body", "body_id"),
    )

    deal_id: Mapped[int] = mapped_column(
        ForeignKey("deals.id", ondelete="CASCADE"), primary_key=True
    )
    body_id: Mapped[int] = mapped_column(
        ForeignKey("bodies.id", ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(default=0)
    lever: Mapped[str | None] = mapped_column(String(12))
    agreement: Mapped[str] = mapped_column(String(8), default="asked")
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id", ondelete="RESTRICT"))
    source: Mapped[str] = mapped_column(Text, default="")
    agreed_on: Mapped[date | None] = mapped_column(Date)
    body: Mapped[Body] = relationship(lazy="joined", innerjoin=True)
    seat: Mapped[Seat | None] = relationship()

    @property
    def has_agreed(self) -> bool:
        """Whether the body agreed; one that was only asked is never called overdue."""
        return self.agreement == "agreed"


class Due(Base):
    """A proposal that met the deal: written once, whatever becomes of its votes.

    ``version`` is that of its text, ``support``, ``oppose`` and ``neutral`` its votes at that
    moment (``at``). ``first_due_on`` is the day set then. ``due_on`` is the day as it is now: it
    moves on by the days that stood still, and stands still since ``still_since``. It stands on its
    own proposal, or on the successor that a merge gave it (``stands_on_id``).
    """

    __tablename__ = "dues"
    __table_args__ = (
        one_of("rule", RULES),
        UniqueConstraint("reply_id", "essay_id"),
        Index("ix_dues_stands_on", "stands_on_id"),
        Index("ix_dues_essay", "essay_id", "due_on"),
        Index("ix_dues_body", "body_id", "due_on"),
        Index("ix_dues_day", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    version: Mapped[int]
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(8))
    support: Mapped[int]
    oppose: Mapped[int]
    neutral: Mapped[int]
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id", ondelete="RESTRICT"))
    agreed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    first_due_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    stands_on_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    still_since: Mapped[date | None] = mapped_column(Date)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    essay: Mapped[Essay] = relationship()
    deal: Mapped[Deal] = relationship()
    body: Mapped[Body] = relationship()
    reply: Mapped[Reply] = relationship(foreign_keys=[reply_id])
    stands_on: Mapped[Reply] = relationship(foreign_keys=[stands_on_id])

    def is_overdue(self, today: date) -> bool:
        """Say whether its day has passed; never where the body had not agreed. Knows no answers."""
        runs = self.agreed and self.voided_at is None and self.still_since is None
        return runs and self.due_on < today

    @property
    def has_fallen_below(self) -> bool:
        """Whether its votes no longer meet the bound by which it came due; its days run on."""
        if self.rule not in BY_SUPPORT or self.deal.bound is None:
            return False
        reply = self.stands_on
        sides = reply.support + reply.oppose
        enough = sides + reply.neutral >= self.deal.voters and sides >= reply.neutral
        return not (enough and reply.top >= self.deal.bound)


def deal_of(essay: Essay) -> Deal | None:
    """Return the deal in force; none where the discussion promises nothing, without asking."""
    if essay.deal_version is None:
        return None
    here = Deal.essay_id == essay.id, Deal.version == essay.deal_version
    return db.session.scalar(select(Deal).where(*here))


def latest_deal(essay_id: int) -> Deal | None:
    """Return what was last said of a deal, be it that there is none; none where nothing was."""
    query = select(Deal).where(Deal.essay_id == essay_id).order_by(Deal.version.desc())
    return db.session.scalar(query.limit(1))


def deals_of(essay_id: int) -> list[Deal]:
    """Return every version, the newest first, with who made it."""
    query = select(Deal).where(Deal.essay_id == essay_id).options(joinedload(Deal.by))
    return list(db.session.scalars(query.order_by(Deal.version.desc())))


def dues_on(reply_id: int) -> list[Due]:
    """Return the dues that stand on a proposal, its own and those that merges brought."""
    return list(db.session.scalars(ON_PROPOSAL, {"reply": reply_id}))


ON_PROPOSAL = (
    select(Due)
    .where(Due.stands_on_id == bindparam("reply"))
    .options(joinedload(Due.body), joinedload(Due.deal))
    .order_by(Due.at, Due.id)
)


def dues_of(essay_id: int) -> list[Due]:
    """Return the dues of a discussion, those first that are due first."""
    query = select(Due).where(Due.essay_id == essay_id)
    loads = (joinedload(Due.body), joinedload(Due.deal), joinedload(Due.stands_on))
    return list(db.session.scalars(query.options(*loads).order_by(Due.due_on, Due.id)))


def count_dues(essay_id: int) -> int:
    """Return how many dues a discussion has, those voided included."""
    return int(DUES.rows(essay_id=essay_id)[0][0])


DUES = Prepared(select(func.count()).select_from(Due).where(Due.essay_id == bindparam("essay_id")))
