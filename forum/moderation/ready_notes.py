"""Notes that moderators write again and again, ready to be chosen, in the author's language."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

READY_NOTES: dict[str, Any] = {
    "argue": _l("Please speak to the argument, not to the person who makes it."),
    "on_topic": _l("This is about another subject than the question of this discussion."),
    "repeats": _l(
        "This was proposed before; please support or comment on the proposal that stands."
    ),
    "private": _l(
        "Please leave out names, addresses and numbers of people who are not in public office."
    ),
    "selling": _l("This forum is no place for advertising; say what should change instead."),
    "clearer": _l("Please say in plain words what should change, and who could change it."),
    "one_thing": _l("Please propose one thing at a time: each can then be supported by itself."),
    "source": _l("Please say where the numbers come from."),
    "thanks": _l("We looked at it again: it is within the rules. Thank you for your patience."),
}
"""Each under the code that a form sends."""


def in_language(code: str, language: str) -> str:
    """Return a ready note in a language of the forum, in English where it is not one."""
    with force_locale(language if language in current_app.config["LANGUAGES"] else "en"):
        return str(READY_NOTES[code]) if code in READY_NOTES else ""


def ready_notes(language: str) -> list[tuple[str, Any]]:
    """Return what can be chosen, none first, each as it will stand; in the page's own language
    where none is given."""
    notes = [
        (code, in_language(code, language) if language else n) for code, n in READY_NOTES.items()
    ]
    return [("", _l("None")), *notes]


def with_typed(code: str, typed: str, language: str) -> str:
    """Return the ready note followed by what the moderator typed."""
    return "\n\n".join(each for each in (in_language(code, language), typed) if each)
