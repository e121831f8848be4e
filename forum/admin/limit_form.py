"""The form of the limits: a number and a period for each that the server leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import Field

from ..settings.limit_rows import PERIODS, bounds, period_words
from ..settings.register import SettingRow
from ..web.limit_register import LIMITS, LimitRow

ROOM = 60
"""Characters that are looked at, of a number and a period."""


class LimitField(Field):  # type: ignore[misc]
    """How often: a number and a period, sent under one name; 20 per hour, as one, is as good.

    Without a number it is as the server has it.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Put the two together as settings have them."""
        if valuelist:
            number, *period = (" ".join(str(each).split())[:ROOM] for each in valuelist[:2])
            self.data = " per ".join((number, *period)) if number else ""

    @property
    def number(self) -> str:
        """What stands in the box of the number."""
        return (self.data or "").partition(" per ")[0]

    @property
    def period(self) -> str:
        """Which period is chosen."""
        return (self.data or "").partition(" per ")[2]

    @property
    def periods(self) -> list[tuple[str, str]]:
        """The periods that can be chosen, with their words."""
        return [(period, period_words(period)) for period in PERIODS]


class LimitGroup(NamedTuple):
    """Limits that stand together on the page: their title, why they are there, and their names."""

    title: Any
    why: Any
    names: Sequence[str]


SIGNING_IN = "sign_up sign_in sign_in_address reset reset_address codes codes_address room_codes"
TAKING_PART = "replies first_day edits votes reports drafts previews similar follows"
READING = "searches exports downloads pictures pictures_in_all"
WORKING = "answers shortlists briefs rooms invitations mail lookout"

GROUPS = (
    LimitGroup(
        _l("Signing in"),
        _l(
            "So that nobody guesses passwords and codes, or makes accounts by the hundred. These "
            "have bounds, within which they protect signing in, and let in whoever mistypes "
            "something."
        ),
        SIGNING_IN.split(),
    ),
    LimitGroup(_l("Taking part"), _l("So that nobody floods a discussion."), TAKING_PART.split()),
    LimitGroup(
        _l("Reading and taking out"),
        _l("So that no program keeps the site busy for itself."),
        READING.split(),
    ),
    LimitGroup(
        _l("Work in a role"),
        _l("So that a mistake, or an account that was taken over, does little at once."),
        WORKING.split(),
    ),
)
"""Every limit in the order of the page."""


class ShownLimit(NamedTuple):
    """One limit as the page shows it: its setting, its row in the register, its bounds in words."""

    setting: SettingRow
    limit: LimitRow
    bounds: str


def shown_limits(rows: Iterable[SettingRow]) -> list[tuple[LimitGroup, list[ShownLimit]]]:
    """Return the limits by group."""
    by_name = {row.name: row for row in rows}
    return [
        (
            group,
            [
                ShownLimit(by_name[f"limit_{name}"], LIMITS[name], bounds(LIMITS[name]))
                for name in group.names
            ],
        )
        for group in GROUPS
    ]
