"""``flask deal``: the deal of a discussion that is not open yet, from the command line."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from ..bodies.models import body_by_slug
from ..console import plain_errors
from ..db import db
from ..essays.models import Essay, essay_by_slug, essay_for_update
from .changing import set_deal
from .models import HOLD_DAYS
from .terms import BadTerms, NamedBody, Terms

deals = AppGroup("deal", help="Say who answers what by when, before a discussion opens.")


def draft_called(slug: str) -> Essay:
    """Return the essay with its row held; refuse one whose discussion is open already."""
    found = essay_by_slug(slug)
    essay = essay_for_update(found.id) if found else None
    if essay is None:
        raise click.ClickException(f"There is no essay {slug}.")
    return essay


@deals.command("set")
@click.argument("slug")
@click.option("--body", "slugs", multiple=True, required=True, metavar="SLUG", help="Who answers.")
@click.option("--agreed", "source", default="", metavar="SOURCE", help="How we know they agreed.")
@click.option("--bound", type=click.FloatRange(0, 1, min_open=True, max_open=True))
@click.option("--voters", type=click.IntRange(1), default=1, show_default=True)
@click.option("--hold", type=click.IntRange(0, 365), default=HOLD_DAYS, show_default=True)
@click.option("--at-closing", is_flag=True, help="Look at the bound at closing alone: no hold.")
@click.option("--not-at-closing", is_flag=True, help="Look at the bound while it is open alone.")
@click.option("--in-brief", is_flag=True, help="What stands in a published brief is answered.")
@click.option("--top-per-lever", type=click.IntRange(1), metavar="K")
@click.option("--days", type=click.IntRange(1, 3650), required=True, help="To answer within.")
@click.option("--because", default="", metavar="TEXT", help="Why, shown with the deal.")
@plain_errors()
def set_terms(
    slug: str,
    slugs: tuple[str, ...],
    source: str,
    bound: float | None,
    voters: int,
    hold: int,
    at_closing: bool,
    not_at_closing: bool,
    in_brief: bool,
    top_per_lever: int | None,
    days: int,
    because: str,
) -> None:
    """Let bodies answer what meets these rules in the discussion of the essay SLUG."""
    essay = draft_called(slug)
    if at_closing and not_at_closing:
        raise click.UsageError("--at-closing and --not-at-closing leave nothing of the bound.")
    agreement = "agreed" if source else "asked"
    named = []
    for each in dict.fromkeys(slugs):
        body = body_by_slug(each)
        if body is None:
            raise click.ClickException(f"There is no body {each}.")
        named.append(NamedBody(body.id, None, agreement, None, source))
    terms = Terms(
        days,
        tuple(named),
        in_brief,
        bound,
        voters,
        None if bound is None or at_closing else hold,
        bound is not None and not not_at_closing,
        top_per_lever,
    )
    change(essay, terms, because)


@deals.command("none")
@click.argument("slug")
@click.option("--because", default="", metavar="TEXT", help="Why, shown on the page.")
@plain_errors()
def no_deal(slug: str, because: str) -> None:
    """Say that the discussion of the essay SLUG has no deal: nobody promised an answer."""
    change(draft_called(slug), Terms(), because)


def change(essay: Essay, terms: Terms, because: str) -> None:
    """Give the essay the terms, and say so."""
    try:
        deal = set_deal(essay, terms, None, because)
    except BadTerms as error:
        raise click.UsageError(
            "Say what is answered: --bound, --in-brief or --top-per-lever."
        ) from error
    db.session.commit()
    if deal is None:
        click.echo(f"The deal of {essay.slug} is that already: unchanged.")
    else:
        click.echo(f"The deal of {essay.slug} is in force, as version {deal.version}.")


def init_app(app: Flask) -> None:
    """Give the application the commands."""
    app.cli.add_command(deals)
