"""``flask import polis``: a discussion held elsewhere, brought in whole or not at all."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from ..console import plain_errors
from ..database import statistics
from ..database.named_locks import lock_number
from ..db import db
from ..essays.models import SUMMARY_LENGTH, Essay, essay_by_slug
from ..essays.writing import edit_essay
from ..replies.tags import Lever
from .adopting import Adoption, Summary
from .polis import PolisExport, Reading, read_export
from .polis_rows import VALUES
from .polis_store import PolisStore

BREATH = 0.002
"""Seconds between two steps, for those who wait to write."""
WHY = {
    "blank": "statements without a word",
    "meta": "statements about the discussion itself (--with-meta takes them)",
}

imports = AppGroup("import", help="Bring in discussions that were held elsewhere.")


@imports.command("polis")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--essay", "slug", required=True, metavar="SLUG", help="The essay to import into.")
@click.option(
    "--lever",
    type=click.Choice([lever.value for lever in Lever]),
    default="policy",
    show_default=True,
    help="The lever that the proposals get.",
)
@click.option("--turn-signs", is_flag=True, help="Read 1 as against and -1 as for.")
@click.option("--as-they-are", is_flag=True, help="Take votes that differ from comments.csv.")
@click.option("--with-meta", is_flag=True, help="Take statements about the discussion itself too.")
@plain_errors()
def import_polis(
    folder: Path, slug: str, lever: str, turn_signs: bool, as_they_are: bool, with_meta: bool
) -> None:
    """Import the Polis export in DIR into an essay.

    DIR holds comments.csv and one of votes.csv, participants-votes.csv and matrix_votes.csv, bare
    or with the stamp in front with which they are downloaded, and where there is one summary.csv,
    whose topic and address an essay gets that has no summary and no source.
    Statements become proposals; those the hosts rejected are hidden. People become pseudonyms that
    cannot sign in. The last vote of each counts, and none on one's own statement.

    Importing again adds only what is new. A file with a mistake leaves everything as it was, and
    nothing is shown before all of it is there. Others can read and write meanwhile.
    """
    essay = essay_by_slug(slug)
    db.session.rollback()
    if essay is None:
        raise click.ClickException(f"There is no essay {slug}.")
    click.echo(f"Reading {folder}")
    with PolisStore() as store:
        export = read_export(folder, Reading(turn_signs, as_they_are, with_meta), store)
        units = " and ".join(sorted(export.units))
        click.echo(f"Read {', '.join(export.files)}; times are in {units}")
        with alone(essay.slug):
            summary = bring_in(Adoption(essay, export, Lever(lever)))
    statistics.refresh()
    for line in summary_lines(summary):
        click.echo(line)


def bring_in(adoption: Adoption) -> Summary:
    """Do the import step by step, others between them; what fails is taken back."""
    try:
        for _step in adoption.steps():
            db.session.commit()
            time.sleep(BREATH)
        fill_gaps(adoption.essay, adoption.export)
        summary = adoption.show()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        for _step in adoption.take_back():
            db.session.commit()
        raise
    return summary


def fill_gaps(essay: Essay, export: PolisExport) -> None:
    """Let an essay say what it is about and where it is from, if only the export does."""
    essay = db.session.merge(essay)
    lacks = {"summary": export.topic[:SUMMARY_LENGTH]} if not essay.summary else {}
    if not essay.source_url and not essay.source_name and is_address(export.url):
        lacks |= {"source_url": export.url, "source_name": "Polis"}
    if any(lacks.values()):
        edit_essay(essay, None, lacks, "From the Polis export.")


def is_address(url: str) -> bool:
    """Say whether this is a plain address of the web."""
    return urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).netloc)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let a second import into the same essay wait until this one is done."""
    if db.engine.dialect.name == "postgresql":
        number = lock_number(name)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(select(func.pg_advisory_lock(number)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(number)))
        return
    with (Path(current_app.instance_path) / f"importing-{name}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def summary_lines(found: Summary) -> Iterator[str]:
    """Yield the summary, line by line."""
    yield f"Statements: {found.statements:,}, of which {found.hidden:,} hidden"
    yield f"People: {found.people:,}"
    kinds = ", ".join(f"{found.votes[value.value]:,} {value.value}" for value in VALUES.values())
    yield f"Votes: {found.votes.total():,} ({kinds})"
    yield f"Left out: {found.own:,} votes of authors on their own statements"
    for why, (statements, votes) in sorted(found.left_out.items()):
        yield f"Left out: {statements:,} {WHY[why]}, with {votes:,} votes"
    yield (
        f"New: {found.new_statements:,} statements, {found.new_people:,} people, "
        f"{found.new_votes:,} votes; changed: {found.changed_votes:,} votes"
    )
    yield (
        f"Already there: {found.statements - found.new_statements:,} statements, "
        f"{found.people - found.new_people:,} people, "
        f"{found.votes.total() - found.new_votes - found.changed_votes:,} votes"
    )


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(imports)
