"""What is asked of the index beside the words, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Tags: TypeAlias = tuple[tuple[str, ...], ...]
"""Groups of tags, of each of which a text must carry one."""

FRENCH = "fr"
"""The tag of a text in French."""


@dataclass(frozen=True)
class Matches:
    """Where the words stand, the newest first, and whether that is everywhere."""

    numbers: list[int]
    is_whole: bool
