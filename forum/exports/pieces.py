"""Sending text in pieces that are neither a line each nor the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

PIECE = 64 * 1024
"""Characters of a piece, at least; only the last may be shorter."""


def pieces(parts: Iterable[str]) -> Iterator[bytes]:
    """Yield the parts in UTF-8, gathered into pieces."""
    gathered: list[str] = []
    length = 0
    for part in parts:
        gathered.append(part)
        length += len(part)
        if length >= PIECE:
            yield "".join(gathered).encode()
            gathered, length = [], 0
    yield "".join(gathered).encode()
