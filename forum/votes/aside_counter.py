"""What ``flask recount`` checks of votes set aside: that exactly those count that are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..essays.models import Essay
from .asides import AsideVote
from .counters import Counter, Drift
from .models import Vote
from .setting_aside import hold_votes, misplaced, settle_asides


def lock_votes(ids: Sequence[int]) -> None:
    """Let nobody vote in these discussions for now."""
    hold_votes(*ids)


def check_asides(ids: Sequence[int]) -> list[Drift]:
    """Compare where votes stand with who is set aside."""
    return [
        Drift("asides", essay_id, "proposals", len(wrong), 0, essay_id)
        for essay_id in ids
        if (wrong := misplaced(Vote.essay_id == essay_id, AsideVote.essay_id == essay_id))
    ]


def mend_asides(drifts: Iterable[Drift]) -> None:
    """Let every vote stand where it belongs."""
    for drift in drifts:
        settle_asides(drift.essay_id)


ASIDES = Counter("Votes set aside", Essay, lock_votes, check_asides, mend_asides)
