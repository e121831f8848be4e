"""What the settings say now: asked of the database once a session, in one short statement, and not
even that where the versions of a page, or of what may stand on any, are known.

It is asked past the session, so that a database that is away leaves every setting as the software
and the server have it, and a page that says so can still be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ..db import db, looking
from ..web.page_versions import version_of_everywhere
from ..web.theme import themes
from .colours import accents
from .jurisdictions import Jurisdiction, KnownJurisdiction
from .models import SiteSetting
from .register import FIXABLE, JURISDICTIONS, LOGO, SITE_NAME, TEXTS, fixed_by

KEY = "site settings"
SHORT = 500
"""Characters of a setting that every page may need; longer ones are read where they are shown."""


@dataclass(frozen=True, slots=True)
class StoredSetting:
    """The beginning of what is stored, and since when."""

    begins: str
    since: datetime


@dataclass(frozen=True)
class StoredSettings:
    """All that is stored, by name."""

    settings: Mapping[str, StoredSetting]

    @cached_property
    def mark(self) -> str:
        """What tells it from what is stored at another time."""
        return mark_in(self.settings, self.settings)


NONE_SET = StoredSettings({})


def stored() -> Mapping[str, StoredSetting]:
    """Return what was set in the browser, by name."""
    return now_set().settings


def now_set() -> StoredSettings:
    """Return what was set: as this process last read it, where the versions say that it holds."""
    if version := version_of_everywhere():
        read_at, found = current_app.extensions.get(KEY, ("", NONE_SET))
        if version != read_at:
            found = read()
            if found is not NONE_SET:  # else the database was away, and is asked again
                current_app.extensions[KEY] = (version, found)
        return found
    known = db.session.info
    if KEY not in known:
        known[KEY] = read()
    return known[KEY]


BEGINS = select(SiteSetting.name, func.substr(SiteSetting.value, 1, SHORT), SiteSetting.changed_at)


def read() -> StoredSettings:
    """Ask the database; nothing is set where it is away or not migrated."""
    try:
        with looking() as connection:
            rows = connection.execute(BEGINS).all()
    except SQLAlchemyError:
        return NONE_SET
    return StoredSettings({name: StoredSetting(value, since) for name, value, since in rows})


def forget_settings() -> None:
    """Have them asked for again: one was changed."""
    db.session.info.pop(KEY, None)


def setting(name: str) -> str:
    """Return what a setting says: what is fixed, else what was set, else its default."""
    found = stored().get(name)
    if found is not None and not fixed_by(name):
        return found.begins
    return FIXABLE[name].said if name in FIXABLE else ""


def site_name() -> str:
    """Return what the site is called."""
    return setting("site_name") or SITE_NAME


def contact() -> str:
    """Return whom to tell of a flaw or a barrier, as a link; nothing where nobody is named."""
    return setting("contact")


def mail_from() -> str:
    """Return whom letters come from, as a name and an address."""
    return setting("mail_from")


def postal_address() -> str:
    """Return the postal address of whoever runs the site; nothing where none was given."""
    return setting("postal_address")


def time_zone() -> str:
    """Return the name of the zone that the site keeps its days by."""
    return setting("time_zone")


def often(limit: str) -> str:
    """Return how often the limit of this name lets a thing be done, such as 20 per hour."""
    return setting(f"limit_{limit}")


def introduction(language: str) -> str:
    """Return what the site says of itself in this language; nothing where it says nothing."""
    return setting(f"introduction_{language}")


def own_texts() -> list[str]:
    """Return which texts of its own the site has, in whatever language."""
    return [name for name in TEXTS if any(key.rpartition("_")[0] == name for key in stored())]


def mark_of(*names: str) -> str:
    """Return what tells one state of these settings from another; nothing where none is set."""
    return mark_in(stored(), names)


def mark_in(found: Mapping[str, StoredSetting], names: Iterable[str]) -> str:
    """Return the same of what was found."""
    there = [name for name in names if name in found]
    return "-".join(f"{name}{found[name].since:%Y%m%d%H%M%S%f}" for name in there)


def jurisdictions() -> tuple[KnownJurisdiction, ...]:
    """Return all jurisdictions, those in use first: kept by the process until they change."""
    mark, listed = current_app.extensions.get("jurisdictions", (None, ()))
    if mark != mark_of(JURISDICTIONS.name):
        mark, listed = mark_of(JURISDICTIONS.name), every_jurisdiction()
        if listed:
            current_app.extensions["jurisdictions"] = (mark, listed)
    return tuple(listed)


def every_jurisdiction() -> list[KnownJurisdiction]:
    """Ask the database; there are none where it is away or not migrated."""
    is_retired = Jurisdiction.retired_at.is_not(None)
    rows = select(is_retired, Jurisdiction.place, Jurisdiction.slug, Jurisdiction.names)
    try:
        with looking() as connection:
            found = sorted(connection.execute(rows), key=lambda row: tuple(row)[:3])
    except SQLAlchemyError:
        return []
    return [KnownJurisdiction(slug, names, bool(gone)) for gone, _place, slug, names in found]


def settings_mark() -> str:
    """Return what tells one state of all settings from another."""
    return now_set().mark


def logo_mark() -> str:
    """Return what is in the address of the logo; nothing where the site has none."""
    return mark_of(LOGO.name)


def colours_mark() -> str:
    """Return what is in the address of the sheet of colours; nothing where none was chosen."""
    return mark_of("accent", "accent_dark")


def own_themes() -> dict[str, dict[str, str]]:
    """Return the tokens by theme, with the site's own colour where it has one."""
    known = themes()
    for theme, name in (("light", "accent"), ("dark", "accent_dark")):
        if colour := setting(name):
            known[theme] |= accents(theme, colour)
    return known
