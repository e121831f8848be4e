"""``flask export``: the same files as from the page, and the check of any of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy.engine import Connection
from werkzeug.datastructures import MultiDict

from ..console import plain_errors, progress
from ..db import only_look
from ..essays.models import essay_by_slug
from ..files import written_whole
from ..replies.filters import Filter, Sort
from ..replies.tag_option import TagOption
from ..replies.tags import TAGS
from ..web.dates import iso
from .checking import Altered, NotAnExport
from .fields import Row
from .formats import FORMATS, Format, Refused
from .models import description, record_sent
from .rules import Rules
from .snapshot import open_snapshot
from .tables import Table, table_of
from .unprintable import Unprintable

ORDERS = [sort.value for sort in Sort]
WITH_GAPS = 3
"""The exit status where the file is written, and □ stands in it for letters."""

Option = Callable[[Callable[..., None]], Callable[..., None]]


def tag_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each tag, which may be given several times."""
    for tag in reversed(TAGS):
        about = f"Only this {tag.name}; may be repeated."
        values = TagOption(tag, unsaid=True)
        command = click.option(f"--{tag.name}", type=values, multiple=True, help=about)(command)
    return command


def at_least_one(name: str, about: str) -> Option:
    """Return an option that takes a number from 1 on."""
    return click.option(name, type=click.IntRange(min=1), metavar="N", help=about)


@click.command("export")
@click.argument("slug", required=False)
@click.option("--format", "extension", type=click.Choice(list(FORMATS)), help="The format.")
@tag_options
@click.option("--q", default="", metavar="WORDS", help="Only proposals containing these words.")
@click.option(
    "--sort", type=click.Choice(ORDERS), default="top", show_default=True, help="The order."
)
@at_least_one("--limit", "At most N proposals.")
@at_least_one("--per-lever", "At most N proposals of each lever.")
@at_least_one("--min-voters", "Only proposals on which at least N people voted.")
@click.option("--open", "only_open", is_flag=True, help="Only proposals of open discussions.")
@click.option("--language", default="en", metavar="CODE", help="The language of the words in it.")
@click.option("--output", metavar="FILE", help="Where to write; - for standard output.")
@click.option("--force", is_flag=True, help="Overwrite FILE where it exists.")
@click.option("--verify", type=click.Path(path_type=Path), metavar="FILE", help="Check a file.")
@with_appcontext
@plain_errors()
def export(
    slug: str | None,
    extension: str | None,
    output: str | None,
    force: bool,
    verify: Path | None,
    language: str,
    **asked: Any,
) -> None:
    """Write the proposals of the essay SLUG, or of every essay, to a file.

    \b
    flask export who-answers --format csv --lever policy --limit 20 --output top.csv
    flask export --verify top.csv
    """
    if verify is not None:
        click.echo(verdict(verify))
        return
    if extension is None or output is None:
        raise click.UsageError("Say which --format, and where to write with --output FILE.")
    if language not in current_app.config["LANGUAGES"]:
        known = ", ".join(current_app.config["LANGUAGES"])
        raise click.UsageError(f"There is no language {language}; there are {known}.")
    with force_locale(language), open_snapshot() as snapshot:
        table, record = asked_for(snapshot, slug, **asked)
        write_out(shown(table), FORMATS[extension], output, force)
        record_sent(**record, format=extension)
        if FORMATS[extension].drawn and warn_of(Unprintable.of_table(table)):
            raise SystemExit(WITH_GAPS)


def asked_for(
    snapshot: Connection,
    slug: str | None,
    *,
    q: str,
    sort: str,
    limit: int | None,
    per_lever: int | None,
    min_voters: int | None,
    only_open: bool,
    **tags: tuple[str, ...],
) -> tuple[Table, dict[str, Any]]:
    """Return the table that the options describe, and what is recorded of it."""
    essay = essay_by_slug(slug) if slug else None
    if slug and essay is None:
        raise click.ClickException(f"There is no essay {slug}.")
    only_look()  # In the shell it holds the lock for writing; the site needs that meanwhile.
    query: dict[str, Any] = {**tags, "q": q, "sort": sort}
    chosen, notices = Filter.from_query(MultiDict(query))
    if notices:
        raise click.ClickException(" ".join(notices))
    rules = Rules(limit, per_lever, min_voters, only_open)
    table = table_of(snapshot, chosen, rules, essay)
    return table, description(table, essay, chosen.query(sort=chosen.order) | rules.query())


def shown(table: Table) -> Table:
    """Return the table so that a terminal shows, whenever it is read, how far that is."""

    def read() -> Iterator[Row]:
        with progress("Proposals", table.read(), table.provenance.rows) as rows:
            yield from rows

    return replace(table, read=read)


def write_out(table: Table, format: Format, output: str, force: bool) -> None:
    """Write the file and say what is in it; standard output carries the file alone."""
    try:
        content = format.begin(table)
    except Refused as error:
        raise click.ClickException(f"{error} {error.advice}") from error
    if output == "-":
        sys.stdout.buffer.writelines(content)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    if path.exists() and not force:
        raise click.ClickException(f"{path} exists; --force overwrites it.")
    try:
        with written_whole(path) as file:
            file.writelines(content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    rows = table.provenance.rows
    click.echo(f"{rows} proposal{'s' * (rows != 1)} written to {path}.", err=True)


def warn_of(unprintable: Unprintable) -> bool:
    """Say what the file could not show; return whether a letter is among it."""
    for said in unprintable.told():
        click.echo(f"Warning: {said}", err=True)
    return bool(unprintable.letters)


def verdict(path: Path) -> str:
    """Check a file and return where it came from; raises ClickException where it was altered."""
    format = FORMATS.get(path.suffix.removeprefix(".").lower())
    if format is None:
        raise click.ClickException(f"{path}: its ending must be one of {', '.join(FORMATS)}.")
    try:
        with path.open("rb") as file:
            stated = format.check(file)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from error
    except Altered as error:
        raise click.ClickException(f"{path} was altered: {error}.") from error
    except NotAnExport as error:
        raise click.ClickException(f"{path} cannot be checked. {error}") from error
    return "\n".join(
        [
            f"{path} is as it was written.",
            f"Proposals: {stated.rows}, SHA-256 of the rows: {stated.sha256}",
            f"List: {stated.url}",
            f"Filter: {stated.filter}",
            f"Made at {iso(stated.made_at)} by {stated.software}",
        ]
    )


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(export)
