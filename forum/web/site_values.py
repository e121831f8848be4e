"""What a process holds of what the whole site has, until any of that changes.

Essays and the like change rarely, and one version counts them all (``EVERYWHERE`` of
``page_versions``). A value is read after the version under which it is held, so it can only be
newer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from flask import current_app

from .page_versions import version_of_everywhere

Value = TypeVar("Value")

HELD = "site_values"
MOST = 200
"""So many values are held at once; then all are read anew."""


def held_of_site(key: Hashable, read: Callable[[], Value], lasts: Callable[[Value], bool]) -> Value:
    """Return a value as it was last read, or read it: where no version is known, or another.

    It is shared by all who ask, so nobody may change it. One that does not last is not held.
    """
    version = version_of_everywhere()
    if not version:
        return read()
    held = current_app.extensions.setdefault(HELD, {})
    found = held.get(key)
    if found is not None and found[0] == version:
        value: Value = found[1]
        return value
    value = read()
    if lasts(value):
        if len(held) >= MOST:
            held.clear()
        held[key] = (version, value)
    return value
