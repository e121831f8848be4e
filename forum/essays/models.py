"""An essay, every version it ever had, and who opened and closed its discussion, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    select,
    text,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.admissions import OpenTo
from ..accounts.models import User
from ..database.prepared import PreparedChange
from ..db import Base, UtcDateTime, db, now, one_of, read_anew
from ..web.page_notes import changes_at

TITLE_LENGTH = 120
SUMMARY_LENGTH = 500
BODY_LENGTH = 200_000
PROMPT_LENGTH = 1_000
SLUG_LENGTH = 80
STATES = ("draft", "open", "closed")
PREMODERATION = ("open", "first_post", "full")
"""Whose replies wait for a moderator: nobody's, those of people not vouched for, everyone's."""
REHEARSALS = ("live", "ended")
"""Of a draft that people try before it opens: while they do, and until what they tried is gone."""
REPLIES_FROM = ("everyone", "vouched", "staff")
"""Who may reply: who is signed in, who was vouched for, who holds a role."""
DECLARATION_LENGTH = 200

CONTENT = (
    "title",
    "summary",
    "body",
    "prompt",
    "byline",
    "source_name",
    "source_url",
    "first_published",
    "reading",
    "language",
)
"""What a version of an essay consists of."""

LONG = ("body", "body_html", "search")
"""What takes long to read of an essay, and is shown on its own page alone."""


class Essay(Base):
    """What is discussed. ``version`` rises with every change but votes to what its pages show.

    ``opened_at`` is when its discussion was opened; of a draft, when it will be. A draft that is
    rehearsed (``rehearsal``, see forum/rehearsals) stays one until what was tried is erased.
    """

    __tablename__ = "essays"
    __table_args__ = (
        one_of("state", STATES),
        one_of("premoderation", PREMODERATION),
        one_of("replies_from", REPLIES_FROM),
        one_of("rehearsal", REHEARSALS),
        one_of("open_to", OpenTo),
        CheckConstraint("open_to <> 'declared' OR declaration <> ''", name="declaration"),
        CheckConstraint("report_threshold > 0", name="report_threshold"),
        Index("ix_essays_state_opened", "state", "opened_at"),
        Index(
            "ix_essays_rehearsal",
            "rehearsal",
            sqlite_where=text("rehearsal IS NOT NULL"),
            postgresql_where=text("rehearsal IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    summary: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(Text)
    prompt: Mapped[str] = mapped_column(Text)
    byline: Mapped[str] = mapped_column(String(200), default="")
    source_name: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str] = mapped_column(Text, default="")
    first_published: Mapped[date | None] = mapped_column(Date)
    reading: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(5), default="en")
    stored_state: Mapped[str] = mapped_column("state", String(10), default="draft")
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    premoderation: Mapped[str] = mapped_column(String(10), default="open")
    replies_from: Mapped[str] = mapped_column(String(10), default="everyone")
    open_to: Mapped[str] = mapped_column(String(10), default=OpenTo.EVERYONE)
    """Who may write and vote; everyone may read."""
    declaration: Mapped[str] = mapped_column(Text, default="")
    """The sentence that whoever takes part declares, where it is open to those who do."""
    report_threshold: Mapped[int | None]
    open_data: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edition: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    deal_version: Mapped[int | None]
    """The version of its deal in force; NULL where nothing is promised."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The closing by which the deal's rules for it were applied; NULL while it is open."""
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_because: Mapped[str] = mapped_column(Text, default="")
    rehearsal: Mapped[str | None] = mapped_column(String(5))

    @hybrid_property
    def state(self) -> str:
        """Draft, open or closed, by the clock: a draft opens at its time, whoever is late."""
        return by_the_clock(self.stored_state, self.opened_at, self.rehearsal)

    @state.inplace.setter
    def _set_state(self, state: str) -> None:
        self.stored_state = state

    @state.inplace.expression
    @classmethod
    def _state_by_the_clock(cls) -> ColumnElement[str]:
        moment = bindparam("now", callable_=now, type_=UtcDateTime, unique=True)
        is_due = and_(cls.stored_state == "draft", cls.opened_at <= moment, cls.rehearsal.is_(None))
        return case((is_due, "open"), else_=cls.stored_state)

    @property
    def is_open(self) -> bool:
        """Whether replies and votes are taken: open, not paused, its closing date not reached."""
        return self.paused_at is None and takes_replies(self.state, self.closes_at)

    def is_rehearsed_by(self, user: User) -> bool:
        """Say whether the person tries this discussion with others before it opens."""
        return is_rehearsed_by(user, self.rehearsal, self.id)

    def is_open_to(self, user: User) -> bool:
        """Say whether the discussion is open now: to everyone, or to the person who rehearses."""
        return self.is_open or self.is_rehearsed_by(user)

    @property
    def is_paused(self) -> bool:
        """Whether the discussion is paused: it would be open otherwise."""
        return self.paused_at is not None and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the discussion has been closed, by a person or by its date."""
        return has_ended(self.state, self.closes_at)


def has_ended(state: str, closes_at: datetime | None) -> bool:
    """Say whether a discussion in this state has been closed, by a person or by its date."""
    return state == "closed" or (state == "open" and not takes_replies(state, closes_at))


def by_the_clock(stored: str, opened_at: datetime | None, rehearsal: str | None) -> str:
    """Return the state of a discussion now: one kept as a draft is open from its time on.

    One that is rehearsed waits until what was tried is erased, which the worker sees to.
    """
    if rehearsal is not None:
        return stored
    changes_at(opened_at if stored == "draft" else None)
    is_due = opened_at is not None and opened_at <= now()
    return "open" if stored == "draft" and is_due else stored


def is_rehearsed_by(user: User, rehearsal: str | None, essay_id: int) -> bool:
    """Say whether the person tries the discussion of a draft, by the state of its rehearsal."""
    return rehearsal == "live" and user.is_authenticated and user.rehearses(essay_id)


def takes_replies(state: str, closes_at: datetime | None) -> bool:
    """Say whether a discussion in this state takes replies and votes now."""
    changes_at(closes_at)
    return state == "open" and (closes_at is None or now() < closes_at)


STATE = (Essay.stored_state, Essay.opened_at, Essay.rehearsal)
"""The columns that tell the state of a discussion."""

REHEARSED = select(Essay.id).where(Essay.rehearsal.is_not(None))
"""The essays in which something may stand that people only tried; it counts nowhere else."""


class EssayEvent(Base):
    """Someone published, closed or reopened a discussion, at a time and for a reason."""

    __tablename__ = "essay_events"
    __table_args__ = (one_of("kind", ("publish", "close", "reopen")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by: Mapped[User | None] = relationship()


BY_SLUG = select(Essay).where(Essay.slug == bindparam("slug"))


def essay_by_slug(slug: str, query: Select[Essay] = BY_SLUG) -> Essay | None:
    """Return the essay with this slug, which may be any text that somebody sent."""
    if "\0" in slug:  # no text for PostgreSQL
        return None
    return db.session.scalar(query, {"slug": slug})


def essay_for_update(essay_id: int) -> Essay | None:
    """Return the essay with its row locked until the transaction ends."""
    return db.session.scalar(
        select(Essay)
        .where(Essay.id == essay_id)
        .with_for_update(of=Essay, key_share=True)
        .execution_options(populate_existing=True)
    )


_essay = cast(Table, Essay.__table__)
TOUCHED = PreparedChange(
    update(_essay).where(_essay.c.id == bindparam("essay")).values(version=_essay.c.version + 1)
)


def touch(essay_id: int) -> None:
    """Raise the essay's version: something shown on its pages has changed."""
    db.session.flush()
    TOUCHED.run(essay=essay_id)
    read_anew(Essay, essay_id, "version")


def touched(essay: Essay) -> None:
    """Store what was changed of a held essay, and raise its version."""
    db.session.flush()
    touch(essay.id)
    db.session.refresh(essay, ["version"])
