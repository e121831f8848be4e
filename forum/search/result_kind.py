"""What can be found."""

from __future__ import annotations

from enum import StrEnum


class ResultKind(StrEnum):
    """An essay, a proposal or a comment; the index tags each as such."""

    ESSAY = "essay"
    PROPOSAL = "proposal"
    COMMENT = "comment"
