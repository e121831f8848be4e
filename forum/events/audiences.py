"""Who hears of an event: parts of an audience, which features to the right find in their rows."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, or_, select

from .models import Event, Follow


class Audience(Enum):
    """A part of those who hear of an event, as they were at its moment."""

    VOTERS = auto()
    """Whoever had voted on the proposal."""
    COMMENTERS = auto()
    """Whoever had commented under it, in words that are shown."""
    FOLLOWERS = auto()
    """Whoever had asked to be told of the thing, or of its body."""
    ESSAY_VOTERS = auto()
    """Whoever had voted on a proposal of the essay."""
    ESSAY_WRITERS = auto()
    """Whoever had written something there that is shown."""
    LEVER_FOLLOWERS = auto()
    """Whoever had asked to be told of new proposals, of all or of one lever."""
    OPENING_FOLLOWERS = auto()
    """Whoever had asked to be told when discussions open."""
    MODERATORS = auto()
    """Whoever moderates the discussion."""
    ASIDE_VOTERS = auto()
    """Whoever had voted on it, or in its discussion, and whose votes are set aside."""
    SEATS = auto()
    """Whoever speaks for the body on that day."""


People = Callable[[Event], Select[Any]]
"""Returns the query of the numbers of the people in a part of the audience: one column of them."""


def people_in(part: Audience, event: Event) -> Select[Any] | None:
    """Return the query of a part of the audience; nothing where no feature knows it."""
    registered: dict[Audience, People] = current_app.extensions["audiences"]
    find = registered.get(part)
    return find(event) if find else None


def asked_for(event: Event, *things: ColumnElement[bool]) -> Select[Any]:
    """Return the query of those who had asked for one of these things at the event's moment."""
    return select(Follow.user_id).where(Follow.wanted, Follow.at <= event.at, or_(*things))


def followers(event: Event) -> Select[Any]:
    """Return who had asked to be told of the thing, or of the body that it concerns."""
    things = [of_thing(event.subject_kind, event.subject_id)]
    if body := event.facts.get("body_id"):
        things.append(of_thing("body", body))
    return asked_for(event, *things)


def lever_followers(event: Event) -> Select[Any]:
    """Return who had asked for new proposals of the essay, of all levers or of this one."""
    lever = Follow.lever.in_(("", event.facts.get("lever") or ""))
    return asked_for(event, and_(of_thing("essay", event.essay_id or 0, None), lever))


def opening_followers(event: Event) -> Select[Any]:
    """Return who had asked to be told when discussions open."""
    return asked_for(event, of_thing("site", 0))


def of_thing(kind: str, number: int, lever: str | None = "") -> ColumnElement[bool]:
    """Return the condition that a follow is of this thing."""
    same = and_(Follow.subject_kind == kind, Follow.subject_id == number)
    return same if lever is None else and_(same, Follow.lever == lever)


FOLLOWING: dict[Audience, People] = {
    Audience.FOLLOWERS: followers,
    Audience.LEVER_FOLLOWERS: lever_followers,
    Audience.OPENING_FOLLOWERS: opening_followers,
}
"""The parts that are known here."""
