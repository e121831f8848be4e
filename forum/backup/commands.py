"""``flask backup`` and ``flask restore``."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from ..console import BadFile, plain_errors
from ..database import statistics
from ..db import db
from ..web.page_versions import PageVersion, begin_anew
from . import postgresql, sqlite

FILE = click.Path(path_type=Path)
OLD = "It is of an earlier version: run flask db upgrade now, and then flask erase replay."


def sqlite_file() -> Path | None:
    """Return the file of the SQLite database in use, or nothing where it is PostgreSQL."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise click.ClickException("The database is in memory only; there is no file to copy.")
    return Path(url.database)


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
@plain_errors()
def backup(file: Path) -> None:
    """Copy the whole database into a new FILE.

    The site may run meanwhile. FILE is a SQLite database or, with PostgreSQL, a dump in pg_dump's
    own format. It holds email addresses and password hashes: keep it safe. What else lies in the
    instance folder, such as the secret key, is not in it.
    """
    database = sqlite_file()
    if database is None:
        postgresql.back_up(file)
    else:
        sqlite.back_up(database, file)
    click.echo(f"The database is in {file}, {file.stat().st_size:,} bytes, and was checked.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
@plain_errors()
def restore(file: Path, yes: bool) -> None:
    """Replace the whole database by a backup.

    FILE, made by flask backup, is checked first. It is all or nothing: what fails leaves the
    database as it was.
    """
    if not file.is_file():
        raise BadFile(file, "There is no such file.")
    database = sqlite_file()
    today = sqlite.check(file, file) if database else postgresql.check(file, file)
    if not yes:
        where = db.engine.url.render_as_string(hide_password=True)
        click.confirm(f"Everything in {where} is replaced. Go on?", abort=True)
    erased = current_app.extensions["erasures"]()
    db.session.remove()
    db.engine.dispose()
    if database:
        sqlite.restore(file, database)
    else:
        postgresql.restore(file)
    if has_page_versions():
        begin_anew()
        db.session.commit()
    if today:
        statistics.refresh()
        count = current_app.extensions["replay_erasures"](erased)
        click.echo(f"Erased once more, as it was since the backup was made: {count}.")
    click.echo(f"The database is as it was in {file}. {'' if today else OLD}".rstrip())
    click.echo("Restart the site, so that it forgets the pages it holds in memory.")


def has_page_versions() -> bool:
    """Say whether what was put back counts what pages show: pages kept elsewhere are of after."""
    return inspect(db.engine).has_table(PageVersion.__tablename__)


def init_app(app: Flask) -> None:
    """Give the application the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)
