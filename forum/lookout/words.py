"""What is told of a crowd that stands out: what was seen, and how to take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..web.numbers import format_decimal
from .voters import Signal, SignalKind

TAKEN: dict[SignalKind, Any] = {
    SignalKind.BURST: _l(
        "A letter to members or a post that is passed on brings many at once, and they may well "
        "agree. Ask whether anybody knows of one."
    ),
    SignalKind.ACCOUNTS: _l(
        "A class or a meeting may join together. Ask whether anybody knows of one; a room is made "
        "for that."
    ),
    SignalKind.BALLOTS: _l(
        "People who follow a recommendation vote alike too. Look whether one was published."
    ),
    SignalKind.NETWORK: _l(
        "An office, a school, a library or a village may share one network. A room is made for "
        "people who sit together."
    ),
    SignalKind.DOMAIN: _l("An employer or an association gives its people such addresses."),
}
"""How it may be innocent, by kind."""


@dataclass(frozen=True)
class CrowdWords:
    """The words on a crowd: its heading, what it was held against, and how to take it."""

    kind: SignalKind
    heading: str
    seen: str
    taken: str
    since: datetime | None


def told(signal: Signal) -> CrowdWords:
    """Return the words on a crowd that stands out."""
    number = format_decimal(len(signal.people))
    usual = format_decimal(max(1, round(signal.usual)))
    within = length(signal.seconds)
    heading, seen = {
        SignalKind.BURST: (
            _(
                "A crowd of %(number)s came within %(within)s and voted alike",
                number=number,
                within=within,
            ),
            _(
                "In nearly all other stretches of %(within)s, at most %(usual)s come. On some "
                "proposals these agree as chance would not have it once in a million times.",
                within=within,
                usual=usual,
            ),
        ),
        SignalKind.ACCOUNTS: (
            _(
                "%(number)s accounts were made within %(within)s and voted alike",
                number=number,
                within=within,
            ),
            _(
                "In nearly all other stretches of %(within)s, at most %(usual)s joined. On "
                "some proposals these agree as chance would not have it once in a million times.",
                within=within,
                usual=usual,
            )
            if signal.usual
            else _(
                "Their ballots are the same, or nearly. Hardly anybody else has this one, and "
                "at least three times as many have it as any other."
            ),
        ),
        SignalKind.BALLOTS: (
            _("%(number)s ballots are nearly the same", number=number),
            _(
                "At least three quarters of the votes on each are the same. Given what all others "
                "say of these proposals, not one such ballot was to be expected in a hundred "
                "discussions like this."
            ),
        ),
        SignalKind.NETWORK: (
            _("A crowd of %(number)s voted from one network", number=number),
            _("From nearly every other network, at most %(usual)s voted.", usual=usual),
        ),
        SignalKind.DOMAIN: (
            _("A crowd of %(number)s has addresses of one domain", number=number),
            _("Of nearly every other domain, at most %(usual)s voted.", usual=usual),
        ),
    }[signal.kind]
    since = datetime.fromtimestamp(signal.since, UTC) if signal.seconds else None
    return CrowdWords(signal.kind, heading, seen, str(TAKEN[signal.kind]), since)


def length(seconds: int) -> str:
    """Return how long a stretch of time is."""
    units = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60}
    unit, number = next(
        ((unit, seconds // each) for unit, each in units.items() if seconds >= each), ("minute", 0)
    )
    return str(format_unit(number, f"duration-{unit}", locale=get_locale()))
