"""The log: what moderators did, for everyone; and the same as a file for moderators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, load_only

from ..accounts.models import User
from ..db import db
from ..essays.models import STATE, Essay, essay_by_slug
from ..permissions import can_see_essay
from ..replies.models import Reply
from ..web.pager import NewestFirst, newest_first
from ..words.csv_lines import Cell, csv_lines
from .action_kind import UNDO
from .kinds import BY_NAME
from .models import Action
from .on_rooms import in_numbers

CHUNK = 500
COLUMNS = (
    "id",
    "at",
    "kind",
    "undoes",
    "reason",
    "note",
    "essay",
    "reply",
    "person",
    "by",
    "before",
    "after",
)

WORDS = {"title", "trade_off", "name"}
"""Fields in which people's own words stand; no file tells them."""


@dataclass(frozen=True)
class LogFilter:
    """Which actions; an empty part leaves nothing out."""

    essay: Essay | None = None
    kind: str = ""

    @classmethod
    def from_query(cls, args: Mapping[str, str], user: User) -> Self:
        """Read a query string; what is not known, or not for this user to see, is left out."""
        kind, slug = args.get("kind", ""), args.get("essay", "")
        essay = essay_by_slug(slug) if slug else None
        if essay is not None and not can_see_essay(user, essay):
            essay = None
        return cls(essay, kind if kind in {*BY_NAME, UNDO} else "")

    def query(self) -> dict[str, str]:
        """Return the filter as a query string's fields."""
        fields = {"essay": self.essay.slug if self.essay else "", "kind": self.kind}
        return {name: value for name, value in fields.items() if value}


def log(chosen: LogFilter, before: int | None) -> NewestFirst[Action]:
    """Return a page of the actions."""
    short = defer(Reply.body), defer(Reply.body_html), defer(Reply.search)
    named = load_only(Essay.slug, Essay.title, *STATE, Essay.language)
    loads = [
        joinedload(Action.by),
        joinedload(Action.essay).options(named),
        joinedload(Action.user),
        joinedload(Action.undoes).joinedload(Action.undoes),
    ]
    for its in (Action.reply, Action.target):
        loads += [
            joinedload(its).options(*short),
            joinedload(its).joinedload(Reply.thread).options(*short),
            joinedload(its).joinedload(Reply.essay).options(named),
        ]
    return newest_first(chosen_actions(chosen).options(*loads), Action.id, before)


def chosen_actions(chosen: LogFilter) -> Select[Any]:
    """Return the query of the actions that the filter shows."""
    query: Select[Any] = select(Action)
    if chosen.essay is not None:
        query = query.where(Action.essay_id == chosen.essay.id)
    return query.where(Action.kind == chosen.kind) if chosen.kind else query


def names_shown() -> bool:
    """Say whether the site tells readers which moderator acted; files follow it too."""
    return bool(current_app.config["MODERATORS_SHOWN"])


def name_of(action: Action) -> str:
    """Return the name of whoever acted, as it is now or was last; empty for the forum itself."""
    return action.by.name if action.by else action.by_name


def csv_pieces(chosen: LogFilter) -> Iterator[str]:
    """Yield the file: an action a line, the oldest first."""
    return csv_lines(COLUMNS, (row(action) for action in oldest_first(chosen)))


def oldest_first(chosen: LogFilter) -> Iterator[Action]:
    """Yield every action that the filter shows, however many there are."""
    last = 0
    while True:
        query = chosen_actions(chosen).where(Action.id > last).order_by(Action.id)
        loads = (joinedload(Action.by), joinedload(Action.essay))
        found = list(db.session.scalars(query.options(*loads).limit(CHUNK)))
        yield from found
        db.session.expunge_all()
        if len(found) < CHUNK:
            return
        last = found[-1].id


def row(action: Action) -> list[Cell]:
    """Return an action's cells; private notes and hidden words stay out of files."""
    return [
        action.id,
        action.at,
        action.kind,
        action.undoes_id,
        action.reason,
        action.note,
        action.essay_title,
        action.reply_id,
        action.user_id,
        name_of(action) if names_shown() else "",
        status(action.before),
        status(action.after),
    ]


def status(values: dict[str, Any]) -> str:
    """Return the changed fields that are codes or moments, not anyone's words."""
    kept = {name: value for name, value in in_numbers(values).items() if name not in WORDS}
    return "; ".join(f"{name}={'' if value is None else value}" for name, value in kept.items())
