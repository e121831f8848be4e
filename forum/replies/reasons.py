"""Why a reply is reported or acted upon: one code, its words, and who may give it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Reason(StrEnum):
    """A coded reason; what is particular to a case stands in the note beside it."""

    OFF_TOPIC = "off_topic"
    SPAM = "spam"
    ABUSE = "abuse"
    PERSONAL = "personal"
    DUPLICATE = "duplicate"
    OTHER = "other"
    FITS = "fits"
    UNCLEAR = "unclear"
    MISPLACED = "misplaced"
    HEATED = "heated"
    GOOD = "good"
    INVENTED = "invented"
    MISTAKE = "mistake"


REPORTABLE = (
    Reason.OFF_TOPIC,
    Reason.SPAM,
    Reason.ABUSE,
    Reason.PERSONAL,
    Reason.DUPLICATE,
    Reason.OTHER,
)
"""The reasons that a reader can give; the others are for decisions only."""

SEVERITY: dict[Reason, int] = {
    reason: number
    for number, reason in enumerate(
        (
            Reason.DUPLICATE,
            Reason.OFF_TOPIC,
            Reason.SPAM,
            Reason.OTHER,
            Reason.ABUSE,
            Reason.PERSONAL,
        ),
        1,
    )
}
"""How grave each of them is: what hurts somebody while it stands comes before what annoys."""


def severity(reasons: Iterable[str]) -> int:
    """Return how grave the gravest of these reasons is; 0 where there is none."""
    return max((SEVERITY[Reason(reason)] for reason in reasons), default=0)


REASON_LABELS: dict[Reason, Any] = {
    Reason.OFF_TOPIC: _l("Off topic"),
    Reason.SPAM: _l("Advertising or spam"),
    Reason.ABUSE: _l("Abusive"),
    Reason.PERSONAL: _l("Gives away personal information"),
    Reason.DUPLICATE: _l("A duplicate"),
    Reason.OTHER: _l("Another reason"),
    Reason.FITS: _l("Within the rules"),
    Reason.UNCLEAR: _l("Hard to understand"),
    Reason.MISPLACED: _l("In the wrong place or wrongly tagged"),
    Reason.HEATED: _l("A heated discussion"),
    Reason.GOOD: _l("Worth everyone’s attention"),
    Reason.INVENTED: _l("One person behind several accounts"),
    Reason.MISTAKE: _l("Correcting an earlier decision"),
}
