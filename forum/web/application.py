"""The application as Flask has it, where something can be had for less."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.http import parse_cookie
from werkzeug.routing import Rule

from .signing import SignedSessions


class LaterRule(Rule):
    """An address whose writer is compiled once one is written; all were a tenth of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder
        kept = "_build_unknown" if append_unknown else "_build"

        def build_first(rule: Rule, **values: Any) -> tuple[str, str]:
            made = make(append_unknown).__get__(rule, None)
            setattr(rule, kept, made)
            return made(**values)

        return build_first


class AskedRequest(Request):
    """A request with what every answer asks of it: the library goes through all its headers for
    its cookies, and parses the query of an address that has none."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies that the browser sent."""
        return ImmutableMultiDict(parse_cookie(self.environ))

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The fields of the address."""
        return super().args if self.query_string else ImmutableMultiDict()


class Forum(Flask):
    """Flask with no coroutine among its views and hooks, at which it would look at each call."""

    request_class = AskedRequest
    session_interface = SignedSessions()
    url_rule_class = LaterRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func
