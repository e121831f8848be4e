"""Which characters can be printed, and what stands for those that cannot."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import current_app

from .typesetting import CannotSet, fonts, pressed

MISSING = "□"
LONGEST_WORD = 24
"""Characters after which a word may be broken, where it holds no place to break it."""

BREAK = "\u200b"
"""What marks such a place in the data; on the page it is a place and no character."""

AS_TYPED = frozenset({"link", "permalink", "site", "document-title", "description"})
"""Names of what is followed or listed and never printed."""

_known: dict[tuple[Any, ...], set[str]] = {}
"""Characters known to be held, by the typefaces there are."""

_LINE = re.compile(r"\.typ:(\d+):|<main>:(\d+):|:(\d+):\d+")
# Scripts without spaces, from Thai to the ideographs, have rules of their own for where to break.
_BREAKABLE = r"[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
_LONG = rf"({_BREAKABLE}{{{LONGEST_WORD}}})(?={_BREAKABLE})"
_ATTACHED = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def missing_in(text: Iterable[str], small: bool = False) -> set[str]:
    """Return the characters that no typeface holds.

    typst is asked, as it knows its typefaces: it refuses a tagged PDF with a character it cannot
    show and names the line, and every line here is one character. Those that a typeface holds are
    asked for once, those that none does every time, as someone may have installed one. What is
    ``small`` waits for no document.
    """
    held = _known.setdefault(typefaces(), set())
    asked = sorted({char for char in set(text) - held if not char.isascii()})
    if not asked:
        return set()
    source = '#set document(title: "Characters")\n' + "\n".join(
        f'#"\\u{{{ord(c):x}}}"\n' for c in asked
    )
    missing = set()
    try:
        pressed(source, small=small, format="pdf", pdf_standards=["ua-1"])
    except CannotSet as error:
        lines = {int(next(filter(None, found))) for found in _LINE.findall(error.diagnostic)}
        missing = {char for at, char in enumerate(asked) if 2 + 2 * at in lines}
        if not missing:
            raise
    held.update(set(asked) - missing)
    return missing


def typefaces() -> tuple[Any, ...]:
    """Return what changes when a typeface is put into the instance's folder or taken out of it."""
    files = [path for folder in fonts() for path in Path(folder).iterdir()]
    return (current_app.instance_path, *sorted((path.name, path.stat().st_mtime) for path in files))


def printable(text: str, missing: set[str]) -> str:
    """Return text that the typefaces can show and the page can break.

    Signs that are missing are named, as screen readers do; letters leave a mark.
    """
    if missing and not missing.isdisjoint(text):
        text = "".join(stand_in(char) if char in missing else char for char in bare(text))
    return re.sub(_LONG, rf"\1{BREAK}", text.replace("\t", " "))


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


def counted(data: Any, name: str = "") -> Counter[str]:
    """Return how often each character that is not ASCII stands in what is printed of the data."""
    found: Counter[str] = Counter()
    if isinstance(data, str):
        if not data.isascii() and name not in AS_TYPED:
            found.update(char for char in data if not char.isascii())
    elif isinstance(data, dict):
        for key, value in data.items():
            found += counted(value, key)
    elif isinstance(data, list | tuple):
        for value in data:
            found += counted(value, name)
    return found


def shown(data: Any, missing: set[str], name: str = "") -> Any:
    """Return the data with every text made printable but those that are never printed."""
    if isinstance(data, str):
        return data if name in AS_TYPED else printable(data, missing)
    if isinstance(data, dict):
        return {key: shown(value, missing, key) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [shown(value, missing, name) for value in data]
    return data
