"""``flask essay import``: an essay from a file, once, however often the file is imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from ..accounts.models import User
from ..console import plain_errors
from ..db import db
from ..web import dates
from ..words import text
from .front_matter import EssayFile, read_essay
from .models import Essay, essay_for_update
from .opening import close, publish
from .writing import edit_essay, write_essay

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

    The essay that is there is the one with the same title or slug, letters and digits compared.
    """
    there = essay_titled(file.content["title"])
    if there is None:
        essay = write_essay(by, file.content, slug)
        if file.closes:
            essay.closes_at = dates.end_of(dates.today() + timedelta(days=file.closes))
        return Imported(essay, ImportOutcome.ADDED)
    changed = edit_essay(there, by, file.content, AGAIN)
    return Imported(there, ImportOutcome.CHANGED if changed else ImportOutcome.UNCHANGED)


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
    publish(essay, by)
    if file.closed:
        close(essay, by, OVER)
    return True


@essays.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", "published", is_flag=True, help="Open its discussion to everyone.")
@plain_errors()
def import_file(file: Path, published: bool) -> None:
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
    read = read_essay(file)
    done = import_essay(read)
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
    if opened:
        return f"{first} It is published{' and closed' if essay.state == 'closed' else ''}."
    if essay.state == "draft":
        return f"{first} It is a draft; --publish opens its discussion."
    return f"{first} Its discussion is {essay.state}."


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(essays)
