"""Stems of words, which threads look for at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from forum.words.index.stems import english_stem, stems

WORDS = [
    f"{start}{end}"
    for start in ("nation", "publi", "gouvern", "administr", "relation")
    for end in ("ally", "cations", "ements", "ations", "ship", "ables", "euses", "ing", "s")
]


@pytest.fixture
def hurried() -> object:
    """Let threads take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried")
def test_threads_that_stem_at_once_find_what_one_alone_does() -> None:
    def stemmed(_turn: int) -> list[object]:
        return [(stems.__wrapped__(word), english_stem.__wrapped__(word)) for word in WORDS]

    alone = stemmed(0)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(stemmed, range(60)))
