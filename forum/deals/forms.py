"""What may be typed as the deal of a discussion, and as the reason for a pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from ..bodies.models import Body, Seat
from ..replies.tags import LEVER
from ..web.date_fields import Day
from ..web.forms import Choice, Form, Line, Radio, TextField, at_most, optional, required
from ..web.number_fields import WholeNumber
from .models import HOLD_DAYS, Deal
from .terms import NamedBody, Terms

BECAUSE_LENGTH = 1_000
SOURCE_LENGTH = 300


def whole(label: Any, most: int, hint: Any = "", least: int = 1) -> WholeNumber:
    """Return a field for a whole number that may be left empty."""
    wrong = _l("Give a whole number from %(least)s to %(most)s.", least=least, most=most)
    return WholeNumber(label, [optional(), NumberRange(least, most, wrong)], description=hint)


class DealForm(Form):
    """The deal of a discussion; each body has fields of its own (``deal_form``)."""

    promise = Radio(
        _l("Is an answer promised?"),
        [required()],
        choices=[
            ("yes", _l("Yes, as below")),
            ("no", _l("No: the page says that there is no deal")),
        ],
    )
    days = whole(_l("Days within which it is answered"), 3650)
    bound = whole(
        _l("Support likely above, in per cent"),
        99,
        _l("The lower end of the range beside the votes. Left empty, support is no rule."),
    )
    hold_days = whole(
        _l("Days it is held without a break"),
        365,
        _l("Left empty, support counts at closing alone; with 0, as soon as it is reached."),
        least=0,
    )
    at_closing = BooleanField(_l("Support counts at closing as well"))
    top_per_lever = whole(_l("How many top proposals of each lever at closing"), 1000)
    voters = whole(
        _l("With at least this many voters"), 10**9, _l("Those who are not sure are counted too.")
    )
    in_brief = BooleanField(_l("What stands in a published brief is answered"))
    because = TextField(
        _l("Why it changes"),
        [at_most(BECAUSE_LENGTH)],
        description=_l("Shown with the deal, and in the public log."),
    )
    state = HiddenField()
    numbers: tuple[int, ...] = ()
    """The bodies that can be named."""

    def terms(self) -> Terms:
        """Return what was typed as terms."""
        if self.promise.data != "yes":
            return Terms()
        by_support = self.bound.data is not None
        return Terms(
            self.days.data,
            tuple(named for number in self.numbers if (named := self.named(number))),
            bool(self.in_brief.data),
            self.bound.data / 100 if by_support else None,
            self.voters.data or 1,
            self.hold_days.data if by_support else None,
            by_support and (bool(self.at_closing.data) or self.hold_days.data is None),
            self.top_per_lever.data,
        )

    def named(self, number: int) -> NamedBody | None:
        """Return what was chosen for a body; nothing where it is not named."""
        said = self[f"agreement_{number}"].data
        if not said:
            return None
        agreed = said == "agreed"
        seat, day = self[f"seat_{number}"].data, self[f"agreed_on_{number}"].data
        return NamedBody(
            number,
            self[f"lever_{number}"].data or None,
            said,
            int(seat) if agreed and seat else None,
            self[f"source_{number}"].data or "" if agreed else "",
            day.isoformat() if agreed and day else None,
        )

    def complaints(self) -> bool:
        """Note what is missing for a deal that can be kept; say whether anything is."""
        terms = self.terms()
        if terms.days is None and self.promise.data == "yes":
            self.days.errors = [str(_l("Say within how many days."))]
        if self.promise.data == "yes" and not terms.bodies:
            self.promise.errors = [str(_l("Name at least one body that answers."))]
        rules = (terms.bound, terms.in_brief or None, terms.top_per_lever)
        if self.promise.data == "yes" and all(rule is None for rule in rules):
            self.bound.errors = [str(_l("Say what is answered: give at least one rule."))]
        for each in terms.bodies:
            if each.agreement == "agreed" and each.seat_id is None and not each.source:
                said = _l("Say how they agreed: who holds a seat there, or a source.")
                self[f"source_{each.body_id}"].errors = [str(said)]
        return bool(self.errors)


def deal_form(bodies: Sequence[Body], seats: Sequence[Seat], deal: Deal | None) -> DealForm:
    """Return the form with fields for each body, filled with the deal as it is."""
    fields: dict[str, Any] = {"numbers": tuple(body.id for body in bodies)}
    for body in bodies:
        holders = [(str(s.id), s.user.name) for s in seats if s.body_id == body.id]
        number = body.id
        fields |= {
            f"agreement_{number}": Choice(
                body.name,
                default="",
                choices=[
                    ("", _l("Is not asked")),
                    ("asked", _l("Was asked, has not agreed")),
                    ("agreed", _l("Has agreed")),
                ],
            ),
            f"lever_{number}": Choice(
                _l("It answers proposals of"),
                default="",
                choices=[
                    ("", _l("Every lever")),
                    *((each.value, each.label) for each in LEVER.values),
                ],
            ),
            f"seat_{number}": Choice(
                _l("Who agreed for it"),
                default="",
                choices=[("", _l("Nobody with a seat here")), *holders],
            ),
            f"source_{number}": Line(_l("Or how it is known"), [at_most(SOURCE_LENGTH)]),
            f"agreed_on_{number}": Day(validators=[optional()], widget=HiddenInput()),
        }
    form: DealForm = type("DealFormHere", (DealForm,), fields)(data=as_typed(deal))
    return form


def as_typed(deal: Deal | None) -> dict[str, Any]:
    """Return a deal as it stands in the fields of its form."""
    if deal is None or deal.days is None:
        promise = "yes" if deal is None else "no"
        return {"promise": promise, "hold_days": HOLD_DAYS, "at_closing": True, "voters": 1}
    filled: dict[str, Any] = {
        "promise": "yes",
        **{name: getattr(deal, name) for name in ("days", "hold_days", "at_closing", "voters")},
        **{name: getattr(deal, name) for name in ("top_per_lever", "in_brief")},
        "bound": round(deal.bound * 100) if deal.bound else None,
    }
    for each in deal.bodies:
        number = each.body_id
        filled |= {
            f"agreement_{number}": each.agreement,
            f"lever_{number}": each.lever or "",
            f"seat_{number}": str(each.seat_id or ""),
            f"source_{number}": each.source,
            f"agreed_on_{number}": each.agreed_on,
        }
    return filled


def first_agreed(terms: Terms, today: date) -> Terms:
    """Return the terms with the day on which bodies agreed that had not before: today."""
    bodies = tuple(
        replace(each, agreed_on=today.isoformat())
        if each.agreement == "agreed" and not each.agreed_on
        else each
        for each in terms.bodies
    )
    return replace(terms, bodies=bodies)


class PauseForm(Form):
    """Why a discussion is paused, or goes on."""

    because = TextField(
        _l("Reason"),
        [required(), at_most(500)],
        description=_l("Shown on the discussion’s page, and in the public log."),
    )
    state = HiddenField()
