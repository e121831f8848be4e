"""``flask body``: the bodies that answer and who holds their seats, from the command line."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from ..accounts.models import user_by_email
from ..console import plain_errors
from ..db import db
from ..replies.tag_option import TagOption
from ..replies.tags import JURISDICTION
from ..web import dates
from .models import BODY_KINDS, SLUG_LENGTH, SlugTaken, add_body, appoint, body_by_slug

bodies = AppGroup("body", help="Add bodies that answer, and give people seats in them.")

DAY = click.DateTime(["%Y-%m-%d"])


def checked_slug(_context: click.Context, _option: click.Parameter, slug: str) -> str:
    """Return a slug that can stand in an address, or refuse it."""
    if slug and not re.fullmatch(f"[a-z0-9-]{{1,{SLUG_LENGTH}}}", slug):
        raise click.BadParameter("Use only lower-case letters without accents, digits and hyphens.")
    return slug


@bodies.command("add")
@click.argument("name")
@click.option("--french", default="", metavar="NAME", help="Its name in French.")
@click.option("--slug", default="", callback=checked_slug, help="Its address: /bodies/SLUG.")
@click.option("--kind", type=click.Choice(list(BODY_KINDS)), default="organisation")
@click.option("--jurisdiction", type=TagOption(JURISDICTION), help="Which levers it can pull.")
@click.option("--page", default="", metavar="ADDRESS", help="Where it says what it is.")
@plain_errors()
def add(name: str, french: str, slug: str, **more: Any) -> None:
    """Add a body that answers, called NAME."""
    names = {"en": name, **({"fr": french} if french else {})}
    try:
        body = add_body(names, slug, **more)
    except SlugTaken as error:
        raise click.ClickException(f"There is a body {error} already.") from error
    db.session.commit()
    click.echo(f"{name} is added as {body.slug}.")


@bodies.command("seat")
@click.argument("slug")
@click.argument("email")
@click.option("--title", default="", help="What the person is there: deputy city manager.")
@click.option("--from", "first", type=DAY, help="The first day; today unless said otherwise.")
@click.option("--to", "last", type=DAY, help="The last day; none for no end.")
@plain_errors()
def seat(slug: str, email: str, title: str, first: datetime | None, last: datetime | None) -> None:
    """Let the person with EMAIL answer for the body SLUG."""
    body, user = body_by_slug(slug), user_by_email(email)
    if body is None:
        raise click.ClickException(f"There is no body {slug}.")
    if user is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    begins = first.date() if first else dates.today()
    ends = last.date() if last else None
    if max(begins, ends or begins) >= dates.LATEST:
        raise click.ClickException("This day is too far in the future.")
    if ends is not None and ends < begins:
        raise click.ClickException("The last day lies before the first.")
    appoint(body, user, begins, ends, title=title)
    db.session.commit()
    until = f" to {ends}" if ends else ""
    click.echo(f"{user.name} answers for {body.name_in('en')} from {begins}{until}.")


def init_app(app: Flask) -> None:
    """Give the application the commands."""
    app.cli.add_command(bodies)
