"""What the two figures of a document show: support with intervals, and levers by jurisdiction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from ..replies.tag import UNSAID
from ..replies.tags import JURISDICTION, LEVER
from ..web.languages import series
from .fields import Row
from .phrases import percent, whole

TOP = 10
TITLE_LENGTH = 72


@dataclass(frozen=True)
class Bar:
    """One line of the first figure: a share of support and how sure it is, from 0 to 1."""

    rank: int
    title: str
    lever: str
    share: float | None
    low: float
    high: float
    said: str


@dataclass(frozen=True)
class Figures:
    """Both figures, each with the text that stands in for it."""

    bars: list[Bar]
    bars_alt: str
    levers: list[str]
    jurisdictions: list[str]
    counts: list[list[int]]
    counts_alt: str


def figures_of(rows: Sequence[Row]) -> Figures:
    """Return what the figures show of these rows."""
    bars = [bar(row) for row in rows[:TOP]]
    counted = Counter((row[LEVER.name], str(row[JURISDICTION.name] or UNSAID)) for row in rows)
    levers, found = LEVER.values, {place for _lever, place in counted}
    places = [
        each for each in JURISDICTION.offered(found) if each.value != UNSAID or UNSAID in found
    ]
    counts = [[counted[lever.value, place.value] for place in places] for lever in levers]
    said = [
        _("%(name)s: %(value)s", name=f"{lever.label}, {place.label}", value=whole(number))
        for lever, numbers in zip(levers, counts, strict=True)
        for place, number in zip(places, numbers, strict=True)
        if number
    ]
    return Figures(
        bars,
        alt(
            _("Share of support of the highest ranked proposals, with its 95% interval."),
            [f"{each.rank}. {each.title}: {each.said}" for each in bars],
        ),
        [str(lever.label) for lever in levers],
        [str(place.label) for place in places],
        counts,
        alt(_("Number of proposals by lever and jurisdiction."), said),
    )


def bar(row: Row) -> Bar:
    """Return a proposal's line in the first figure."""
    support, sides = number(row["support"]), number(row["support"]) + number(row["oppose"])
    low, high = number(row["low"]), number(row["high"])
    said = _(
        "%(support)s of %(sides)s, likely %(low)s to %(high)s",
        support=whole(int(support)),
        sides=whole(int(sides)),
        low=percent(low),
        high=percent(high),
    )
    return Bar(
        rank=int(number(row["rank"])),
        title=short(str(row["title"])),
        lever=str(row["lever"]),
        share=support / sides if sides else None,
        low=low,
        high=high,
        said=said if sides else _("no votes yet"),
    )


def number(value: Any) -> float:
    """Return a value that is known to be a number."""
    return float(value)


def short(title: str) -> str:
    """Return a title cut to one line."""
    title = " ".join(title.split())
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def alt(opening: str, lines: Sequence[str]) -> str:
    """Return the text that stands in for a figure."""
    return f"{opening} {series(lines)}." if lines else opening
