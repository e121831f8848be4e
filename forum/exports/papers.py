"""The sheets that documents are set on, and what each is called where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A sheet: its width and height in millimetres, its name to typst, its number to XLSX."""

    width: float
    height: float
    typst: str
    xlsx: int


PAPERS = {"letter": Paper(215.9, 279.4, "us-letter", 1), "a4": Paper(210, 297, "a4", 9)}
"""Every sheet by its name in the setting ``FORUM_PAPER``; the first is the usual one."""
