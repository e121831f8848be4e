"""``flask erase``: for whoever has the server, and after a backup was put back."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from ..accounts.finding import user_by
from ..console import BadFile, plain_errors
from ..db import db, only_look
from ..moderation.decision import Decision
from ..moderation.models import NothingToDo
from ..replies.models import Reply, reply_for_update
from ..replies.reasons import REASON_LABELS, Reason
from .aftermath import erase_next
from .discussion_archive import archive
from .erasing import erase_reply
from .leaving import take_leave
from .outside import all_known, read
from .replaying import replay

erase = AppGroup("erase", help="Erase texts and people for good, in published briefs too.")


@erase.command("reply")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--because", type=click.Choice([str(each) for each in Reason]), required=True)
@click.option("--note", default="", help="Shown in the public log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@plain_errors()
def reply(number: int, because: str, note: str, yes: bool) -> None:
    """Erase the text of reply NUMBER wherever it stands; the public log says that it was done."""
    only_look()
    seen = db.session.get(Reply, number)
    if seen is None:
        raise click.ClickException(f"There is no reply {number}.")
    if not yes:
        click.confirm(f"“{seen.title or seen.excerpt}” is erased for good. Go on?", abort=True)
    db.session.close()
    held = reply_for_update(number)
    if held is None:
        raise click.ClickException(f"Reply {number} is gone meanwhile.")
    try:
        erase_reply(held, Decision(None, Reason(because), note))
    except NothingToDo as error:
        raise click.ClickException(f"The text of reply {number} is erased already.") from error
    db.session.commit()
    click.echo(f"The text of reply {number} is erased ({REASON_LABELS[Reason(because)]}).")


@erase.command("person")
@click.argument("who")
@click.option("--texts/--keep-texts", default=True, help="Whether what they wrote goes too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@plain_errors()
def person(who: str, texts: bool, yes: bool) -> None:
    """Close the account of WHO and erase what is personal of it; votes stay counted.

    WHO is an address, or the number of a person, such as of somebody in a room.
    """
    only_look()
    found = user_by(who)
    if found is not None and not yes:
        click.confirm(f"The account of {found.name} is closed for good. Go on?", abort=True)
    db.session.close()
    found = user_by(who)
    if found is None:
        raise click.ClickException(f"There is no account with the address or the number {who}.")
    try:
        take_leave(found, texts=texts)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    while erase_next():
        pass
    click.echo(f"Account {found.id} is closed.")


@erase.command("replay")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@plain_errors()
def replay_file(file: Path | None) -> None:
    """Erase once more what a backup that was put back has brought back.

    flask restore does so by itself. FILE is the erasures.jsonl of another node.
    """
    if file is not None and not file.is_file():
        raise BadFile(file, "There is no such file.")
    try:
        known = sorted({*all_known(), *(read(file) if file else ())})
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    db.session.remove()
    click.echo(f"Erased once more: {replay(known)}.")


def init_app(app: Flask) -> None:
    """Give the application the commands, and what restoring and exporting ask for."""
    app.cli.add_command(erase)
    app.extensions |= {"erasures": all_known, "replay_erasures": replay}
    app.extensions["archive"] = archive
