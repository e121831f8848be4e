"""What is recorded of a room, each time with its reason in the log: numbers and places, no names.

The fields of these kinds are no columns: ``room:3`` is how many were present in that room and which
of its people are struck, ``papers:3:17`` the papers that said something there of a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..db import db
from ..essays.models import Essay
from ..replies.changing import CannotChange
from ..replies.models import Reply
from ..rooms.models import Room, room_for_update
from ..votes.room_verbs import SIDES, enter_papers, papers_on, record, struck_in
from ..votes.room_votes import hold_before_essay
from ..web.numbers import format_decimal
from .action_kind import ESSAY, ActionKind, Options
from .decision import Decision


class RoomRecord(ActionKind):
    """The kind of action that records something of a room, and lets its votes count by that."""

    def hold_first(self, names: Iterable[str]) -> None:
        """Hold the room and its proposals, which those who vote in it hold in this order."""
        for name in names:
            room, reply_ids = numbers_of(name)
            if room is not None:
                hold_before_essay(room, *reply_ids)

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return what is recorded."""
        return {name: recorded_as(name) for name in names}

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Record exactly this; raise CannotChange once the discussion is over, or the thing gone.

        What counts at a closing is fixed by it.
        """
        if not subject.is_open:
            raise CannotChange(_("The discussion is closed or paused."))
        for name, value in values.items():
            put_record(name, value)


def numbers_of(name: str) -> tuple[Room | None, list[int]]:
    """Return the room that a field is of, with its row held, and the number of a proposal, if it
    is of papers."""
    _what, room_id, *more = name.split(":")
    return room_for_update(int(room_id)), [int(each) for each in more]


def parts_of(name: str) -> tuple[Room, Reply | None]:
    """Return the room that a field is of, with its row held, and the proposal of its papers."""
    room, reply_ids = numbers_of(name)
    reply = db.session.get(Reply, reply_ids[0]) if reply_ids else None
    if room is None or (reply_ids and reply is None):
        raise CannotChange(_("What it was about no longer exists."))
    return room, reply


def recorded_as(name: str) -> Any:
    """Return what is recorded, as JSON keeps it."""
    room, reply = parts_of(name)
    if reply is None:
        return {"present": room.present, "struck": struck_in(room)}
    papers = papers_on(room).get(reply.id, {})
    return [papers.get(value, 0) for value in SIDES]


def put_record(name: str, value: Any) -> None:
    """Record something of a room as it was read."""
    room, reply = parts_of(name)
    if reply is not None and reply.essay_id != room.essay_id:
        raise CannotChange(_("This proposal was moved to another discussion."))
    if reply is not None:
        enter_papers(room, reply, dict(zip(SIDES, value, strict=True)))
        return
    record(room, value["present"], value["struck"])


def is_record(name: str) -> bool:
    """Say whether a field is of this kind."""
    return name.partition(":")[0] in {"room", "papers"}


def record_named(name: str) -> str:
    """Return of which room a field is, and of which proposal, as readers know them."""
    _what, room_id, *more = name.split(":")
    room = db.session.get(Room, int(room_id))
    called = room.name if room is not None else room_id
    if not more:
        return _("Room “%(room)s”", room=called)
    return _("Room “%(room)s”, papers on proposal %(number)s", room=called, number=more[0])


def record_in_words(value: Any) -> str:
    """Return what is recorded in numbers: of people, how many, and not who."""
    if isinstance(value, list):
        sides = zip(SIDES, map(format_decimal, value), strict=True)
        return _("%(support)s support, %(oppose)s oppose, %(neutral)s not sure", **dict(sides))
    present = value["present"]
    return _(
        "present: %(present)s, struck: %(struck)s",
        present=_("not recorded yet") if present is None else format_decimal(present),
        struck=format_decimal(len(value["struck"])),
    )


def in_numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an action changed as files tell it: how many of a room are struck, not who."""
    return {
        name: {**value, "struck": len(value["struck"])}
        if is_record(name) and isinstance(value, dict)
        else value
        for name, value in values.items()
    }


def of_room(_essay: Essay, options: Options) -> dict[str, Any]:
    """Return what is recorded of a room once this is: a number present, or who is struck."""
    name = f"room:{options['room'].id}"
    changed = {key: options[key] for key in ("present", "struck") if key in options}
    return {name: {**recorded_as(name), **changed}}


def of_papers(_essay: Essay, options: Options) -> dict[str, Any]:
    """Return the numbers of the papers on a proposal, for, against and not sure."""
    return {f"papers:{options['room'].id}:{options['reply'].id}": list(options["numbers"])}


def is_open(essay: Essay) -> bool:
    """Say whether the votes of a discussion can still change."""
    return essay.is_open


ON_ROOMS = (
    RoomRecord(
        "room_present",
        ESSAY,
        _l("Number present in a room recorded"),
        _l("Record the number present"),
        of_room,
        is_open,
        by_facilitators=True,
    ),
    RoomRecord(
        "room_strike",
        ESSAY,
        _l("People of a room struck or put back"),
        _l("Strike these, put the others back"),
        of_room,
        is_open,
        by_facilitators=True,
    ),
    RoomRecord(
        "room_papers",
        ESSAY,
        _l("Votes on paper entered for a room"),
        _l("Enter the papers"),
        of_papers,
        is_open,
        by_facilitators=True,
    ),
)
