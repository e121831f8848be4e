"""The application as Flask has it, where something can be had for less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
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


class Forum(Flask):
    """Flask with no coroutine among its views and hooks, at which it would look at each call."""

    session_interface = SignedSessions()
    url_rule_class = LaterRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func
