"""Words such as "3 weeks ago", and when they change: a kept page never says them too long."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from flask_babel import format_timedelta
from flask_babel import gettext as _

UNITS = (1, 60, 3_600, 86_400, 604_800, 2_592_000, 31_536_000)
"""Seconds in each unit that elapsed time is told in, as Babel counts them."""

THRESHOLD = 0.85
"""The share of a unit from which on it is used."""

JUST_NOW = timedelta(minutes=1) * THRESHOLD
"""For so long seconds are not counted: a page that did would be right for one."""


def elapsed(moment: datetime, present: datetime) -> str:
    """Return how long ago a moment was, or how far off it is, in the reader's language."""
    if timedelta(0) <= present - moment < JUST_NOW:
        return _("just now")
    return format_timedelta(moment - present, add_direction=True)


def next_words(moment: datetime, present: datetime) -> datetime:
    """Return a moment after the present up to which the elapsed time is told in the same words.

    Seconds are counted whole, so a change may be announced a second early, and never late.
    """
    if timedelta(0) <= present - moment < JUST_NOW:
        return moment + JUST_NOW
    passed = (present - moment).total_seconds()
    size = abs(passed)
    unit = max((unit for unit in UNITS if size >= unit * THRESHOLD), default=1)
    bigger = next((other for other in UNITS if other > unit), math.inf)
    if passed >= 0:
        steps = ((math.floor(size / unit + 0.5) + 0.5) * unit, bigger * THRESHOLD)
        following = min(step for step in steps if step > size)
    else:
        steps = ((math.ceil(size / unit - 0.5) - 0.5) * unit, unit * THRESHOLD)
        following = -max([step for step in steps if step < size], default=0.0)
    second = timedelta(seconds=1)
    soonest = present + timedelta(microseconds=1)
    return max(moment + timedelta(seconds=following) - second, soonest)
