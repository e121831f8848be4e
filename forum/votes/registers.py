"""What votes add to the forum's registers: pages, work, and the numbers that are checked."""

from __future__ import annotations

from . import counters, people
from .aside_counter import ASIDES
from .judge_views import bp as judging_pages
from .networks import forget_keys
from .room_counter import ROOMS
from .views import bp as votes_pages

__all__ = ["COUNTERS", "PAGES", "WORK"]

PAGES = (votes_pages, judging_pages)
WORK = (forget_keys,)
COUNTERS = (ROOMS, ASIDES, counters.VOTES, counters.COMMENTS, counters.PROPOSALS, people.PEOPLE)
"""Rooms and what is set aside come first: what counts of them is counted after."""
