"""What a database knows of its data is learnt anew where very much of it has come at once."""

from __future__ import annotations

from pathlib import Path
from shutil import which

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from forum.db import db
from tests.cast import Make
from tests.databases import need
from tests.test_polis import COMMENTS, VOTES

FORGET = {
    "sqlite": ("ANALYZE", "DELETE FROM sqlite_stat1"),
    "postgresql": ("UPDATE pg_class SET reltuples = -1 WHERE relname = 'votes'",),
}
KNOWN = {
    "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = 'votes'",
    "postgresql": "SELECT reltuples FROM pg_class WHERE relname = 'votes' AND reltuples >= 0",
}


def forget(app: Flask) -> str:
    """Have the database know nothing of its data; return its kind."""
    with app.app_context(), db.engine.begin() as connection:
        for statement in FORGET[connection.dialect.name]:
            connection.execute(text(statement))
        return connection.dialect.name


def votes_known(app: Flask) -> int | None:
    """Return how many votes the database thinks that there are; None where it never looked."""
    with app.app_context(), db.engine.connect() as connection:
        found = connection.scalar(text(KNOWN[connection.dialect.name]))
    return None if found is None else int(str(found).split()[0].split(".")[0])


def test_after_a_restore(app: Flask, make: Make, runner: FlaskCliRunner, tmp_path: Path) -> None:
    make.proposal(make.essay(), support=3, oppose=1)
    if forget(app) == "postgresql" and not all(map(which, ("pg_dump", "pg_restore", "psql"))):
        need("postgresql", "its client programs are not installed")
    assert votes_known(app) is None
    file = str(tmp_path / "forum.backup")
    for command in (["backup", file], ["restore", file, "--yes"]):
        with app.app_context():
            db.session.remove()
        done = runner.invoke(args=command)
        assert done.exit_code == 0, done.output
    assert votes_known(app) == 4


def test_after_an_import(app: Flask, make: Make, runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS, encoding="utf-8")
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    essay = make.essay()
    forget(app)
    assert votes_known(app) is None
    done = runner.invoke(args=["import", "polis", str(tmp_path), "--essay", essay.slug])
    assert done.exit_code == 0, done.output
    assert votes_known(app) == 3
