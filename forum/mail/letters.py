"""What letters there are and what each says: a subject, a text and the same as HTML.

A feature adds its letters to KINDS. The templates of one stand in ``templates/mail``, named as it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, get_locale
from sqlalchemy.orm import Session

from ..settings.current import contact, own_themes
from ..web.theme import DARK
from .models import DeadLetter, Letter

WIDTH = 72
"""Characters in a line of text; mail programs leave 78, and an answer quotes with some of them."""

ROOT_SIZE = 16
"""Pixels in a rem: not every mail program knows the unit."""

_VALUE = re.compile(r"var\(--([\w-]+)\)")
_GAP = re.compile(r"\n{3,}")
_REM = re.compile(r"([\d.]+)rem")


class NotNow(Exception):
    """The letter is not to be sent now; its kind notes what is to happen instead."""


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter.

    ``fill`` returns what its templates need to know, or None where there is nobody to tell.
    ``sample`` does so for a letter that is only looked at. After ``life`` it says nothing any more.
    What ``fill`` returns may name a ``subject``, further ``headers``, and the ``thread`` of letters
    to which it belongs.
    """

    subject: Any
    life: timedelta
    fill: Callable[[Letter], dict[str, Any] | None]
    sample: Callable[[], dict[str, Any]]
    after: Callable[[Session, Letter, str], datetime | None] | None = None
    """Notes what became of it in the transaction that strikes it out, and says when another is to
    be made in its place, if at all. The outcome is "sent", or why not."""
    again: Callable[[DeadLetter], None] | None = None
    """Lets what a letter was to tell wait once more, where it is to be sent again."""
    template: str = ""
    """The name of its templates, where several kinds share them."""


KINDS: dict[str, LetterKind] = {}
"""Every kind of letter by its name, which is also that of its templates unless it says another."""


@dataclass(frozen=True)
class LetterText:
    """What a letter says, in one language; ``style`` is the sheet that stands in the HTML."""

    subject: str
    text: str
    html: str
    style: str
    headers: Mapping[str, str] = field(default_factory=dict)
    thread: str = ""


def words_of(name: str, language: str, known: dict[str, Any]) -> LetterText:
    """Return what the letter of this name says to someone who knows this language."""
    style = style_sheet()
    with force_locale(language):
        subject = str(known.get("subject") or KINDS[name].subject)
        known = {
            **known,
            "subject": subject,
            "direction": get_locale().text_direction,
            "contact": contact(),
            "home": current_app.config["BASE_URL"],
            "style": f"<style>{style}</style>",
        }
        template = KINDS[name].template or name
        text = render_template(f"mail/{template}.txt", **known)
        html = render_template(f"mail/{template}.html", **known)
    text = _GAP.sub("\n\n", text).strip() + "\n"
    about = known.get("headers", {}), known.get("thread", "")
    return LetterText(subject, text, html, style, *about)


def style_sheet() -> str:
    """Return the style of letters with the values of the site's tokens, which no letter can name.

    What follows the question for the dark theme takes the values of that theme.
    """
    light, media, dark = render_template("mail/letter.css").partition(DARK)
    known = own_themes()
    return valued(light, known["light"]) + media + valued(dark, known["dark"])


def valued(css: str, theme: dict[str, str]) -> str:
    """Return the style with values for names, and pixels for rems."""
    css = _VALUE.sub(lambda found: theme[found[1]], css)
    return _REM.sub(lambda found: f"{float(found[1]) * ROOT_SIZE:g}px", css)


def folded(text: str) -> str:
    """Return a paragraph in lines that every mail program shows whole.

    A space at the end of a line lets those that can join the lines again (RFC 3676).
    """
    lines = textwrap.wrap(str(text), WIDTH, break_long_words=False, break_on_hyphens=False)
    return " \n".join(lines)
