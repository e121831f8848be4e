"""What others set since a form was opened, so that nobody undoes it without knowing.

A form carries its state: the number of the last change that it showed. What its sender left as it
stood there is none of their doing, and stays as it is now; only what both changed is a clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..db import db
from ..settings.models import SettingChange
from ..settings.register import SettingRow
from ..web.dates import moment

SHOWN = 200
"""Characters of what was set that a clash quotes."""


def state_of_settings(names: Iterable[str]) -> str:
    """Return the state of these settings."""
    newest = select(func.max(SettingChange.id)).where(SettingChange.name.in_(list(names)))
    return str(db.session.scalar(newest) or 0)


def changes_since(names: Iterable[str], state: str) -> dict[str, list[SettingChange]]:
    """Return what was changed after a state, by name, the first first; a form without a
    state saw all.
    """
    if not (state.isdecimal() and len(state) < 19):
        return {}
    later = (
        select(SettingChange)
        .where(SettingChange.name.in_(list(names)), SettingChange.id > int(state))
        .options(joinedload(SettingChange.by))
        .order_by(SettingChange.id)
    )
    found: dict[str, list[SettingChange]] = {}
    for change in db.session.scalars(later):
        found.setdefault(change.name, []).append(change)
    return found


class SentSettings(NamedTuple):
    """What a form that was sent comes to: what to set, what to leave as it is, what clashes."""

    wanted: dict[str, str]
    left: dict[str, str]
    clashes: list[SettingChange]


def compared(sent: Mapping[str, str], since: Mapping[str, Sequence[SettingChange]]) -> SentSettings:
    """Return what the values of a form come to after these changes."""
    result = SentSettings({}, {}, [])
    for name, value in sent.items():
        later = since.get(name)
        if not later or value == later[-1].after:
            result.wanted[name] = value
        elif value == later[0].before:
            result.left[name] = later[-1].after
        else:
            result.wanted[name] = value
            result.clashes.append(later[-1])
    return result


def clash_words(change: SettingChange, row: SettingRow) -> str:
    """Return who changed a setting, when and to what, for a colleague."""
    said = row.shown(change.after)
    said = said if len(said) <= SHOWN else f"{said[:SHOWN]}…"
    by = change.by.name if change.by else _("The forum")
    told = _("%(what)s: %(name)s, %(moment)s.", what=row.label, name=by, moment=moment(change.at))
    return " ".join((str(told), _("Now: “%(said)s”.", said=said) if said else "")).strip()
