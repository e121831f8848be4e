"""An empty forum filled with something to read, vote on and moderate."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from ..accounts.models import User
from ..briefs.models import BriefDraft
from ..console import progress
from ..db import db, now
from ..essays.front_matter import EssayFile, read_essay
from ..essays.importing import import_essay
from ..essays.models import Essay
from . import accounts
from .briefs import add_shortlists
from .circle import Aftermath, add_bodies, terms_of
from .discussion import Event, StagedDiscussion

HERE = Path(__file__).parent
BEGAN = timedelta(weeks=18)
"""How long ago the people of the demo joined."""


def is_empty() -> bool:
    """Say whether nobody and nothing is there yet."""
    first = select(User.id).limit(1), select(Essay.id).limit(1)
    return all(db.session.scalar(query) is None for query in first)


def load() -> tuple[str, list[BriefDraft], User]:
    """Fill the database; return the lines that say who can sign in, and what is to be published.

    The caller commits, and then has the drafts published by the person returned.
    """
    today = now()
    people, lines = accounts.add_people(read("people.yaml")["people"], today - BEGAN)
    voters = accounts.add_voters(today - BEGAN)
    circle = read("circle.yaml")
    bodies = add_bodies(circle["bodies"], people, today - BEGAN)
    events: list[Event] = list(Aftermath(bodies, people, today).events(circle["answers"]))
    for place, path in enumerate(sorted((HERE / "essays").glob("*.md"))):
        file = read_essay(path)
        essay = import_essay(file, by=people["fay"], slug=path.stem).essay
        begins, ends = span(file, place, today)
        terms = terms_of(circle["deals"].get(path.stem), bodies)
        statement = circle["closings"].get(path.stem, "")
        discussion = StagedDiscussion(
            essay, people, voters, begins, ends, file.closed, terms, statement
        )
        events.extend(discussion.events(read(f"replies/{path.stem}.yaml")))
    events.sort(key=lambda event: event[0])
    with progress("Playing the demo through", events) as shown:
        for at, happen in shown:
            happen(at)
    db.session.flush()
    return lines, add_shortlists(read("briefs.yaml")["shortlists"], people["fay"]), people["fay"]


def span(file: EssayFile, place: int, today: datetime) -> tuple[datetime, datetime]:
    """Return when a discussion began and ended, or until when it has gone on so far."""
    if file.closed:
        return today - timedelta(weeks=16), today - timedelta(weeks=8)
    return today - timedelta(weeks=2 + place), today - timedelta(minutes=20)


def read(name: str) -> Any:
    """Return what a file of the demo holds."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
