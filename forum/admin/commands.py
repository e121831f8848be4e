"""``flask doctor``, and the commands beside the pages of administrators."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from ..console import plain_errors
from ..db import db
from ..settings.jurisdiction_changes import choose_set, in_use
from ..settings.jurisdiction_sets import SETS
from ..settings.jurisdictions import name_in
from .doctor import findings


@click.command()
@with_appcontext
def doctor() -> None:
    """Say what is in order and what is to be mended; exit with 1 where anything is."""
    sound = True
    for finding in findings():
        sound = sound and finding.sound
        click.echo(f"{'ok  ' if finding.sound else 'MEND'}  {finding.says}")
    sys.exit(0 if sound else 1)


jurisdictions = AppGroup("jurisdictions", help="Say who can pull a lever on this site.")


@jurisdictions.command("set")
@click.argument("name", type=click.Choice(list(SETS)))
@plain_errors()
def set_(name: str) -> None:
    """Begin with the set NAME; what is not in it is retired, and stays where it is used."""
    choose_set(name)
    db.session.commit()
    tell()


@jurisdictions.command("list")
@plain_errors()
def list_() -> None:
    """Say which are in use, in order."""
    tell()


def tell() -> None:
    """Write a line for each that is in use."""
    for slug, names in in_use().items():
        click.echo(f"{slug:12} {name_in(names, 'en')}")


def init_app(app: Flask) -> None:
    """Give the application the commands."""
    app.cli.add_command(doctor)
    app.cli.add_command(jurisdictions)
