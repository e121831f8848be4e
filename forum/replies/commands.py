"""``flask rerender``: HTML that another renderer made is made anew from its Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import func, select

from ..console import plain_errors, progress
from ..db import db
from ..essays.models import Essay, touch
from ..essays.writing import fill
from ..words import html
from .models import Reply
from .writing import content_of, stored

CHUNK = 100
"""Texts rendered in one transaction."""

Kind = type[Essay] | type[Reply]


def outdated(kind: Kind) -> Iterator[Sequence[Essay | Reply]]:
    """Yield what another renderer made, so much at a time, held until the transaction ends."""
    last = 0
    while True:
        chunk = select(kind).where(kind.renderer != html.RENDERER, kind.id > last)
        held: Any = chunk.order_by(kind.id).limit(CHUNK).with_for_update()
        found = db.session.scalars(held).all()
        if not found:
            return
        last = found[-1].id
        yield found


def render(item: Essay | Reply) -> bool:
    """Render one text anew; say False where it is too tangled for today's limits.

    What was made of such a text before is kept, sanitised by today's rules.
    """
    try:
        if isinstance(item, Essay):
            fill(item, {})
        else:
            for name, value in stored(content_of(item), item.essay.language).items():
                setattr(item, name, value)
    except html.TooComplex:
        item.body_html = str(html.sanitise(item.body_html))
        item.renderer = html.RENDERER
        return False
    return True


def rerender_all(kind: Kind, label: str) -> tuple[int, list[int]]:
    """Render every outdated text of a kind; return how many, and the ids of the too tangled."""
    length = db.session.scalar(select(func.count()).where(kind.renderer != html.RENDERER)) or 0
    done, tangled = 0, []
    with progress(label, length=length) as bar:
        for chunk in outdated(kind):
            tangled += [item.id for item in chunk if not render(item)]
            for essay_id in sorted({essay_of(item) for item in chunk}):
                touch(essay_id)
            db.session.commit()
            db.session.expunge_all()
            done += len(chunk)
            bar.update(len(chunk))
    return done, tangled


def essay_of(item: Essay | Reply) -> int:
    """Return the essay on whose pages the text stands."""
    return item.id if isinstance(item, Essay) else item.essay_id


@click.command()
@with_appcontext
@plain_errors()
def rerender() -> None:
    """Render texts anew that another version rendered."""
    for kind, label, word in ((Essay, "Essays", "essay"), (Reply, "Replies", "reply")):
        done, tangled = rerender_all(kind, label)
        click.echo(f"{label}: {done:,} rendered anew.")
        for item_id in tangled:
            click.echo(f"The {word} {item_id} is too tangled to render; its HTML was sanitised.")


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(rerender)
