"""Which files of a folder are a Polis export, whatever its version called them."""

from __future__ import annotations

from pathlib import Path

from ..console import BadFile

STATEMENTS = "comments.csv"
EVENTS = "votes.csv"
WIDE = ("participants-votes.csv", "participant-votes.csv")
MATRIX = "matrix_votes.csv"
SUMMARY = "summary.csv"


def find(folder: Path, *names: str) -> Path | None:
    """Return the file of one of these names, bare or behind a stamp and the report's number.

    Raises BadFile where several could be meant.
    """
    there = sorted(path for path in folder.glob("*.csv") if any(is_named(path, n) for n in names))
    if len(there) > 1:
        raise BadFile(folder, f"It holds both {there[0].name} and {there[1].name}: keep one.")
    return there[0] if there else None


def is_named(path: Path, name: str) -> bool:
    """Say whether a file has this name, or ends in it as what Polis lets people download does."""
    before = path.name.removesuffix(name)
    if before == path.name:
        return False
    return not before or (
        before.endswith("-") and not before.endswith(("participant-", "participants-"))
    )


def statements_in(folder: Path) -> Path:
    """Return the file of statements; raise BadFile where there is none."""
    found = find(folder, STATEMENTS)
    if found is None:
        raise BadFile(folder / STATEMENTS, "It cannot be read: No such file or directory.")
    return found
