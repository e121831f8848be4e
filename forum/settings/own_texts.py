"""The site's own texts as they stand: since when, and by what one is told from another.

A text is told by its words alone, so that whoever agreed to it agrees again when a change of it has
been undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ..db import db, looking
from ..web.languages import current_language
from .current import stored
from .models import SettingChange, SiteSetting
from .register import TEXTS

MARK_LENGTH = 32
KNOWN = "marks of the own texts"
"""Where a process keeps the marks that it found, by setting and day."""
EARLIER_MOST = 200
"""How many changes back an earlier text is looked for."""


class OwnText(NamedTuple):
    """One of the site's texts in one language: its name, since when it stands, and its mark."""

    name: str
    language: str
    since: datetime
    mark: str

    @property
    def setting(self) -> str:
        """The name of its setting."""
        return f"{self.name}_{self.language}"

    @property
    def sign(self) -> str:
        """What stands for it, as it is worded, in a form."""
        return f"{self.setting}:{self.mark}"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return str(TEXTS[self.name])

    @property
    def words(self) -> str:
        """Its Markdown."""
        found = db.session.get(SiteSetting, self.setting)
        return found.value if found else ""


def mark_of_words(words: str) -> str:
    """Return what tells these words from any others."""
    return hashlib.sha256(words.encode()).hexdigest()[:MARK_LENGTH]


def standing_texts() -> list[OwnText]:
    """Return every text in every language that it has."""
    found = stored()
    days = {
        key: found[key].since
        for name in TEXTS
        for code in current_app.config["LANGUAGES"]
        if (key := f"{name}_{code}") in found
    }
    known = current_app.extensions.get(KNOWN, {})
    if any((key, since) not in known for key, since in days.items()):
        known = current_app.extensions[KNOWN] = read_marks(days)
    marked = ((key.rpartition("_"), at, known.get((key, at), "")) for key, at in days.items())
    return [OwnText(name, code, at, mark) for (name, _line, code), at, mark in marked if mark]


def read_marks(names: Iterable[str]) -> dict[tuple[str, datetime], str]:
    """Return the marks of these texts by setting and day; of none where the database is away."""
    row = SiteSetting
    query = select(row.name, row.changed_at, row.value).where(row.name.in_(list(names)))
    try:
        with looking() as connection:
            found = connection.execute(query).all()
    except SQLAlchemyError:
        return {}
    return {(name, since): mark_of_words(value) for name, since, value in found}


def texts_here(names: Container[str] = TEXTS) -> list[OwnText]:
    """Return each of these texts in the reader's language, or in one that it has."""
    standing = standing_texts()
    found = []
    for name in (name for name in TEXTS if name in names):
        all_of_it = [text for text in standing if text.name == name]
        all_of_it.sort(key=lambda text: text.language != current_language())
        found += all_of_it[:1]
    return found


def earlier_words(setting: str, mark: str) -> str:
    """Return the words of a text as it stood once; nothing where the log does not reach back."""
    query = select(SettingChange.after).where(SettingChange.name == setting)
    query = query.order_by(SettingChange.id.desc()).limit(EARLIER_MOST)
    return next((said for said in db.session.scalars(query) if mark_of_words(said) == mark), "")
