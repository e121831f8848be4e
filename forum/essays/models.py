"""An essay, every version it ever had, and who opened and closed its discussion, and why."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..words import html, text
from ..words.keys import search_key
from .editions import keep_edition

TITLE_LENGTH = 120
SUMMARY_LENGTH = 500
BODY_LENGTH = 200_000
PROMPT_LENGTH = 1_000
SLUG_LENGTH = 80
STATES = ("draft", "open", "closed")
PREMODERATION = ("open", "first_post", "full")
"""Whose replies wait for a moderator: nobody's, those of people not vouched for, everyone's."""
REPLIES_FROM = ("everyone", "vouched", "staff")
"""Who may reply: who is signed in, who was vouched for, who holds a role."""

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


class Essay(Base):
    """What is discussed. ``version`` rises with every change to anything shown on its pages."""

    __tablename__ = "essays"
    __table_args__ = (
        one_of("state", STATES),
        one_of("premoderation", PREMODERATION),
        one_of("replies_from", REPLIES_FROM),
        CheckConstraint("report_threshold > 0", name="report_threshold"),
        Index("ix_essays_state_opened", "state", "opened_at"),
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
    state: Mapped[str] = mapped_column(String(10), default="draft")
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    premoderation: Mapped[str] = mapped_column(String(10), default="open")
    replies_from: Mapped[str] = mapped_column(String(10), default="everyone")
    report_threshold: Mapped[int | None]
    open_data: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edition: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    @property
    def is_open(self) -> bool:
        """Whether replies and votes are taken: open, and its closing date not yet reached."""
        return takes_replies(self.state, self.closes_at)

    @property
    def is_over(self) -> bool:
        """Whether the discussion has been closed, by a person or by its date."""
        return self.state == "closed" or (self.state == "open" and not self.is_open)


def takes_replies(state: str, closes_at: datetime | None) -> bool:
    """Say whether a discussion in this state takes replies and votes now."""
    return state == "open" and (closes_at is None or now() < closes_at)


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


def slug_for(title: str) -> str:
    """Return a free slug for the title: its words in ASCII, with a number where it is taken."""
    words = re.sub(r"[^a-z0-9]+", "-", text.fold(title)).strip("-")
    stem = words[: SLUG_LENGTH - 5].rsplit("-", 1)[0] if len(words) > SLUG_LENGTH - 5 else words
    stem = stem or "essay"
    like = select(Essay.slug).where(Essay.slug.startswith(stem, autoescape=True))
    taken = {"new", *db.session.scalars(like)}
    free = (s for s in (stem, *(f"{stem}-{n}" for n in range(2, 9999))) if s not in taken)
    return next(free)


def content_of(essay: Essay) -> dict[str, Any]:
    """Return what an edition keeps of the essay, ready for JSON."""
    values = {name: getattr(essay, name) for name in CONTENT}
    published = values["first_published"]
    return {**values, "first_published": published.isoformat() if published else None}


def write_essay(by: User | None, content: dict[str, Any], slug: str = "") -> Essay:
    """Add an essay as a draft, with its first edition."""
    essay = Essay(
        slug=slug or slug_for(content["title"]),
        created_by_id=by.id if by else None,
        state="draft",
        version=1,
        edition=1,
        opened_at=None,
    )
    fill(essay, content)
    db.session.add(essay)
    db.session.flush()
    keep_edition(essay.id, essay.edition, content_of(essay), by, "")
    return essay


def edit_essay(essay: Essay, by: User | None, content: dict[str, Any], note: str = "") -> bool:
    """Change the essay and keep the new edition; say False where nothing changed."""
    before = content_of(essay)
    fill(essay, content)
    if content_of(essay) == before:
        return False
    essay.edition += 1
    essay.version += 1
    essay.edited_at = now()
    keep_edition(essay.id, essay.edition, content_of(essay), by, note)
    return True


def fill(essay: Essay, content: dict[str, Any]) -> None:
    """Put the content into the essay and render its body once, here."""
    for name in CONTENT:
        if name in content:
            setattr(essay, name, content[name])
    essay.body_html = str(html.render(essay.body, heading_offset=1, prefix="essay", anchors=True))
    essay.renderer = html.RENDERER
    words = (essay.summary, essay.prompt, essay.byline, essay.body)
    essay.search = search_key(essay.title, *words)


def essay_by_slug(slug: str) -> Essay | None:
    """Return the essay with this slug, which may be any text that somebody sent."""
    if "\0" in slug:  # no text for PostgreSQL
        return None
    return db.session.scalar(select(Essay).where(Essay.slug == slug))


def essay_for_update(essay_id: int) -> Essay | None:
    """Return the essay with its row locked until the transaction ends."""
    return db.session.scalar(
        select(Essay)
        .where(Essay.id == essay_id)
        .with_for_update(of=Essay, key_share=True)
        .execution_options(populate_existing=True)
    )


def touch(essay_id: int) -> None:
    """Raise the essay's version: something shown on its pages has changed."""
    db.session.execute(update(Essay).where(Essay.id == essay_id).values(version=Essay.version + 1))
