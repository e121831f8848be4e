"""``flask answers``: a body's answers from a file, from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from ..accounts.models import user_by_email
from ..bodies.models import body_by_slug
from ..console import plain_errors
from ..db import db
from .many import publish_sheet
from .sheet import CheckedSheet, NotASheet, check_sheet
from .sheet_files import read_sheet

answers = AppGroup("answers", help="Put back a list of answers.")


@answers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--body", "slug", required=True, help="The body that answers: its SLUG.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose answers they are.")
@click.option("--dry-run", is_flag=True, help="Check the file, and publish nothing.")
@plain_errors()
def import_answers(file: Path, slug: str, email: str, dry_run: bool) -> None:
    """Publish the answers of a list that was filled in, FILE: all of them, or none."""
    body = body_by_slug(slug)
    if body is None:
        raise click.ClickException(f"There is no body {slug}.")
    by = user_by_email(email) if email else None
    if email and by is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    with current_app.test_request_context():
        try:
            sheet = check_sheet(read_sheet(file.read_bytes(), file.name), body, by)
        except NotASheet as error:
            raise click.ClickException(str(error)) from error
        refuse(sheet)
        if not dry_run:
            publish_sheet(sheet, body, by)
            db.session.commit()
    done = "would be published" if dry_run else "published"
    click.echo(f"{len(sheet.rows)} answers {done}, {sheet.untouched} rows left empty.")


def refuse(sheet: CheckedSheet) -> None:
    """Say what is wrong, cell by cell, and end with 1."""
    for error in sheet.errors:
        click.echo(f"row {error.line}, {error.column}: {error.why}", err=True)
    if sheet.errors:
        raise click.ClickException("Nothing was published.")


def init_app(app: Flask) -> None:
    """Give the application the commands."""
    app.cli.add_command(answers)
