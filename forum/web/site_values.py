"""What a process holds of what the whole site has, until any of that changes.

Essays and the like change rarely, and one version counts them all (``EVERYWHERE`` of
``page_versions``). A value is read after the version under which it is held, so it can only be
newer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from flask import current_app

from .page_versions import of_everywhere, versions_here

Value = TypeVar("Value")

HELD = "site_values"
MOST = 200
"""So many values are held at once; then all are read anew."""


def held_of_site(key: Hashable, read: Callable[[], Value]) -> Value:
    """Return a value as it was last read, or read it: where no version is known, or another.

    It is shared by all who ask, so nobody may change it. None is not held.
    """
    version = of_everywhere(versions_here())  # a note's is of what is read past the transaction
    if not version:
        return read()
    held = current_app.extensions.setdefault(HELD, {})
    found = held.get(key)
    if found is not None and found[0] == version:
        value: Value = found[1]
        return value
    value = read()
    if value is not None:
        if len(held) >= MOST:
            held.clear()
        held[key] = (version, value)
    return value
