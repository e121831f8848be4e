"""Which kept page an address names: its path, the part of its query that it knows, its language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask
from werkzeug.exceptions import HTTPException

from ..words import html
from . import languages
from .page_versions import PageScope

SETTINGS = (
    "MODERATORS_SHOWN",
    "EXPORT_AUTHORS",
    "BABEL_DEFAULT_TIMEZONE",
    "SECURITY_CONTACT",
    "CONFIRM",
)
"""The settings that pages show."""
PATHS_MOST = 10_000
QUERY_MOST = 4_000
"""Characters of a query; a longer one is no page that is kept."""


@dataclass(frozen=True)
class KeptRoute:
    """A path whose page can be kept: what it shows, and the fields of the query that it knows."""

    endpoint: str
    scope: PageScope
    names: frozenset[str]
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class AskedPage:
    """A page that can be kept, as one request asks for it.

    ``reader`` is which kind of reader is signed in, nothing for a stranger.
    """

    key: str
    query: str
    language: str
    route: KeptRoute
    reader: Any


class KeptRoutes:
    """The paths that were asked for lately and have a page that can be kept."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.languages = tuple(app.config["LANGUAGES"])
        self.routes: dict[str, KeptRoute] = {}

    def page(
        self,
        environ: Mapping[str, Any],
        cookies: Mapping[str, str],
        *,
        reader: Any = None,
        packed: bool = False,
    ) -> AskedPage | None:
        """Return the page that an address names, in the visitor's language, as some reader has it.

        ``packed`` is whether it is sent compressed. Nothing where its page cannot be kept.
        """
        written = environ.get("QUERY_STRING", "")
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        route = self.routes.get(path) or self.find(path)
        if route is None or len(written) > QUERY_MOST:
            return None
        pairs = known_part(written, route.names) if written else []
        wish = next((value for name, value in pairs if name == languages.FIELD), "")
        kept = cookies.get(languages.COOKIE, "")
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        language = languages.language_for(self.languages, wish, kept, accepted)
        # An address that asks for a language sets the cookie of whoever has another.
        sets_cookie = wish in self.languages and wish != kept
        query = urlencode(pairs)
        settings = [html.RENDERER, *(self.app.config[name] for name in SETTINGS)]
        key = (path, query, language, sets_cookie, packed, reader, settings)
        return AskedPage(repr(key), query, language, route, reader)

    def find(self, path: str) -> KeptRoute | None:
        """Return what is known of a path, and remember it; nothing for what is never kept."""
        try:
            endpoint, arguments = self.app.url_map.bind("").match(path, method="GET")
        except HTTPException:
            return None
        marked = getattr(self.app.view_functions[endpoint], "kept_page", None)
        if marked is None:
            return None
        if len(self.routes) >= PATHS_MOST:
            self.routes.clear()
        scope, names = marked
        self.routes[path] = KeptRoute(endpoint, scope, names, arguments)
        return self.routes[path]


def known_part(written: str, names: frozenset[str]) -> list[tuple[str, str]]:
    """Return the fields of a query that a page knows, in one order; empty ones say nothing."""
    pairs = parse_qsl(written.encode("latin-1").decode(errors="replace"))
    return sorted((pair for pair in pairs if pair[0] in names), key=itemgetter(0))
