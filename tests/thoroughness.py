"""How thorough the tests are.

By default SQLite, a sample of the slow cases, and nothing that takes long; where
FORUM_TEST_REQUIRE names another database, that too; where CI is set, as .ci/run does, every case
on every database; where FORUM_TEST_EXHAUSTIVE is, as `make slow` does, what takes longest as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

EXHAUSTIVE = bool(os.environ.get("FORUM_TEST_EXHAUSTIVE"))
EVERYTHING = EXHAUSTIVE or bool(os.environ.get("CI"))
REQUIRED = frozenset(os.environ.get("FORUM_TEST_REQUIRE", "").split(","))
SAID = "SQLite and a sample of the slow cases; CI=true runs every one on PostgreSQL too."


def examples(most: int) -> int:
    """Return how many examples are looked for, where each takes a database some time."""
    return most if EXHAUSTIVE else most // 2 if EVERYTHING else most // 4


def left_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield what this run leaves to a more thorough one, as the marks of each test say."""
    seen: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        again = marked(item, "slow") and test in seen
        database = database_of(item)
        elsewhere = database != "sqlite"
        unasked = elsewhere and (database not in REQUIRED or marked(item, "any_database"))
        longest = marked(item, "exhaustive") or (elsewhere and marked(item, "one_database"))
        sampled = again or unasked or marked(item, "long")
        if (sampled and not EVERYTHING) or (longest and not EXHAUSTIVE):
            yield item
        seen.add(test)


def marked(item: pytest.Item, name: str) -> bool:
    """Say whether a test, its case or its file has this mark."""
    return item.get_closest_marker(name) is not None


def database_of(item: pytest.Item) -> str:
    """Return the kind of database that a test runs on."""
    case = getattr(item, "callspec", None)
    return str(case.params.get("database", "sqlite")) if case else "sqlite"
