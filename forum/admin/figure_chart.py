"""Figures as bars, calculated here and drawn by a template, with the table they are drawn from.

A place is a share of the picture, so that one drawing fits a phone and a wide screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..web import dates
from ..web.speech import spoken_here
from ..words.csv_lines import csv_lines
from .figure_spans import FigureSpan, SpanKind
from .figures import SpanFigures

HEIGHT = 100
"""How high the picture is, in its own units; a bar of the greatest number fills it."""
GAP = 0.2
"""The share of its room that a bar leaves free."""

LABELS: dict[str, Any] = {
    "people": _l("New accounts"),
    "took_part": _l("People who wrote or voted"),
    "proposals": _l("Proposals"),
    "comments": _l("Comments"),
    "votes": _l("Votes given or changed"),
    "sign_ins": _l("Sign-ins"),
}
"""What each figure is called, in the order of the page."""


class FigureBar(NamedTuple):
    """One bar: where it begins, how wide and how high it is, and whether its span goes on."""

    x: float
    width: float
    height: float
    goes_on: bool


@dataclass(frozen=True)
class FigureStrip:
    """One figure over time; nothing (None) stands for a span that has yet to be counted."""

    label: Any
    numbers: Sequence[int | None]

    @property
    def most(self) -> int:
        """The greatest number."""
        return max((number for number in self.numbers if number), default=0)

    @property
    def bars(self) -> Iterator[FigureBar]:
        """The bars, in shares of a width and a height of 100."""
        room = 100 / len(self.numbers)
        for place, number in enumerate(self.numbers):
            if number:
                height = round(HEIGHT * number / self.most, 2)
                left, width = room * (place + GAP / 2), room * (1 - GAP)
                goes_on = place == len(self.numbers) - 1
                yield FigureBar(round(left, 2), round(width, 2), height, goes_on)


@dataclass(frozen=True)
class FigureChart:
    """Every figure over the same spans."""

    spans: Sequence[FigureSpan]
    strips: Sequence[FigureStrip]

    @property
    def is_whole(self) -> bool:
        """Whether every span has been counted."""
        return not any(None in strip.numbers for strip in self.strips)

    def busiest(self, strip: FigureStrip) -> str:
        """Return in words when a figure was greatest, the last time it was."""
        place = max(n for n, number in enumerate(strip.numbers) if number == strip.most)
        return span_words(self.spans[place])

    def csv(self) -> Iterator[str]:
        """Yield the table for spreadsheets, a line at a time."""
        rows = (
            (span.begins, span.last_day, *(strip.numbers[n] for strip in self.strips))
            for n, span in enumerate(self.spans)
        )
        return csv_lines(("first_day", "last_day", *LABELS), rows)


def figure_chart(spans: Sequence[FigureSpan], found: Sequence[SpanFigures | None]) -> FigureChart:
    """Return the figures of these spans as they are drawn."""
    strips = [
        FigureStrip(label, [getattr(figures, name) if figures else None for figures in found])
        for name, label in LABELS.items()
    ]
    return FigureChart(spans, strips)


def span_words(span: FigureSpan) -> str:
    """Return which day, week or month a span is."""
    if span.kind is SpanKind.MONTH:
        return month_words(span.begins)
    day = dates.unbroken(dates.short_day(span.begins))
    return _("week of %(day)s", day=day) if span.kind is SpanKind.WEEK else day


def month_words(day: date) -> str:
    """Return the month of a day, with its year: January 2027."""
    return str(format_skeleton("yMMMM", day, locale=spoken_here()))
