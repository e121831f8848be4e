"""The settings that say what a lever means here, with an example, in each language."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from ..replies.tag import OwnWords
from ..replies.tags import LEVER
from ..settings.register import SettingRow

WORDS = {
    "meaning": (_l("%(lever)s: what it means (%(language)s)"), 300),
    "example": (_l("%(lever)s: an example (%(language)s)"), 200),
}
"""What can be said of a lever: what the setting is called, and its room."""


def lever_rows() -> Iterator[SettingRow]:
    """Yield them in the order of the page; where nothing was set, the words of Circle Back hold."""
    for code, language in current_app.config["LANGUAGES"].items():
        for lever in LEVER.listed:
            for what, (label, room) in WORDS.items():
                words: OwnWords = getattr(lever, what)
                with force_locale(code):
                    usual = str(words.otherwise)
                yield SettingRow(
                    f"{words.name}_{code}",
                    str(label) % {"lever": lever.label, "language": language},
                    room,
                    lines=what == "meaning",
                    language=code,
                    usual=usual,
                )
