"""Days and times as forms take them, which end before the calendar does.

Whatever is reckoned from a day, such as the moment at which it is over, has room behind it then,
in each zone. A field that was refused holds nothing, so no rule of a form reckons with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, DateTimeLocalField
from wtforms.validators import StopValidation

from . import dates

EARLIEST = date(1000, 1, 1)
FIRST_CLOCK = date(1970, 1, 1)
"""Before it a time of the clock has no meaning here: it is always of something to come."""
CLOCK = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class WithinCalendar:
    """What a field of days or times does with what lies at the ends of the calendar."""

    first = EARLIEST
    data: Any
    process_errors: Any
    raw_data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed; refuse what lies beyond."""
        super().process_formdata(valuelist)  # type: ignore[misc]
        if why := why_not(self.data, self.first):
            self.data = None
            raise ValueError(why)

    def pre_validate(self, _form: Any) -> None:
        """Say what is wrong with what was typed, and not that nothing was."""
        if self.process_errors and any(str(each).strip() for each in self.raw_data or ()):
            raise StopValidation


class Day(WithinCalendar, DateField):  # type: ignore[misc]
    """A day."""


class ClockTime(WithinCalendar, DateTimeLocalField):  # type: ignore[misc]
    """A day and a time by the forum's clocks."""

    first = FIRST_CLOCK

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **{"format": CLOCK, **more})


def why_not(typed: date | datetime | None, first: date) -> str:
    """Return why a day or a time cannot be had; nothing where it can."""
    if typed is None:
        return ""
    day = typed.date() if isinstance(typed, datetime) else typed
    if day >= dates.LATEST:
        return _("This day is too far in the future.")
    return _("This day is too far in the past.") if day < first else ""
