"""``flask recount``: every stored count and score compared with its rows, and made anew from them.

Each chunk has a transaction of its own: memory stays small, and the site can be used meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select, text

from ..console import plain_errors, progress
from ..db import db
from ..essays.models import touch
from ..web.page_versions import begin_anew
from .counters import Counter, Drift

CHUNK = 500
"""Rows whose numbers are compared in one transaction."""
LINES = 50
"""Drifts that are named before the rest is only numbered."""


def drifts(counter: Counter, repair: bool) -> Iterator[list[Drift]]:
    """Yield what drifted, chunk by chunk; with ``repair`` it is mended and committed by then."""
    for ids in chunks(counter):
        if repair:
            counter.lock(ids)
        elif db.engine.dialect.name == "postgresql":
            # One view of everything, so that a vote cast meanwhile does not look like drift.
            db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        found = counter.check(ids)
        if repair and found:
            counter.mend(found)
            for essay_id in sorted({drift.essay_id for drift in found}):
                touch(essay_id)
            begin_anew()
            db.session.commit()
        db.session.rollback()
        yield found


def chunks(counter: Counter) -> Iterator[list[int]]:
    """Yield the ids of the counter's table in order, so many at a time."""
    last = 0
    while True:
        page = select(counter.of.id).where(counter.of.id > last).order_by(counter.of.id)
        ids = list(db.session.scalars(page.limit(CHUNK)))
        db.session.rollback()
        if not ids:
            return
        last = ids[-1]
        yield ids


def go_through(counter: Counter, repair: bool) -> Iterator[Drift]:
    """Yield every drift of one counter, and show how far it has come."""
    length = db.session.scalar(select(func.count()).select_from(counter.of)) or 0
    with progress(counter.name, length=length) as bar:
        for found in drifts(counter, repair):
            yield from found
            bar.update(CHUNK)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; print drift, and exit 1 for any.")
@with_appcontext
@plain_errors()
def recount(check: bool) -> None:
    """Rebuild every stored count and score from the rows it stands for."""
    named: list[Drift] = []
    total = 0
    for counter in current_app.extensions["counters"]:
        for drift in go_through(counter, repair=not check):
            total += 1
            if len(named) < LINES:
                named.append(drift)
    for drift in named:
        click.echo(str(drift))
    if total > len(named):
        click.echo(f"… and {total - len(named):,} more.")
    if not total:
        click.echo("No drift.")
    elif check:
        click.echo(f"{total:,} numbers have drifted. Run flask recount to mend them.")
        raise click.exceptions.Exit(1)
    else:
        click.echo(f"{total:,} numbers had drifted and are mended.")


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(recount)
