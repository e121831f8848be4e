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
