"""The register of what moderators can do: for each kind, what it changes and when it makes sense.

An action is recorded as the values of the fields it changed, before and after. Undoing puts the
values before back, so a kind says only what the fields become. One that changes more than columns
of its subject overrides ``read`` and ``put``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..accounts.models import User
from . import fields

Options = Mapping[str, Any]
"""What a moderator chose beside the reason, by the name of the form's field."""

REPLY, ESSAY, PERSON = "reply", "essay", "person"
"""What an action can be about."""


@dataclass(frozen=True)
class ActionKind:
    """One thing that moderators do.

    ``done`` is what the log calls it, ``button`` the words to do it by, ``key`` its key on a
    keyboard. ``becomes`` returns the fields' new values. A kind that ``decides`` closes the open
    review of its reply; one that ``tells`` sends the person acted upon a notice.
    """

    name: str
    about: str
    done: Any
    button: Any
    becomes: Callable[[Any, Options], dict[str, Any]]
    possible: Callable[[Any], bool] = lambda _subject: True
    key: str = ""
    decides: bool = False
    tells: bool = True
    asks: tuple[str, ...] = ()
    """The form's fields that it needs beside the reason."""
    apart: bool = False
    """Done on a page of its own, which shows what would come of it first."""

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return the present values of these fields of the subject, ready for JSON."""
        return fields.read(subject, names)

    def put(self, subject: Any, values: Mapping[str, Any], by: User | None, note: str) -> None:
        """Give the fields these values, as they were read; raise CannotChange where they cannot."""
        fields.put(subject, values, by, note)


KINDS: dict[str, ActionKind] = {}
"""Every kind by its name; ``register`` adds to it."""


def register(*kinds: ActionKind) -> None:
    """Add kinds of action to those that moderators can take."""
    for kind in kinds:
        KINDS[kind.name] = kind


def kinds_for(subject: Any, about: str) -> list[ActionKind]:
    """Return what can be done about a subject as it is now, at once and where it is shown."""
    here = [kind for kind in KINDS.values() if kind.about == about and not kind.apart]
    return [kind for kind in here if kind.possible(subject)]
