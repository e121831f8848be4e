"""The limits of the site, counted from nothing."""

from __future__ import annotations

from typing import cast

from flask import Flask
from limits.storage import Storage, storage_from_string

from forum.web.limit_window import LastingWindow
from forum.web.limits import limiter


def count_anew(app: Flask) -> None:
    """Turn the limits on, and count from nothing where the settings say that they are counted.

    Every application has the same limiter, which counts where the one made last would.
    """
    storage = cast(Storage, storage_from_string(app.config["RATELIMIT_STORAGE_URI"]))
    storage.reset()
    limiter._storage, limiter._limiter = storage, LastingWindow(storage)
    limiter.enabled = True
