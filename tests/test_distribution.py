"""By what each table would be shared out among machines, and which docs/scaling.md names for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Table

from forum.db import db

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scaling.md"
BY_TRIGGER = {"search_words"}
"""What belongs to a reply and is kept by triggers, so that no key says it."""


def named(paragraph: str) -> set[str]:
    """Return the tables that a paragraph of the page names, as it begins."""
    section = PAGE.read_text(encoding="utf-8").partition("## Distribution by essay")[2]
    text = section.partition(f"- **{paragraph}**")[2]
    assert text, f"{PAGE.name} has no paragraph on: {paragraph}"
    return set(re.findall(r"`([a-z_]+)`", re.split(r"\n- \*\*|\n## ", text)[0]))


def tables() -> dict[str, Table]:
    """Return every table by name."""
    return {table.name: table for table in db.metadata.sorted_tables}


def leads_to_an_essay(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Say whether what a row names belongs to an essay, or what that names does."""
    there = (key.column.table for key in table.foreign_keys)
    return any(
        "essay_id" in each.c or each.name == "essays" or leads_to_an_essay(each, seen | {each.name})
        for each in there
        if each.name not in seen
    )


@pytest.mark.any_database
def test_a_table_carries_its_essay_or_is_named_among_those_that_do_not() -> None:
    without = {name for name, table in tables().items() if "essay_id" not in table.c}
    missing, by_user = named("It is missing"), named("By user")
    everywhere = named("Reference tables")
    assert without == missing | by_user | everywhere
    assert not missing & by_user | missing & everywhere | by_user & everywhere
    of_an_essay = {name for name in without if leads_to_an_essay(tables()[name])}
    assert missing == (of_an_essay | BY_TRIGGER) - by_user
