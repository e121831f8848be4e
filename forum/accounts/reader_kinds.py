"""Of which kind a reader is: all that what a page offers them stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from ..web.frames import EachForThemselves, NotForFramesError

NOBODY = 0
"""The number of no person."""


class KnownByKind:
    """A reader of whom questions of permission are told no more than their kind: who is not
    suspended, is in no room and rehearses nothing."""

    is_authenticated = is_plain = True
    suspended_until = room = None
    is_suspended = is_in_room = False
    moderated_essays: tuple[int, ...]

    def moderates(self, essay_id: int) -> bool:
        """Say whether the reader was made a moderator of a discussion."""
        return essay_id in self.moderated_essays

    def rehearses(self, _essay_id: int) -> bool:
        """Say whether the reader came to the rehearsal of a discussion."""
        return False


@dataclass(frozen=True)
class AnyReader(KnownByKind):
    """Nobody in particular, signed in: for whom frames are made. Who they are cannot be asked.

    All that permissions stand on is part of which kind they are; each field is as in ``User``.
    """

    is_vouched_for: bool
    role: str = "reader"
    moderated_essays: tuple[int, ...] = ()
    bodies_today: tuple[int, ...] = ()

    def __getattr__(self, name: str) -> NoReturn:
        # Not an AttributeError: templates would take that for nothing, and show nothing.
        raise NotForFramesError(f"A frame asks for the {name} of its visitor: use own(…) instead.")

    def who_is(self, number: int) -> SomeReader:
        """Return the same as the person of this number, to see what a page would offer them."""
        return SomeReader(
            self.is_vouched_for, self.role, self.moderated_essays, self.bodies_today, number
        )


@dataclass(frozen=True)
class SomeReader(AnyReader):
    """Somebody of a kind, of whom the number is known."""

    id: int = NOBODY


def each_for_themselves(user: Any) -> None:
    """Raise EachForThemselves where a frame is being made: what comes now stands on who asks."""
    if isinstance(user, AnyReader):
        raise EachForThemselves
