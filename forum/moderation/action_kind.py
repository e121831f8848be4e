"""What there is to say of a kind of action: what it changes, when it makes sense, whom it tells.

An action is recorded as the values of the fields it changed, before and after. Undoing puts the
values before back, so a kind says only what the fields become. One that changes more than columns
of its subject overrides ``read`` and ``put``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from . import fields
from .decision import Decision
from .forms import ActionForm

Options = Mapping[str, Any]
"""What a moderator chose beside the reason, by the name of the form's field."""

REPLY, ESSAY, PERSON = "reply", "essay", "person"
"""What an action can be about."""
GONE = "gone"
"""What is about something that is no more, so that nothing can undo it."""

UNDO = "undo"
"""What undoing is called in the log; it is no kind, since what it does is another's inverse."""


class Told(Enum):
    """Who reads of an action in their notices; ``telling`` finds them."""

    AUTHOR = auto()
    """Whoever wrote the reply, or the person acted upon."""
    WAITING_AUTHOR = auto()
    """The author where the reply waited, and is shown by this."""
    REPORTERS = auto()
    """Everyone whose report it decides, or whose report an earlier decision did."""
    QUOTERS = auto()
    """Whoever published a brief that quotes the reply."""
    VOTERS = auto()
    """Everyone whose votes it sets aside, or lets count again."""
    PARTICIPANTS = auto()
    """Whoever took part in the proposal or in the discussion, or asked to be told of it."""


@dataclass(frozen=True)
class ActionKind:
    """One thing that moderators do.

    ``done`` is what the log calls it, ``button`` the words to do it by, ``key`` its key on a
    keyboard, ``tells`` who gets a notice. ``becomes`` returns the fields' new values.
    """

    name: str
    about: str
    done: Any
    button: Any
    becomes: Callable[[Any, Options], dict[str, Any]]
    possible: Callable[[Any], bool] = lambda _subject: True
    key: str = ""
    tells: tuple[Told, ...] = ()
    form: type[ActionForm] = ActionForm
    """What is asked of whoever does it."""
    decides: bool = False
    """Closes the open review of its reply, and the reports on it."""
    hides: bool = False
    """Takes what it is about from readers' sight."""
    shows: bool = False
    """Brings back what was hidden, and says in the log which action had hidden it."""
    lets_stand: bool = False
    """Finds that the reply may be read, so that no complaint can be its reason."""
    withdraws: bool = False
    """Can take words out of lists, so that a file written before must not be handed out."""
    tags: bool = False
    """Decides on the tags; from then on the author's edits leave them alone."""
    apart: bool = False
    """Done on a page of its own, which shows what would come of it first."""
    in_bulk: Any = ""
    """The words of the button by which it is done to all that were chosen; empty: it is not."""
    publishes: Any = ""
    """The words of the button where the reply waits; empty: as ever."""
    comes_to: Any = ""
    """What it means for those concerned, said beside the button."""
    counted_as: str = ""
    """The number of a person's record in which it counts; empty: in none."""
    happened: str = ""
    """The event that it is to those who took part; for what it undoes, ``unhappened``."""
    unhappened: str = ""
    by_facilitators: bool = False
    """Done by those who facilitate, not by those who moderate."""
    by_either: bool = False
    """Done by those who moderate and by those who facilitate."""
    undone_by_one: bool = True
    """One person can undo it."""
    redone_by_one: bool = True
    """One person can do it again, once it was undone."""

    @property
    def asks(self) -> tuple[str, ...]:
        """The form's fields that it needs beside the reason."""
        return self.form.asks

    def button_on(self, subject: Any) -> Any:
        """Return the words of the button as the subject is now."""
        return self.publishes if self.publishes and subject.status == "waiting" else self.button

    def hold_first(self, names: Iterable[str]) -> None:
        """Hold what is held before the row of a subject whose fields these are: mostly nothing."""

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return the present values of these fields of the subject, ready for JSON."""
        return fields.read(subject, names)

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Give the fields these values, as they were read; raise CannotChange where they cannot."""
        fields.put(subject, values, decision)
