"""``flask jurisdictions``: what a new site begins with."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from ..console import plain_errors
from ..db import db
from .jurisdiction_changes import choose_set, in_use
from .jurisdiction_sets import SETS
from .jurisdictions import name_in

group = AppGroup("jurisdictions", help="Say who can pull a lever on this site.")


@group.command("set")
@click.argument("name", type=click.Choice(list(SETS)))
@plain_errors()
def set_(name: str) -> None:
    """Begin with the set NAME; what is not in it is retired, and stays where it is used."""
    choose_set(name)
    db.session.commit()
    tell()


@group.command("list")
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
    app.cli.add_command(group)
