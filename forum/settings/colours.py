"""The colour that a site has of its own, in both themes, and what follows from it."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from ..web.numbers import format_decimal
from ..web.theme import contrast, themes

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST = 4.5
"""The contrast that words need (WCAG 2.2, 1.4.3)."""
WASH = {"light": 0.1, "dark": 0.18}
"""How much of the colour is in the ground behind what is marked."""


def mixed(colour: str, ground: str, share: float) -> str:
    """Return so much of a colour on a ground."""
    both = [[int(each[at : at + 2], 16) for at in (1, 3, 5)] for each in (colour, ground)]
    parts = [round(share * one + (1 - share) * other) for one, other in zip(*both, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def accents(theme: str, colour: str) -> dict[str, str]:
    """Return the tokens that make a colour the site's own in this theme."""
    ink = max(("#ffffff", "#161412"), key=lambda each: contrast(each, colour))
    wash = mixed(colour, themes()[theme]["paper"], WASH[theme])
    return {"accent": colour, "accent-ink": ink, "accent-wash": wash}


def checked_colour(theme: str, written: str) -> str:
    """Return a colour as style sheets have it; raise ValueError where words are hard to read."""
    colour = written.strip().lower()
    if not HEX.fullmatch(colour):
        raise ValueError(_("Give the colour as # and six digits, such as #7b2350."))
    tokens = {**themes()[theme], **accents(theme, colour)}
    grounds = [tokens[name] for name in ("paper", "raised", "sunk", "accent-wash")]
    found = min(
        contrast(tokens["accent-ink"], colour), *(contrast(colour, each) for each in grounds)
    )
    if found < LEAST:
        raise ValueError(
            _(
                "Words in this colour are hard to read: the contrast is %(found)s, and should be "
                "%(least)s or more.",
                found=format_decimal(round(found, 1)),
                least=format_decimal(LEAST),
            )
        )
    return colour


def sheet(light: str, dark: str) -> str:
    """Return the style sheet that overrules the tokens; nothing for a theme without a colour."""
    css = ""
    for theme, colour in (("light", light), ("dark", dark)):
        if colour:
            tokens = accents(theme, colour).items()
            rule = "".join(f"--{name}:{value};" for name, value in tokens)
            css += f"@media (prefers-color-scheme:{theme}){{:root{{{rule}}}}}"
    return f"@layer tokens{{{css}}}"
