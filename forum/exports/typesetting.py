"""Typesetting by typst: data in, pages out. The sources stand in ``typst/``.

Only the typefaces that typst brings are used, and those in the folder ``fonts`` of the instance
where there is one; none of the system's, so that a file looks the same wherever it is made. A
picture may take the system's, where it would show nothing otherwise.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from flask import current_app

SOURCES = Path(__file__).resolve().parent / "typst"
MISSING = "□"
LONGEST_WORD = 24
"""Characters after which a word may be broken, where it holds no place to break it."""

_LINE = re.compile(r"\.typ:(\d+):")
_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
_ATTACHED = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def typeset(source: str, data: Any, installed: bool = False, **options: Any) -> Any:
    """Return what typst makes of a source with this data, which it reads as JSON.

    With ``installed``, what its own typefaces do not hold is looked for in the system's.
    """
    return typst.compile(
        str(SOURCES / source),
        root=str(SOURCES),
        font_paths=fonts(installed),
        sys_inputs={"report": json.dumps(data)},
        **options,
    )


def fonts(installed: bool = False) -> typst.Fonts:
    """Return the typefaces to set with, those that are installed among them or not."""
    folder = Path(current_app.instance_path) / "fonts"
    further = [str(folder)] if folder.is_dir() else []
    return typst.Fonts(include_system_fonts=installed, font_paths=further)


def missing_in(text: Iterable[str], installed: bool = False) -> set[str]:
    """Return the characters that no typeface holds, of those that are installed neither.

    typst is asked, as it knows its typefaces: it refuses a tagged PDF with a character it cannot
    show and names the line, and every line here is one character.
    """
    asked = sorted({char for char in set(text) if not char.isascii()})
    source = '#set document(title: "")\n' + "\n".join(f'#"\\u{{{ord(c):x}}}"\n' for c in asked)
    try:
        typst.compile(
            source.encode(), format="pdf", font_paths=fonts(installed), pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        lines = {int(number) for number in _LINE.findall(error.diagnostic)}
        return {char for at, char in enumerate(asked) if 2 + 2 * at in lines}
    return set()


def printable(text: str, missing: set[str]) -> str:
    """Return text that the typefaces can show and the page can break.

    Signs that are missing are named, as screen readers do; letters leave a mark.
    """
    if missing and not missing.isdisjoint(text):
        text = "".join(stand_in(char) if char in missing else char for char in bare(text))
    return _LONG.sub("\\1\u200b", text.replace("\t", " "))


def bare(text: str) -> str:
    """Return the text without what only changes the looks of the sign before it."""
    return _ATTACHED.sub("", text)


def stand_in(char: str) -> str:
    """Return what stands for a character that no typeface holds."""
    name = unicodedata.name(char, "").lower()
    if name.startswith("regional indicator symbol letter "):
        return name[-1].upper()
    is_sign = unicodedata.category(char) in {"So", "Sk", "Sm", "Sc"}
    return f"[{name.removesuffix(' sign')}]" if name and is_sign else MISSING


def date_of(moment: datetime) -> dict[str, int]:
    """Return a moment as typst takes it."""
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: getattr(moment, name) for name in names}


def characters(data: Any) -> set[str]:
    """Return every character in the data."""
    if isinstance(data, str):
        return set(data)
    inner = data.values() if isinstance(data, dict) else data
    if not isinstance(inner, Iterable):
        return set()
    return set().union(*map(characters, inner))


def shown(data: Any, missing: set[str], name: str = "") -> Any:
    """Return the data with every text made printable but those that are addresses to follow."""
    if isinstance(data, str):
        return data if name in {"link", "permalink", "site"} else printable(data, missing)
    if isinstance(data, dict):
        return {key: shown(value, missing, key) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [shown(value, missing, name) for value in data]
    return data
