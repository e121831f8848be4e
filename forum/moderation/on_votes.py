"""Votes that are set aside by two people, and counted again: in the log, with no voter's name.

The fields of these kinds are no columns: ``aside:7`` is a decision, and how many voters and votes
it is about while it is in force, ``appeal:12`` the voter whose appeal against one was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now
from ..replies.changing import CannotChange
from ..votes.asides import Aside, AsidePerson, AsideState, aside_for_update, voters_of
from ..votes.interested import concerned, why_interested
from ..votes.setting_aside import hold_votes, settle_asides
from ..web.numbers import format_decimal
from .action_kind import ESSAY, ActionKind, Told
from .decision import Decision
from .models import Action

ASIDE, APPEAL = "aside", "appeal"
TAKES_TWO = _l("Setting votes aside takes two people: propose it anew.")


class NotAlone(CannotChange):
    """It takes two people, or others than this one; the words say what to do instead."""


class SetAside(ActionKind):
    """The kind of action that moves votes out of those that count, or back among them."""

    def hold_first(self, names: Iterable[str]) -> None:
        """Let nobody vote in the discussion meanwhile."""
        for name in names:
            essay_id = db.session.scalar(
                select(Aside.essay_id).where(Aside.id == decision_id(name))
            )
            hold_votes(essay_id or 0)

    def read(self, subject: Any, names: Iterable[str]) -> dict[str, Any]:
        """Return how many voters and votes each decision sets aside; nothing where none."""
        return {name: numbers_of(name) for name in names}

    def put(self, subject: Any, values: Mapping[str, Any], decision: Decision) -> None:
        """Put what was agreed in force, or out of it; raise NotAlone where nobody agreed to it, or
        whoever decides has an interest."""
        for name, numbers in values.items():
            by = decision.by
            if by is not None and (why := why_interested(by, people_of(name, by), subject.id)):
                raise NotAlone(why)
            PUT[name.partition(":")[0]](name, numbers)
        settle_asides(subject.id)


def put_decision(name: str, numbers: Any) -> None:
    """Put a decision in force, once, or out of it for good."""
    aside = decision_of(name)
    if numbers is None:
        aside.state = AsideState.UNDONE
    elif aside.state != AsideState.PROPOSED:
        raise NotAlone(TAKES_TWO)
    else:
        aside.state, aside.decided_at = AsideState.AGREED, now()
        aside.voters, aside.votes = numbers["voters"], numbers["votes"]
    db.session.flush()


def put_appeal(name: str, numbers: Any) -> None:
    """Let the votes of one voter count again."""
    if numbers is None:
        raise NotAlone(TAKES_TWO)
    voter_of(name).granted = True
    db.session.flush()


PUT = {ASIDE: put_decision, APPEAL: put_appeal}


def people_of(name: str, by: User) -> set[int]:
    """Return whose votes somebody decides about by a field."""
    return (
        concerned(voter_of(name), by) if name.startswith(APPEAL) else voters_of(decision_id(name))
    )


def voter_of(name: str) -> AsidePerson:
    """Return the voter whom a field is about; raise CannotChange where there is none any more."""
    person = db.session.get(AsidePerson, int(name.partition(":")[2]), populate_existing=True)
    if person is None:
        raise CannotChange(_("What it was about no longer exists."))
    return person


def decision_id(name: str) -> int:
    """Return the number of the decision that a field is about."""
    what, _colon, number = name.partition(":")
    return voter_of(name).aside_id if what == APPEAL else int(number)


def decision_of(name: str) -> Aside:
    """Return the decision that a field is about, with its row held."""
    aside = aside_for_update(decision_id(name))
    if aside is None:
        raise CannotChange(_("What it was about no longer exists."))
    return aside


def numbers_of(name: str) -> dict[str, int] | None:
    """Return how many voters and votes a field stands for; nothing where it is not in force."""
    if name.startswith(APPEAL):
        return {"voters": 1} if voter_of(name).granted else None
    aside = decision_of(name)
    in_force = aside.state == AsideState.AGREED
    return {"voters": aside.voters, "votes": aside.votes} if in_force else None


def is_aside(name: str) -> bool:
    """Say whether a field is of these kinds."""
    return name.partition(":")[0] in PUT


def aside_in_words(name: str, before: Any, after: Any) -> str:
    """Return what was set aside or counted again, in numbers."""
    numbers = after or before
    if name.startswith(APPEAL):
        return _("They are those of one voter.")
    return _("%(votes)s of %(people)s.", **votes_in_words(**numbers))


def votes_in_words(voters: int, votes: int) -> dict[str, str]:
    """Return so many votes and so many people, in words."""
    number = format_decimal(votes)
    said = ngettext("%(number)s vote", "%(number)s votes", votes, number=number)
    number = format_decimal(voters)
    people = ngettext("%(number)s person", "%(number)s people", voters, number=number)
    return {"votes": said, "people": people}


def voters_told(action: Action) -> list[int]:
    """Return whose votes an action is about; of whom an appeal was granted, that is told then."""
    told: set[int] = set()
    for name in action.after:
        if name.startswith(APPEAL):
            told.add(voter_of(name).user_id)
        else:
            told |= voters_of(decision_id(name))
    return sorted(told)


ON_VOTES = (
    SetAside(
        "set_aside",
        ESSAY,
        _l("Votes set aside by two people"),
        _l("Set these votes aside"),
        lambda _essay, options: {f"{ASIDE}:{options['aside']}": options["numbers"]},
        tells=(Told.VOTERS,),
        happened="votes_aside",
        unhappened="votes_counted",
        apart=True,
        by_either=True,
        redone_by_one=False,
    ),
    SetAside(
        "aside_appeal",
        ESSAY,
        _l("Votes counted again, on appeal"),
        _l("Let these votes count again"),
        lambda _essay, options: {f"{APPEAL}:{options['person']}": {"voters": 1}},
        tells=(Told.VOTERS,),
        happened="votes_counted",
        apart=True,
        by_either=True,
        undone_by_one=False,
    ),
)
