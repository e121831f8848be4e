"""How thorough the tests are: a sample by default, everything where CI is set, as .ci/run does."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

EVERYTHING = bool(os.environ.get("CI"))
SAID = "A sample of the slow cases is run; CI=true runs every one."


def examples(most: int) -> int:
    """Return how many examples are looked for, where each takes a database some time."""
    return most if EVERYTHING else most // 4


def left_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield all but the first case of a slow test, and what need not run on a second database."""
    seen: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        again = item.get_closest_marker("slow") and test in seen
        elsewhere = item.get_closest_marker("any_database") and database_of(item) != "sqlite"
        if again or elsewhere:
            yield item
        seen.add(test)


def database_of(item: pytest.Item) -> str:
    """Return the kind of database that a test runs on."""
    case = getattr(item, "callspec", None)
    return str(case.params.get("database", "sqlite")) if case else "sqlite"
