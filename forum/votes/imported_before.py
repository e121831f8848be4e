"""What an earlier import of a deliberation brought: found again, and told from another one."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from .polis import PolisExport
from .polis_rows import WHOLE, by_number

OTHER = (
    "Another discussion was imported into {slug}: its statement {number} is not this one. "
    "Import this discussion into an essay of its own."
)


def refuse_another(essay: Essay, export: PolisExport) -> None:
    """Raise where the essay holds another discussion, whose statements have the same numbers."""
    for number, moment in imported(essay, Reply.created_at).items():
        if export.put_at.get(number, moment) != moment:
            raise click.ClickException(OTHER.format(number=number, slug=essay.slug))


def imported(essay: Essay, column: Any, stage: str = WHOLE) -> dict[int, Any]:
    """Return a column of the proposals imported into the essay, by the statement's number.

    They are known by who put them, so that those that a moderator moved elsewhere are found too.
    """
    query = select(Reply.source, column).join(User, User.id == Reply.author_id)
    theirs = User.source.startswith(f"polis:{essay.slug}:", autoescape=True)
    mine = query.where(theirs, Reply.source.startswith(stage, autoescape=True))
    return dict(by_number(db.session.execute(mine), stage))
