"""Which language a page speaks: the address decides, then the cookie, then the browser."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache, reduce

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask.globals import request_ctx
from flask_babel import Babel
from flask_babel import gettext as _
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from .speech import code_of, locale_now

FIELD = "lang"
COOKIE = "language"
A_YEAR = 365 * 24 * 60 * 60

babel = Babel()


def chosen() -> Locale:
    """Return the language for this request, or the site's own outside a request."""
    return locale_of(chosen_code())


@cache
def locale_of(code: str) -> Locale:
    """Return what is known of a language of this site; reading its code takes long."""
    return Locale.parse(code)


def chosen_code() -> str:
    """Return the code of the language for this request, or of the site's own outside one."""
    if forced := g.get("language"):
        return str(forced)
    config = current_app.config
    if has_request_context():
        asked = request_ctx.request
        wishes = (asked.args.get(FIELD, ""), asked.cookies.get(COOKIE, ""))
        accepted = asked.environ.get("HTTP_ACCEPT_LANGUAGE", "")
        return language_for(tuple(config["LANGUAGES"]), *wishes, accepted)
    return str(config["BABEL_DEFAULT_LOCALE"])


@lru_cache(maxsize=1_000)
def language_for(languages: tuple[str, ...], wish: str, kept: str, accepted: str) -> str:
    """Return the language of a page: as its address, else a cookie, else the browser asks."""
    for each in (wish, kept):
        if each in languages:
            return each
    header = parse_accept_header(accepted, LanguageAccept)
    return header.best_match(languages) or languages[0]


def current_language() -> str:
    """Return the code of the language in use, as in the lang attribute."""
    locale = locale_now()
    return code_of(locale) if locale else str(current_app.config["BABEL_DEFAULT_LOCALE"])


def spoken(language: str) -> str:
    """Return "in French", in the reader's language, for words that are in another than theirs."""
    reader = locale_now()
    name = Locale.parse(language).get_display_name(reader) if reader else None
    return _("in %(language)s", language=name or language)


def series(phrases: Iterable[str]) -> str:
    """Return phrases as one line, set apart as the language does; nothing for none."""
    given = list(phrases)
    return reduce(lambda said, more: _("%(said)s; %(more)s", said=said, more=more), given or [""])


def remember(response: Response) -> Response:
    """Keep the language that the address asked for, in a cookie that says nothing else."""
    wish = request.args.get(FIELD, "")
    if wish in current_app.config["LANGUAGES"] and wish != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE,
            wish,
            max_age=A_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def same_page_in(language: str) -> str:
    """Return the address of this same page, filters kept, in another language."""
    if request.endpoint is None or request.method not in {"GET", "HEAD"}:
        return url_for("reading.home", lang=language)
    query = request.args.to_dict(flat=False)
    query[FIELD] = [language]
    return url_for(request.endpoint, **{**query, **(request.view_args or {})})


def init_app(app: Flask) -> None:
    """Choose the language of every request and offer the others to the templates."""
    babel.init_app(app, locale_selector=chosen)
    app.after_request(remember)
    app.jinja_env.globals.update(
        current_language=current_language, same_page_in=same_page_in, spoken=spoken
    )
