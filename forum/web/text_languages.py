"""The languages that people write in, which are more than those that pages speak."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import current_app

LISTED = Path(__file__).with_name("text_languages.txt")
"""ISO 639 codes, one a line, each with what the language calls itself; add one there, and every
form offers it. Asked for all of their names, Babel keeps 80 MB of what else it knows of them."""


def text_languages() -> dict[str, str]:
    """Return what each is called in itself, by code: those that pages speak, then the others."""
    spoken: dict[str, str] = current_app.config["LANGUAGES"]
    return {**spoken, **{code: name for code, name in others() if code not in spoken}}


@cache
def others() -> tuple[tuple[str, str], ...]:
    """Return every language and what it calls itself, by that name."""
    lines = LISTED.read_text("utf-8").splitlines()
    named = ((code, name) for code, _space, name in (line.partition(" ") for line in lines))
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))
