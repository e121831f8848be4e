"""The register of what moderators can do. What is true of a kind stands on its row, and is asked
there: who is told, whether it hides, whether it can be done to many at once (``action_kind``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .action_kind import ActionKind
from .merging import MERGE
from .on_deals import ON_DEALS
from .on_others import ERASING, ON_DISCUSSIONS, ON_PEOPLE
from .on_replies import ON_REPLIES
from .on_rooms import ON_ROOMS
from .on_votes import ON_VOTES
from .verdicts import VERDICTS

KINDS: tuple[ActionKind, ...] = (
    *VERDICTS,
    *ON_REPLIES,
    MERGE,
    *ON_DISCUSSIONS,
    *ON_DEALS,
    *ON_ROOMS,
    *ON_VOTES,
    *ON_PEOPLE,
    *ERASING,
)
"""Every kind, in the order in which they are offered."""

BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> ActionKind:
    """Return the kind of this name."""
    return BY_NAME[name]


def names_where(holds: Callable[[ActionKind], Any]) -> tuple[str, ...]:
    """Return the names of the kinds of which this holds, as the log keeps them."""
    return tuple(kind.name for kind in KINDS if holds(kind))


def kinds_for(subject: Any, about: str) -> list[ActionKind]:
    """Return what can be done about a subject as it is now, at once and where it is shown."""
    here = [kind for kind in KINDS if kind.about == about and not kind.apart]
    return [kind for kind in here if kind.possible(subject)]
