"""``flask essay import``: an essay from a file, once, however often the file is imported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from ..accounts.models import User
from ..console import BadFile, plain_errors
from ..db import db
from ..web import dates
from ..words import text
from .models import SLUG_LENGTH, Essay, essay_by_slug, essay_for_update
from .opening import close, publish
from .writing import edit_essay, write_essay

if TYPE_CHECKING:
    from .front_matter import EssayFile

AGAIN = "Imported again"
OVER = "Closed when it was imported"

essays = AppGroup("essay", help="Bring essays in from files.")


class ImportOutcome(StrEnum):
    """What an import did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Imported:
    """The essay that a file became, and what the import did to it."""

    essay: Essay
    outcome: ImportOutcome


def import_essay(file: EssayFile, by: User | None = None, slug: str = "") -> Imported:
    """Add the essay as a draft, or give the one that is there a new edition where it differs.

    The essay that is there is the one at the address asked for, or else the one with the same title
    or slug, letters and digits compared.
    """
    there = essay_at(slug) or essay_titled(file.content["title"])
    if there is None:
        essay = write_essay(by, file.content, slug)
        if file.closes:
            essay.closes_at = dates.end_of(dates.today() + timedelta(days=file.closes))
        return Imported(essay, ImportOutcome.ADDED)
    changed = edit_essay(there, by, file.content, AGAIN)
    return Imported(there, ImportOutcome.CHANGED if changed else ImportOutcome.UNCHANGED)


def essay_at(slug: str) -> Essay | None:
    """Return the essay at this address, to be changed."""
    found = essay_by_slug(slug) if slug else None
    return essay_for_update(found.id) if found else None


def essay_titled(title: str) -> Essay | None:
    """Return the first essay whose title, or else whose slug, has the same letters and digits."""
    wanted = letters(title)
    rows = db.session.execute(select(Essay.id, Essay.title, Essay.slug).order_by(Essay.id)).all()
    same = [row.id for row in rows if letters(row.title) == wanted] or [
        row.id for row in rows if letters(row.slug) == wanted
    ]
    return essay_for_update(same[0]) if same else None


def letters(words: str) -> str:
    """Return the letters and digits of a text, without case and accents."""
    return "".join(filter(str.isalnum, text.fold(words)))


def open_discussion(essay: Essay, file: EssayFile, by: User | None = None) -> bool:
    """Publish a draft, and close it where the file says that it is over; False for no draft."""
    if essay.state != "draft":
        return False
    if essay.rehearsal is not None:
        raise click.ClickException("People tried its discussion: open it on its rehearsal's page.")
    publish(essay, by)
    if file.closed:
        close(essay, by, OVER)
    return True


def checked_slug(_context: click.Context, _option: click.Parameter, slug: str) -> str:
    """Return a slug that can stand in an address, or refuse it."""
    if slug and (slug == "new" or not re.fullmatch(f"[a-z0-9-]{{1,{SLUG_LENGTH}}}", slug)):
        raise click.BadParameter("Use only lower-case letters without accents, digits and hyphens.")
    return slug


def address_of(essay: Essay) -> str:
    """Return the address of an essay as the outside knows it."""
    return f"{current_app.config['BASE_URL']}/essays/{essay.slug}"


@essays.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--slug", default="", callback=checked_slug, help="Its address: /essays/SLUG.")
@click.option("--publish", "published", is_flag=True, help="Open its discussion to everyone.")
@plain_errors()
def import_file(file: Path, slug: str, published: bool) -> None:
    """Import the essay in FILE: Markdown below a heading between lines of three hyphens.

    \b
    ---
    title: Who answers for the queue?
    author: A. Writer                        (optional)
    source_name: The Quarterly               (optional)
    source_url: https://example.org/queue    (optional)
    first_published: 2024-01-31              (optional)
    language: en                             (optional: en or fr)
    summary: Two sentences for lists.        (optional)
    prompt: What should change first?
    reading:                                 (optional)
      - title: A report
        url: https://example.org/report
    closes: 45                               (optional: days from today)
    state: closed                            (optional: the discussion is over)
    ---
    The text of the essay.

    A file imported again changes nothing, or becomes a new edition where it differs.
    """
    from .front_matter import read_essay  # late: it brings YAML

    read = read_essay(file)
    done = import_essay(read, slug=slug)
    if slug and done.essay.slug != slug:
        raise BadFile(file, f"An essay with this title is there already, as {done.essay.slug}.")
    opened = open_discussion(done.essay, read) if published else False
    db.session.commit()
    click.echo(import_sentence(done, opened))


def import_sentence(done: Imported, opened: bool) -> str:
    """Return what happened, in a sentence or two."""
    essay = done.essay
    first = {
        ImportOutcome.ADDED: f"“{essay.title}” is imported as {essay.slug}.",
        ImportOutcome.CHANGED: f"“{essay.title}” was there already and has a new edition, "
        f"number {essay.edition}.",
        ImportOutcome.UNCHANGED: f"“{essay.title}” is there already, with the same content: "
        "unchanged.",
    }[done.outcome]
    where = f"Its address is {address_of(essay)}."
    if opened:
        return f"{first} It is published{' and closed' if essay.state == 'closed' else ''}. {where}"
    if essay.state == "draft":
        return f"{first} It is a draft; --publish opens its discussion. {where}"
    return f"{first} Its discussion is {essay.state}. {where}"


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(essays)
