"""``flask demo``: an empty forum filled with something to read, vote on and moderate."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from ..console import plain_errors
from ..database import statistics
from ..db import db

ANY_NUMBER = click.IntRange(min=0)
FILLED = "The database holds something already. The demo needs an empty one."
OTHERS = "The database is in use, so the demo was left out."


@click.command()
@click.option("--if-empty", is_flag=True, help="Leave a database that is in use as it is.")
@click.option(
    "--proposals", type=ANY_NUMBER, default=0, metavar="N", help="Add a discussion of N proposals."
)
@click.option("--votes", type=ANY_NUMBER, default=0, metavar="N", help="And N votes on them.")
@with_appcontext
@plain_errors()
def demo(if_empty: bool, proposals: int, votes: int) -> None:
    """Fill an empty database with the demo and say who signs in.

    The accounts are kept in demo-accounts.txt in the instance folder. With --proposals there is one
    discussion more, as large as one likes: to see how the forum bears it. A million of each take
    some minutes.
    """
    from . import accounts, large, loading  # with all that the demo brings, which no server needs
    from .briefs import publish_all
    from .hearsay import tell_the_story

    if votes and not proposals:
        raise click.UsageError("Say how many --proposals the votes are for.")

    if loading.is_empty():
        lines, drafts, facilitator = loading.load()
        accounts.keep(lines)  # first, so that nobody is left with passwords that were lost
        db.session.commit()
        publish_all(drafts, facilitator)
        tell_the_story()
        db.session.commit()
        if proposals:
            large.add(proposals, votes, facilitator)
            db.session.commit()
        statistics.refresh()
        click.echo(lines)
    elif not if_empty:
        raise click.ClickException(FILLED)
    else:
        click.echo(accounts.kept() if accounts.is_loaded() else OTHERS)


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(demo)
