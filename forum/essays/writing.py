"""Writing an essay and editing it: every edition is kept."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..accounts.models import User
from ..db import db, now
from ..words import differences, html, text
from ..words.keys import search_key
from .editions import keep_edition
from .models import CONTENT, SLUG_LENGTH, Essay, touched


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
        created_by_id=by.id if by else None, state="draft", version=1, edition=1, opened_at=None
    )
    fill(essay, content)
    add_named(essay, slug)
    keep_edition(essay.id, essay.edition, content_of(essay), by, "")
    return essay


def add_named(essay: Essay, slug: str) -> None:
    """Add the essay under this slug, or under a free one, which a colleague may take meanwhile."""
    while True:
        essay.slug = slug or slug_for(essay.title)
        try:
            with db.session.begin_nested():
                db.session.add(essay)
                db.session.flush()
            return
        except IntegrityError:
            if slug:
                raise


def edit_essay(essay: Essay, by: User | None, content: dict[str, Any], note: str = "") -> bool:
    """Change the essay and keep the new edition; say False where nothing changed."""
    before = content_of(essay)
    fill(essay, content)
    if content_of(essay) == before:
        return False
    essay.edition += 1
    essay.edited_at = now()
    keep_edition(essay.id, essay.edition, content_of(essay), by, note)
    touched(essay)
    return True


def prepare(content: dict[str, Any], essay: Essay | None = None) -> None:
    """Do what takes long of storing this content, while no row is held and nobody waits for it."""
    rendered(content.get("body", ""))
    if essay is not None:
        changed = {**content_of(essay), **content}
        differences.kept(content_of(essay), changed)


def rendered(body: str) -> Markup:
    """Return the body of an essay as its page shows it."""
    return html.render(body, heading_offset=1, prefix="essay", anchors=True)


def fill(essay: Essay, content: dict[str, Any]) -> None:
    """Put the content into the essay and render its body once, here."""
    for name in CONTENT:
        if name in content:
            setattr(essay, name, content[name])
    essay.body_html = str(rendered(essay.body))
    essay.renderer = html.RENDERER
    words = (essay.summary, essay.prompt, essay.byline, essay.body)
    essay.search = search_key(essay.title, *words)
