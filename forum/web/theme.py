"""The colours, sizes and typefaces of the site, read from the very file that browsers get."""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app

DARK = "@media (prefers-color-scheme: dark)"
"""Where the dark theme begins, in every sheet that has one."""

_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


def tokens(css: str) -> dict[str, dict[str, str]]:
    """Return the tokens of the style sheet by theme; what dark does not change is as in light."""
    light, _media, dark = css.partition(DARK)
    found = {name: " ".join(value.split()) for name, value in _TOKEN.findall(light)}
    return {"light": found, "dark": {**found, **dict(_TOKEN.findall(dark))}}


def themes() -> dict[str, dict[str, str]]:
    """Return the tokens of this site by theme."""
    path = Path(current_app.static_folder or "") / "css" / "tokens.css"
    return tokens(path.read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as #7b2350, from 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
