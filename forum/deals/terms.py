"""The terms of a deal as they are typed, logged and compared, apart from their row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from ..bodies.models import Body
from ..db import db
from .models import Deal, DealBody


class BadTerms(ValueError):
    """The terms promise nothing, or name nobody who answers."""


@dataclass(frozen=True)
class NamedBody:
    """A body in the terms: what it answers, whether it agreed, and how that is known.

    ``agreed_on`` is a day as ISO 8601 writes it, or nothing.
    """

    body_id: int
    lever: str | None = None
    agreement: str = "asked"
    seat_id: int | None = None
    source: str = ""
    agreed_on: str | None = None

    def row(self, position: int) -> DealBody:
        """Return it as a row of a version of the deal."""
        day = date.fromisoformat(self.agreed_on) if self.agreed_on else None
        return DealBody(**{**asdict(self), "agreed_on": day, "position": position})


@dataclass(frozen=True)
class Terms:
    """Who answers what within how many days; without ``days`` there is no deal."""

    days: int | None = None
    bodies: tuple[NamedBody, ...] = ()
    in_brief: bool = False
    bound: float | None = None
    voters: int = 1
    hold_days: int | None = None
    at_closing: bool = False
    top_per_lever: int | None = None

    @classmethod
    def of(cls, deal: Deal | None) -> Self | None:
        """Return the terms of a version of a deal; none where nothing was said yet."""
        if deal is None:
            return None
        bodies = tuple(
            NamedBody(
                each.body_id,
                each.lever,
                each.agreement,
                each.seat_id,
                each.source,
                each.agreed_on.isoformat() if each.agreed_on else None,
            )
            for each in deal.bodies
        )
        return cls(bodies=bodies, **{name: getattr(deal, name) for name in COLUMNS})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the terms that the log keeps."""
        bodies = tuple(NamedBody(**each) for each in kept["bodies"])
        return cls(**{**kept, "bodies": bodies})

    def as_json(self) -> dict[str, Any]:
        """Return the terms as the log keeps them."""
        return {**asdict(self), "bodies": [asdict(each) for each in self.bodies]}

    def as_deal(self) -> Deal:
        """Return a version of a deal with these terms, to be told of and never to be stored."""
        known = {body.id: body for body in db.session.scalars(select(Body))}
        deal = Deal(**{name: getattr(self, name) for name in COLUMNS})
        rows = [each.row(at) for at, each in enumerate(self.bodies) if each.body_id in known]
        for row in rows:
            set_committed_value(row, "body", known[row.body_id])
        set_committed_value(deal, "bodies", rows)
        return deal

    def checked(self) -> Self:
        """Return terms that a row can hold; raise BadTerms for those that promise half a thing."""
        if self.days is None:
            return type(self)()
        rules = (self.in_brief, self.hold_days is not None, self.at_closing, self.top_per_lever)
        if not any(rules) or not self.bodies:
            raise BadTerms
        numbers = {each.body_id for each in self.bodies}
        found = db.session.query(Body.id).where(Body.id.in_(numbers)).count()
        if len(numbers) < len(self.bodies) or found < len(numbers):
            raise BadTerms
        by_support = self.hold_days is not None or self.at_closing
        return self if by_support else replace(self, bound=None)


COLUMNS = tuple(name for name in Terms.__dataclass_fields__ if name != "bodies")
"""The terms that are columns of a deal."""
