"""What moderators can do to a discussion and to a person, and facilitators to its rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..accounts.models import FOR_GOOD, User
from ..accounts.names import change_name, is_given, name_before
from ..database.named_locks import take_lock
from ..db import db, now
from ..essays.models import Essay
from ..replies.changing import CannotChange
from .action_kind import ESSAY, GONE, PERSON, ActionKind, Options, Told
from .decision import Decision
from .forms import SuspendForm
from .policy_form import PolicyForm


def reopen(essay: Essay, _options: Options) -> dict[str, Any]:
    """Open a closed discussion again; a closing date that has passed is taken off."""
    passed = essay.closes_at is not None and essay.closes_at <= now()
    return {"state": "open", **({"closes_at": None} if passed else {})}


def suspend(_person: User, options: Options) -> dict[str, Any]:
    """Let a person only read, for so many days or for good."""
    days = options["days"]
    return {"suspended_until": now() + timedelta(days=days) if days else FOR_GOOD}


class Suspension(ActionKind):
    """Lets a person only read, or take part again.

    Those who do so wait for each other: of two who do it to each other at once one is refused.
    """

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Do so; raise CannotChange where whoever decided was suspended meanwhile."""
        if decision.by is not None:
            take_lock("suspensions")
            until = select(User.suspended_until).where(User.id == decision.by.id)
            if (ends := db.session.scalar(until)) is not None and now() < ends:
                raise CannotChange(_("Your account was suspended meanwhile."))
        super().put(subject, values, decision)


class SettingNameBack(ActionKind):
    """Gives a person the name that they had before, and keeps the one they leave in their names."""

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Change the name as its verb does."""
        change_name(subject, values["name"], decision.by)


ON_DISCUSSIONS = (
    ActionKind(
        "close",
        ESSAY,
        _l("Discussion closed"),
        _l("Close the discussion"),
        lambda _essay, _options: {"state": "closed"},
        lambda essay: bool(essay.state == "open" and not essay.is_over),
        "c",
        comes_to=_l(
            "Nobody can reply, vote or edit any more. Everything can still be read, "
            "and the discussion can be opened again."
        ),
    ),
    ActionKind(
        "reopen",
        ESSAY,
        _l("Discussion opened again"),
        _l("Open the discussion again"),
        reopen,
        lambda essay: bool(essay.is_over),
        "r",
        comes_to=_l(
            "People can reply, vote and edit again; a closing date that has passed is taken off."
        ),
    ),
    ActionKind(
        "policy",
        ESSAY,
        _l("Rules of the discussion changed"),
        _l("Change the rules"),
        lambda _essay, options: {name: options[name] for name in PolicyForm.asks},
        form=PolicyForm,
        by_facilitators=True,
    ),
)

ON_PEOPLE = (
    ActionKind(
        "warn",
        PERSON,
        _l("Warned"),
        _l("Warn"),
        lambda _person, _options: {},
        key="w",
        tells=(Told.AUTHOR,),
        counted_as="warned",
    ),
    Suspension(
        "suspend",
        PERSON,
        _l("Suspended"),
        _l("Suspend"),
        suspend,
        key="s",
        tells=(Told.AUTHOR,),
        form=SuspendForm,
        counted_as="suspended",
    ),
    Suspension(
        "lift",
        PERSON,
        _l("Readmitted"),
        _l("Lift the suspension"),
        lambda _person, _options: {"suspended_until": None},
        lambda person: bool(person.is_suspended),
        "l",
        tells=(Told.AUTHOR,),
    ),
    SettingNameBack(
        "name",
        PERSON,
        _l("Name set back"),
        _l("Set the name back"),
        lambda person, _options: {"name": name_before(person)},
        lambda person: not is_given(person.name),
        "b",
        tells=(Told.AUTHOR,),
        comes_to=_l("The person goes by the name they had before, or by one of the forum’s."),
    ),
)

ERASING = (
    ActionKind(
        "erase",
        GONE,
        _l("Text erased"),
        _l("Erase the text"),
        lambda _reply, _options: {},
        tells=(Told.AUTHOR,),
        withdraws=True,
    ),
)
"""What administrators alone do (forum/privacy); the log says that it was done, and nothing else."""
