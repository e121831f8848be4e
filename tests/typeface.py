"""A typeface made here: the fewest tables that a program asks for, and a square for each letter.

Its format is TrueType (ISO/IEC 14496-22); every number in it is big-endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Any

import pytest

UNITS = 1000
SQUARE = (
    pack(">5h", 1, 100, 0, 900, 800)
    + pack(">HH", 3, 0)
    + bytes([1, 1, 1, 1])
    + pack(">4h", 100, 800, 0, -800)
    + pack(">4h", 0, 0, 800, 0)
)


def typeface(name: str, characters: str) -> bytes:
    """Return a font file that holds these characters and the box for those it lacks."""
    codes = sorted(map(ord, characters))
    glyphs = len(codes) + 1
    tables = {
        b"OS/2": windows(codes),
        b"cmap": places(codes),
        b"glyf": SQUARE * glyphs,
        b"head": pack(">IIIIHHQQ4hHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, UNITS, 0, 0,
                      100, 0, 900, 800, 0, 8, 2, 1, 0),
        b"hhea": pack(">I3hH11hH", 0x10000, 800, -200, 0, UNITS, 100, 100, 900, 1,
                      *[0] * 7, glyphs),
        b"hmtx": pack(">Hh", UNITS, 100) * glyphs,
        b"loca": b"".join(pack(">I", at * len(SQUARE)) for at in range(glyphs + 1)),
        b"maxp": pack(">IH13H", 0x10000, glyphs, 4, 1, 0, 0, 1, *[0] * 8),
        b"name": names(name),
        b"post": pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }  # fmt: skip
    at, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, content in sorted(tables.items()):
        padded = content + b"\0" * (-len(content) % 4)
        directory += tag + pack(">III", checksum(padded), at + len(body), len(content))
        body += padded
    return pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128) + directory + body


def checksum(content: bytes) -> int:
    """Return the sum of a table's words."""
    words = (content[at : at + 4] for at in range(0, len(content), 4))
    return sum(int.from_bytes(word, "big") for word in words) % 2**32


def places(codes: Sequence[int]) -> bytes:
    """Return the table that says which glyph a character has: one group for each."""
    groups = b"".join(pack(">III", code, code, at) for at, code in enumerate(codes, 1))
    whole = pack(">HHIII", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    return pack(">HHHHI", 0, 1, 3, 10, 12) + whole


def names(name: str) -> bytes:
    """Return the table of its names: family, style, whole and for printers."""
    said = {1: name, 2: "Regular", 4: name, 6: name.replace(" ", "")}
    records, text = b"", b""
    for number, value in said.items():
        written = value.encode("utf-16-be")
        records += pack(">6H", 3, 1, 0x409, number, len(written), len(text))
        text += written
    return pack(">HHH", 0, len(said), 6 + len(records)) + records + text


def windows(codes: Sequence[int]) -> bytes:
    """Return the table of weights and measures."""
    first, last = min(codes[0], 0xFFFF), min(codes[-1], 0xFFFF)
    return (
        pack(">HhHHH", 4, UNITS, 400, 5, 0)
        + pack(">11h", *[100] * 11)
        + bytes(10)
        + pack(">4I4sHHH", 0, 0, 0, 0, b"NONE", 64, first, last)
        + pack(">3hHH", 800, -200, 0, 800, 200)
        + pack(">IIhhHHH", 1, 0, 500, 700, 0, 32, 0)
    )


def cannot_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine have no typeface for what stands far from Latin."""

    def missing_in(text: Any) -> set[str]:
        return {char for char in text if ord(char) > 0x5FF and not 0x2000 <= ord(char) < 0x2600}

    for module in ("typefaces", "unprintable", "pdf.content", "docx.pages"):
        monkeypatch.setattr(f"forum.exports.{module}.missing_in", missing_in)
