"""Backups: whole, private, checked, and put back all or nothing."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text

from forum.backup import postgresql as postgresql_copies
from forum.backup import sqlite as sqlite_copies
from forum.db import db
from forum.essays.models import Essay
from forum.web.page_versions import EVERYWHERE, RESTORED, PageVersion
from tests.cast import Make
from tests.databases import need

Command = Callable[..., Any]


@pytest.fixture
def flask(runner: FlaskCliRunner, app: Flask) -> Command:
    """The command line, without open transactions of the test's own."""

    def run(*args: str, **kwargs: Any) -> Any:
        with app.app_context():
            db.session.remove()
        return runner.invoke(args=list(args), **kwargs)

    return run


@pytest.fixture
def postgresql(app: Flask) -> bool:
    """Whether the forum is on PostgreSQL; skips where its programs are missing."""
    with app.app_context():
        found = db.engine.dialect.name == "postgresql"
    if found and not all(map(which, ("pg_dump", "pg_restore", "psql"))):
        need("postgresql", "its client programs are not installed")
    return found


@pytest.fixture
def file(postgresql: bool, tmp_path: Path) -> Path:
    return tmp_path / "forum.backup"


def titles(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Essay.title).order_by(Essay.id)))


def test_a_backup_brings_everything_back(
    app: Flask, flask: Command, make: Make, file: Path
) -> None:
    proposal = make.proposal(make.essay("First"), support=2)
    done = flask("backup", str(file))
    assert done.exit_code == 0, done.output
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    make.essay("Second")
    make.vote(make.user(), proposal, "oppose")
    done = flask("restore", str(file), "--yes")
    assert done.exit_code == 0, done.output
    assert titles(app) == ["First"]
    assert (make.fresh(proposal).support, make.fresh(proposal).oppose) == (2, 0)
    assert flask("recount", "--check").exit_code == 0
    make.vote(make.user(), proposal, "neutral")
    assert make.fresh(proposal).neutral == 1


def test_pages_kept_elsewhere_are_of_another_life_also_where_the_backup_is_older(
    app: Flask, flask: Command, file: Path, postgresql: bool
) -> None:
    if postgresql:
        pytest.skip("A dump cannot be changed like this")
    flask("backup", str(file))
    with closing(sqlite3.connect(file)) as backup, backup:
        backup.execute("UPDATE alembic_version SET version_num = '0049'")
    assert "run flask db upgrade now" in flask("restore", str(file), "--yes").output
    with app.app_context():
        life = PageVersion.scope == EVERYWHERE, PageVersion.shard == RESTORED
        assert db.session.scalar(select(PageVersion.version).where(*life))


def test_a_file_is_never_written_over(flask: Command, file: Path) -> None:
    file.write_text("precious")
    done = flask("backup", str(file))
    assert (done.exit_code, file.read_text()) == (1, "precious")
    assert f"Error: {file}: There is a file of this name already." in done.output


def test_a_folder_that_is_missing_is_named(flask: Command, file: Path) -> None:
    done = flask("backup", str(file / "x"))
    assert (done.exit_code, "It cannot be written" in done.output) == (1, True)


def test_restoring_asks_first(app: Flask, flask: Command, make: Make, file: Path) -> None:
    flask("backup", str(file))
    make.essay("Second")
    done = flask("restore", str(file), input="n\n")
    assert (done.exit_code, titles(app)) == (1, ["Second"])
    assert flask("restore", str(file), input="y\n").exit_code == 0
    assert titles(app) == []


def test_nothing_is_restored_from_another_file(
    app: Flask, flask: Command, make: Make, file: Path
) -> None:
    make.essay("Kept")
    file.write_bytes(b"no database" * 100)
    assert flask("restore", str(file), "--yes").exit_code == 1
    assert "There is no such file." in flask("restore", f"{file}.none", "--yes").output
    assert titles(app) == ["Kept"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE alembic_version SET version_num = 'ffff'", "newer version"),
        ("DELETE FROM alembic_version", "not a backup of this forum"),
        ("DROP TABLE alembic_version", "not a backup of this forum"),
        ("ALTER TABLE votes RENAME TO ballots", "not a backup of this forum"),
        ("DELETE FROM users", "damaged"),
    ],
)
def test_a_database_that_is_not_ours_is_refused(
    app: Flask, flask: Command, make: Make, file: Path, postgresql: bool, change: str, reason: str
) -> None:
    if postgresql:
        pytest.skip("A dump cannot be changed like this")
    make.proposal(make.essay("Kept"), support=1)
    flask("backup", str(file))
    with closing(sqlite3.connect(file)) as backup, backup:
        backup.execute(change)
    done = flask("restore", str(file), "--yes")
    assert (done.exit_code, reason in done.output) == (1, True), done.output
    assert titles(app) == ["Kept"]


def test_a_damaged_backup_is_refused(app: Flask, flask: Command, make: Make, file: Path) -> None:
    make.proposal(make.essay("Kept"), support=1)
    flask("backup", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    done = flask("restore", str(file), "--yes")
    assert (done.exit_code, done.output.startswith("Error: ")) == (1, True), done.output
    assert titles(app) == ["Kept"]


def test_without_its_programs_postgresql_says_which_is_missing(
    flask: Command, file: Path, postgresql: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not postgresql:
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", str(file.parent))
    done = flask("backup", str(file))
    assert "The program pg_dump is needed and was not found" in done.output
    assert not file.exists()


class Bar:
    """A bar as on a terminal, of which only where it stands is seen."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.pos = 0

    def update(self, steps: int) -> None:
        assert steps >= 0
        self.pos += steps


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> dict[str, Bar]:
    """The bars that are shown, by what they say."""
    shown: dict[str, Bar] = {}

    @contextmanager
    def progress(label: str, length: int) -> Iterator[Bar]:
        yield shown.setdefault(label, Bar(length))

    for database in (sqlite_copies, postgresql_copies):
        monkeypatch.setattr(database, "progress", progress)
    return shown


def test_both_ways_say_how_far_they_are(
    flask: Command, make: Make, file: Path, bars: dict[str, Bar]
) -> None:
    make.proposal(make.essay(), support=2)
    assert flask("backup", str(file)).exit_code == 0
    assert flask("restore", str(file), "--yes").exit_code == 0
    assert list(bars) == ["Copying", "Restoring"]
    for bar in bars.values():
        assert bar.pos == bar.length > 0


def test_a_table_of_postgresql_counts_once_the_next_one_is_copied(
    app: Flask, postgresql: bool, bars: dict[str, Bar]
) -> None:
    if not postgresql:
        pytest.skip("SQLite copies pages, not tables")
    told = [f'pg_dump: dumping contents of table "public.{name}"' for name in ("users", "votes")]
    with app.app_context(), postgresql_copies.copying() as heard:
        heard("pg_dump: reading schemas")
        heard(told[0])
        assert bars["Copying"].pos == 0
        heard("\n".join(told))
        users = text("SELECT pg_table_size('users'::regclass)")
        assert bars["Copying"].pos == db.session.scalar(users) > 0
