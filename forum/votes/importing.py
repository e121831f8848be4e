"""``flask import polis``: a discussion held elsewhere, brought in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from ..console import plain_errors
from ..db import db
from ..essays.models import essay_by_slug
from ..replies.tags import Lever
from .adopting import VALUES, Summary, import_export
from .polis import read_export

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
@plain_errors()
def import_polis(folder: Path, slug: str, lever: str) -> None:
    """Import the Polis export in DIR into an essay.

    DIR holds comments.csv and one of votes.csv, participants-votes.csv and matrix_votes.csv.
    Statements become proposals; those the hosts rejected are hidden. People become pseudonyms that
    cannot sign in. The last vote of each counts, and none on one's own statement.

    Importing again adds only what is new. A file with a mistake leaves everything as it was.
    """
    essay = essay_by_slug(slug)
    if essay is None:
        raise click.ClickException(f"There is no essay {slug}.")
    click.echo(f"Reading {folder}")
    summary = import_export(essay, read_export(folder), Lever(lever))
    db.session.commit()
    for line in summary_lines(summary):
        click.echo(line)


def summary_lines(found: Summary) -> Iterator[str]:
    """Yield the summary, line by line."""
    yield f"Statements: {found.statements:,}, of which {found.hidden:,} hidden"
    yield f"People: {found.people:,}"
    kinds = ", ".join(f"{found.votes[value.value]:,} {value.value}" for value in VALUES.values())
    yield f"Votes: {found.votes.total():,} ({kinds})"
    yield f"Left out: {found.own:,} votes of authors on their own statements"
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
