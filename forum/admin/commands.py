"""``flask doctor``."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import with_appcontext

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


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(doctor)
