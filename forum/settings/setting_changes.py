"""Changing a setting, and putting back what stood before; both are logged."""

from __future__ import annotations

from ..accounts.models import User
from ..db import db, now, upsert
from .current import forget_settings
from .models import SettingChange, SiteSetting


class SettingMovedOn(Exception):
    """The setting says something else by now, so that putting back would undo more."""


def change_setting(
    name: str, value: str, by: User | None, default: str = ""
) -> SettingChange | None:
    """Let a setting say this, an empty text taking it back; return the change where it is one.

    ``default`` is what stood there where nothing was set; nobody is ``by`` a command.
    """
    row = db.session.get(SiteSetting, name, with_for_update=True)
    before = row.value if row else default
    if before == value:
        return None
    if row is None:
        if not is_first(name, value):
            return change_setting(name, value, by, default)
    elif value:
        row.value, row.changed_at = value, now()
    else:
        db.session.delete(row)
    change = SettingChange(name=name, before=before, after=value, by_id=by.id if by else None)
    db.session.add(change)
    forget_settings()
    return change


def is_first(name: str, value: str) -> bool:
    """Set what was not set before; say False where another did so at the same moment."""
    row = upsert(SiteSetting).values(name=name, value=value, changed_at=now())
    row = row.on_conflict_do_nothing().returning(SiteSetting.name)  # type: ignore[assignment]
    return db.session.scalar(row) is not None


def put_back(change: SettingChange, by: User) -> None:
    """Let a setting say what it did before a change; SettingMovedOn where it changed since."""
    row = db.session.get(SiteSetting, change.name, with_for_update=True)
    if (row.value if row else "") != change.after:
        raise SettingMovedOn(change.name)
    change_setting(change.name, change.before, by)
