"""Translations and addresses as templates ask for them, each looked up once a process.

A page asks for some hundreds of both, and they are the same for every page: what the libraries do
each time, to find the language, the catalogue and the rule of an address, is most of their cost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_translations
from jinja2 import Template, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from .speech import code_of, locale_now

TEXTS_MOST = 10_000
ADDRESSES_MOST = 4_000
PASSING = frozenset({"next", "after", "before", "q", "_external", "_scheme"})
"""What makes an address one of very many, or one that depends on more than its parts."""


class Texts:
    """The translations of one application, by language."""

    def __init__(self) -> None:
        self.catalogues: dict[str, Any] = {}
        self.text = lru_cache(maxsize=TEXTS_MOST)(self.found)

    def catalogue(self, code: str) -> Any:
        """Return the translations into the language in use, whose code this is."""
        if code not in self.catalogues:
            self.catalogues[code] = get_translations()
        return self.catalogues[code]

    def found(self, code: str, message: str) -> str:
        """Return a message in the language in use, whose code this is."""
        return str(self.catalogue(code).ugettext(message))

    @pass_eval_context
    def gettext(self, context: EvalContext, message: str, /, **given: Any) -> str:
        """Return a message in the reader's language, what is given put in, escaped on pages."""
        return filled(self.text(code_now(), message), given, context.autoescape)

    @pass_eval_context
    def ngettext(
        self, context: EvalContext, one: str, more: str, number: int, /, **given: Any
    ) -> str:
        """Return the message that fits a number."""
        said = self.catalogue(code_now()).ungettext(one, more, number)
        return filled(said, {"num": number, **given}, context.autoescape)


class SharedPart(Template):
    """A template that is imported as it is: all of them know the same words.

    The library looks at each import whether the importing one knows more, which takes a tenth of
    the time of a page.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """Return what the template defines, found once."""
        return super()._get_default_module()


def known_words(app: Flask) -> Callable[[Any], Any]:
    """Return what tells a template which words it knows: all know the same, in one dictionary.

    The library lays an empty one over it for each template, and walks through both at every render.
    """

    def words(further: dict[str, Any] | None) -> dict[str, Any]:
        every: dict[str, Any] = app.jinja_env.globals
        return {**every, **further} if further else every

    return words


def code_now() -> str:
    """Return the code of the language in use; none of it where there is no application."""
    locale = locale_now()
    return code_of(locale) if locale else ""


def filled(said: str, given: dict[str, Any], on_page: bool) -> str:
    """Return a message with what is given put in; ``%%`` becomes ``%`` in any case."""
    if not on_page:
        return said % given
    safe = {name: escape(value) for name, value in given.items()}
    return Markup(said % safe)  # noqa: S704 - translations are ours, and the rest is escaped


def address_of(endpoint: str, /, **values: Any) -> str:
    """Return the address of a page on this site, as templates have it."""
    return str(current_app.extensions["addresses"](endpoint, **values))


def remembered(app: Flask) -> Callable[..., str]:
    """Return ``url_for``, which remembers the addresses that are asked for again and again."""

    @lru_cache(maxsize=ADDRESSES_MOST, typed=True)
    def built(_root: str, endpoint: str, /, **values: Any) -> str:
        return app.url_for(endpoint, **values)

    def url_for(endpoint: str, /, **values: Any) -> str:
        if not has_request_context() or endpoint.startswith(".") or PASSING & values.keys():
            return app.url_for(endpoint, **values)
        try:
            return built(request.environ.get("SCRIPT_NAME", ""), endpoint, **values)
        except TypeError:  # a list of values
            return app.url_for(endpoint, **values)

    return url_for


def init_app(app: Flask) -> None:
    """Have the templates of this application ask here."""
    texts, addresses = Texts(), remembered(app)
    app.extensions["addresses"] = addresses
    app.jinja_env.template_class = SharedPart
    app.jinja_env.make_globals = known_words(app)  # type: ignore[method-assign, assignment]
    app.jinja_env.globals.update(
        _=texts.gettext, gettext=texts.gettext, ngettext=texts.ngettext, url_for=addresses
    )
