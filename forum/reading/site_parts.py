"""Pieces that stand on what the whole site has, and are kept until any of that changes.

Essays, people's names, deals, briefs and settings change rarely, and one version counts them all
(``EVERYWHERE`` of ``web/page_versions``): replies and votes leave it alone. What a piece shows of
those stands in its key.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import Flask
from markupsafe import Markup

from ..accounts.reader_kinds import AnyReader
from ..web.page_versions import version_of_everywhere
from ..web.pieces import kept_as, macro


def kept_site_part(user: Any, key: tuple[Hashable, ...], part: str, *given: Any) -> Markup:
    """Return what the macro of a part shows a visitor, of the site and of what is in the key: kept
    or made.

    For whoever is signed in it is kept with the frame of their kind only, which is theirs alike.
    """
    version, reader = version_of_everywhere(), user if user.is_authenticated else None
    is_own = reader is not None and not isinstance(reader, AnyReader)
    if is_own or not version:
        written: Markup = macro(part)(*given)
        return written
    return kept_as((version, reader, *key), part, *given)


def init_app(app: Flask) -> None:
    """Offer such pieces to the templates."""
    app.jinja_env.globals.update(kept_site_part=kept_site_part)
