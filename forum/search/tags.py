"""What a filter asks of the index: each group of tags, one of which a text must carry."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

Tags: TypeAlias = tuple[tuple[str, ...], ...]


class Kind(StrEnum):
    """What can be found."""

    ESSAY = "essay"
    PROPOSAL = "proposal"
    COMMENT = "comment"
