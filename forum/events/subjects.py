"""What things are called and who may read of them: features to the right say so in ``SUBJECTS``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from ..accounts.models import User
from .models import Event, Thing


@dataclass(frozen=True)
class Subject:
    """A thing as a person may read of it: its title, where it stands, and whether they may.

    ``otherwise`` is what may be said in place of the title to those who may not read it.
    """

    title: str
    address: str
    language: str = ""
    may_read: Callable[[User], Any] = lambda _user: True
    otherwise: str = ""
    essay: str = ""
    """The title of the essay that it belongs to."""


@dataclass(frozen=True)
class SubjectKind:
    """A kind of thing, and how things of it are found by their numbers, in one go."""

    name: str
    find: Callable[[Collection[int]], dict[int, Subject]]


Details = Callable[[Sequence[Event]], dict[int, list[str]]]
"""Returns what more there is to say of each event, in sentences; an event that is missing from it
is not told any more."""


def subjects_of(things: Iterable[Thing]) -> dict[Thing, Subject]:
    """Return these things, a query a kind; those that are gone are missing."""
    wanted: dict[str, set[int]] = {}
    for kind, number in things:
        wanted.setdefault(kind, set()).add(number)
    known: tuple[SubjectKind, ...] = current_app.extensions["subjects"]
    return {
        (kind.name, number): subject
        for kind in known
        if kind.name in wanted
        for number, subject in kind.find(wanted[kind.name]).items()
    }


def details_of(events: Iterable[Event]) -> dict[int, list[str]]:
    """Return what more there is to say of each event by its number; missing: it is not told."""
    registered: dict[str, Details] = current_app.extensions["details"]
    by_kind: dict[str, list[Event]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    found: dict[int, list[str]] = {}
    for kind, those in by_kind.items():
        find = registered.get(kind)
        found |= find(those) if find else {event.id: [] for event in those}
    return found
