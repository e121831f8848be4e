"""What moderators can do to a discussion and to a person, and facilitators to its rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from ..accounts.models import FOR_GOOD, User
from ..db import now
from ..essays.models import Essay
from .kinds import ESSAY, PERSON, ActionKind, Options, register

POLICY = ("premoderation", "replies_from", "report_threshold", "open_data")
"""The fields of an essay's rules."""


def reopen(essay: Essay, _options: Options) -> dict[str, Any]:
    """Open a closed discussion again; a closing date that has passed is taken off."""
    passed = essay.closes_at is not None and essay.closes_at <= now()
    return {"state": "open", **({"closes_at": None} if passed else {})}


def suspend(_person: User, options: Options) -> dict[str, Any]:
    """Let a person only read, for so many days or for good."""
    days = options["days"]
    return {"suspended_until": now() + timedelta(days=days) if days else FOR_GOOD}


register(
    ActionKind(
        "close",
        ESSAY,
        _l("Discussion closed"),
        _l("Close the discussion"),
        lambda _essay, _options: {"state": "closed"},
        lambda essay: bool(essay.state == "open" and not essay.is_over),
        "c",
    ),
    ActionKind(
        "reopen",
        ESSAY,
        _l("Discussion opened again"),
        _l("Open the discussion again"),
        reopen,
        lambda essay: bool(essay.is_over),
        "r",
    ),
    ActionKind(
        "policy",
        ESSAY,
        _l("Rules of the discussion changed"),
        _l("Change the rules"),
        lambda _essay, options: {name: options[name] for name in POLICY},
        asks=POLICY,
    ),
    ActionKind("warn", PERSON, _l("Warned"), _l("Warn"), lambda _person, _options: {}, key="w"),
    ActionKind("suspend", PERSON, _l("Suspended"), _l("Suspend"), suspend, key="s", asks=("days",)),
    ActionKind(
        "lift",
        PERSON,
        _l("Readmitted"),
        _l("Lift the suspension"),
        lambda _person, _options: {"suspended_until": None},
        lambda person: bool(person.is_suspended),
        "l",
    ),
)
