"""No command holds everything: on eight times as much it takes as much memory, save a little.

Each runs in a process of its own, whose highest memory the system tells. How far it has come it
says on a terminal alone. ``FORUM_TEST_MANY`` says how many proposals the larger discussion has.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import update

from forum.database import statistics
from forum.db import db
from forum.demo import bulk
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.cast import Make

ROOT = Path(__file__).resolve().parents[1]
MANY = int(os.environ.get("FORUM_TEST_MANY", "16000"))
FEW = MANY // 8
VOTES = 10
"""Votes of an export from elsewhere, for each proposal there is here."""
MOST = 448
"""Bytes more for each proposal more: a tenth of what a row takes that is held, and half of what
the heights of rows took in a workbook."""
SPARE = 4 * 2**20
"""Bytes more in any case: what is kept of a file until some limit fills as it is read."""
ALONE = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-m", "flask", "--app", "forum", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""A child of the tests themselves would be told to have had their memory, before it began."""

EXPORTS = ("csv", "json", "md", "xlsx")


@dataclass(frozen=True)
class Ran:
    """What a command took and said: bytes at the most, and what stood on standard error."""

    peak: int
    told: str


def run(app: Flask, arguments: list[str], on_terminal: bool = False) -> Ran:
    """Run a command on the database of the tests, in a process of its own."""
    with app.app_context():
        address = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        db.engine.dispose()
    place = {**os.environ, "FORUM_DATABASE_URL": address, "FORUM_SECRET_KEY": "for tests only"}
    ours, theirs = pty.openpty() if on_terminal else os.pipe()
    command = [sys.executable, "-c", ALONE, *arguments]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    told = b"".join(all_of(ours)).decode()
    said, _none = child.communicate()
    assert child.returncode == 0, (arguments, said, told)
    return Ran(int(said.split()[-1]) * 1024, told)


def all_of(handle: int) -> Iterator[bytes]:
    """Yield what comes until nobody writes any more; a terminal says that by an error."""
    try:
        while piece := os.read(handle, 1 << 16):
            yield piece
    except OSError:
        pass
    finally:
        os.close(handle)


def write_polis(folder: Path, votes: int) -> Path:
    """Write a discussion held elsewhere, of so many votes."""
    folder.mkdir()
    chance = Random(votes)
    statements, people = votes // 400 + 10, votes // 50 + 10
    heading = "timestamp,comment-id,author-id,moderated,comment-body"
    lines = (f"{1_500_000_000_000 + n},{n},{n},1,Say {n} in words" for n in range(statements))
    (folder / "comments.csv").write_text("\n".join([heading, *lines]), encoding="utf-8")
    with (folder / "votes.csv").open("w", encoding="utf-8") as file:
        file.write("timestamp,comment-id,voter-id,vote\n")
        for number in range(votes):
            on, by = chance.randrange(statements), chance.randrange(people)
            file.write(f"{1_500_000_100_000 + number},{on},{by},{chance.choice((1, 0, -1))}\n")
    return folder


def fill(app: Flask, make: Make, proposals: int) -> Essay:
    """Return a discussion of so many proposals, whose HTML an older renderer made."""
    essay = make.essay(f"What {proposals} people say")
    with app.app_context():
        readers = bulk.add_readers(bulk.READERS)
        bulk.fill(db.session.get_one(Essay, essay.id), proposals, 2 * proposals, readers)
        db.session.execute(update(Reply).values(renderer="older"))
        db.session.commit()
        statistics.refresh()
    return essay


def commands(essay: Essay, into: Essay, folder: Path, proposals: int) -> dict[str, list[str]]:
    """Return every command that goes through everything, in such an order that each finds something
    to do."""
    backup, polis = str(folder / "backup"), write_polis(folder / "polis", VOTES * proposals)
    exports = {
        f"export {each}": [
            *("export", essay.slug, "--format", each, "--output", str(folder / f"file.{each}"))
        ]
        for each in EXPORTS
    }
    return {
        "rerender": ["rerender"],
        "search": ["search", "rebuild"],
        "recount": ["recount"],
        "backup": ["backup", backup],
        "restore": ["restore", backup, "--yes"],
        **exports,
        "import": ["import", "polis", str(polis), "--essay", into.slug],
        "worker": ["worker", "--once"],
    }


def peaks(app: Flask, make: Make, folder: Path, proposals: int) -> dict[str, Ran]:
    """Run every command on a discussion of so many proposals more."""
    folder.mkdir()
    essay, into = fill(app, make, proposals), make.essay(f"Brought in {proposals}")
    found = {}
    for name, arguments in commands(essay, into, folder, proposals).items():
        found[name] = run(app, arguments)
        print(f"{proposals:,} proposals, {name}: {found[name].peak / 2**20:.1f} MiB")
    return found


@pytest.mark.exhaustive
def test_a_command_takes_as_much_memory_for_eight_times_as_much(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    few = peaks(app, make, tmp_path / "few", FEW)
    many = peaks(app, make, tmp_path / "many", MANY)
    bound = SPARE + MOST * (MANY - FEW)
    grown = {name: many[name].peak - few[name].peak for name in few}
    assert {name: more for name, more in grown.items() if more > bound} == {}
    assert {
        name: ran.told for name, ran in many.items() if "\r" in ran.told or "%" in ran.told
    } == {}


@pytest.mark.exhaustive
@pytest.mark.one_database
def test_a_command_says_on_a_terminal_how_far_it_is(app: Flask, make: Make, tmp_path: Path) -> None:
    essay, into = fill(app, make, 50), make.essay("Brought in")
    for name, arguments in commands(essay, into, tmp_path, 50).items():
        told = run(app, arguments, on_terminal=True).told
        assert ("100%" in told) == (name != "worker"), (name, told)
