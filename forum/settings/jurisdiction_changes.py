"""Naming, ordering, adding and retiring jurisdictions; every change is logged and can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now
from .jurisdiction_sets import SETS
from .jurisdictions import ANY, Jurisdiction
from .models import SettingChange
from .register import JURISDICTIONS
from .setting_changes import SettingMovedOn, change_setting

Listed = Mapping[str, Mapping[str, str]]
"""The jurisdictions in use, in order: the names of each by language, by its short name."""


def arrange(listed: Listed, by: User | None = None) -> SettingChange | None:
    """Let those in use be these, in this order, and retire the rest; return the change if any.

    Raises ValueError without the one that every site has.
    """
    if ANY not in listed:
        raise ValueError(f"{ANY} is always in use")
    rows, before = held(), as_text(in_use())
    for place, (slug, names) in enumerate(listed.items()):
        row = rows.pop(slug, None) or Jurisdiction(slug=slug)
        row.names, row.place, row.retired_at = dict(names), place, None
        db.session.add(row)
    for row in rows.values():
        row.retired_at = row.retired_at or now()
    db.session.flush()
    return change_setting(JURISDICTIONS.name, as_text(in_use()), by, default=before)


def choose_set(name: str, by: User | None = None) -> SettingChange | None:
    """Begin with a set; raises KeyError for what is none."""
    return arrange(SETS[name].listed, by)


def put_back_jurisdictions(change: SettingChange, by: User) -> None:
    """Let them be as they were before a change; SettingMovedOn where they changed since."""
    held()
    if as_text(in_use()) != change.after:
        raise SettingMovedOn(change.name)
    arrange(json.loads(change.before), by)


def held() -> dict[str, Jurisdiction]:
    """Return every jurisdiction by its short name, locked, so that two changes take turns."""
    rows = select(Jurisdiction).order_by(Jurisdiction.slug).with_for_update()
    return {row.slug: row for row in db.session.scalars(rows)}


def in_use() -> dict[str, dict[str, str]]:
    """Return those in use, in order."""
    rows = select(Jurisdiction).where(Jurisdiction.retired_at.is_(None))
    ordered = rows.order_by(Jurisdiction.place, Jurisdiction.slug)
    return {row.slug: row.names for row in db.session.scalars(ordered)}


def as_text(listed: Listed) -> str:
    """Return a list as the log keeps it."""
    return json.dumps(listed, ensure_ascii=False)
