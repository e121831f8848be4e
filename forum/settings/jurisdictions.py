"""Who can pull a lever: rows that a site names, orders and retires."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime
from ..web.languages import current_language

SLUG_LENGTH = 12
ANY = "any"
"""The one that every site has: whoever may pull a lever at all. Bodies of it answer everyone."""


class Jurisdiction(Base):
    """One of them: its short name, its name by language, its place, and since when it is retired.

    None is ever deleted: proposals, bodies and files name it for good.
    """

    __tablename__ = "jurisdictions"

    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    place: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class KnownJurisdiction:
    """One of them as pages know it."""

    slug: str
    names: Mapping[str, str]
    is_retired: bool

    @property
    def name(self) -> str:
        """Its name in the reader's language; where it has none there, in English or another."""
        return name_in(self.names, current_language()) or self.slug


def name_in(names: Mapping[str, str], language: str) -> str:
    """Return a name in a language, in English or in any."""
    found = (names.get(each, "") for each in (language, "en", *names))
    return next(filter(None, found), "")


def listed_in_words(kept: str) -> str:
    """Say a list as the log keeps it: the names of those in use, in the reader's language."""
    listed = json.loads(kept) if kept else {}
    return ", ".join(name_in(names, current_language()) or slug for slug, names in listed.items())
