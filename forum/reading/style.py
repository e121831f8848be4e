"""What the style page shows: the tokens of the style sheet, and samples of every part.

Colours are measured, not described: the contrast of a pair is computed by the formula of WCAG 2.2
("relative luminance", "contrast ratio") from the very file that browsers get.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from ..db import now
from ..forms import Choice, Form, Line, Radio, Words, optional, required
from ..replies.levers import EXAMPLES, MEANINGS, Ambition, Jurisdiction, Lever, Stance, choices
from ..replies.listing import Card
from ..votes.ranking import scores
from .landscape import Landscape, landscape
from .marks import Judged
from .pages import Place

TEXT, SHAPE = 4.5, 3.0
"""The least contrast that WCAG 2.2 AA asks for: of text, and of what must be seen to be used."""

PAIRS = (
    *((ink, paper, TEXT) for ink in ("ink", "faint-ink", "accent", "wrong")
      for paper in ("paper", "raised", "sunk")),
    ("accent", "accent-wash", TEXT), ("ink", "accent-wash", TEXT), ("accent-ink", "accent", TEXT),
    ("wrong", "wrong-wash", TEXT), ("ink", "added", TEXT), ("ink", "removed", TEXT),
    *((f"{lever}-ink", paper, TEXT) for lever in Lever
      for paper in ("paper", "raised", f"{lever}-wash")),
    *((lever.value, "paper", SHAPE) for lever in Lever),
    ("edge", "paper", SHAPE), ("edge", "raised", SHAPE), ("bar-support", "bar-oppose", SHAPE),
    ("bar-support", "paper", SHAPE),
)  # fmt: skip
"""Every pair of colours that must be told apart, with the least contrast it needs."""

COUNTS = ((0, 0, 0), (1, 0, 0), (3, 1, 2), (0, 4, 1), (50, 50, 10), (900, 100, 40))
"""Votes for, against and not sure, of the sample cards and bars."""

_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Pair:
    """Two colours in one theme, and whether they can be told apart."""

    theme: str
    front: str
    back: str
    front_colour: str
    back_colour: str
    contrast: float
    least: float

    @property
    def holds(self) -> bool:
        """Whether the contrast is enough."""
        return self.contrast >= self.least


def tokens(css: str) -> dict[str, dict[str, str]]:
    """Return the tokens of the style sheet by theme; what dark does not change is as in light."""
    light, _media, dark = css.partition("@media (prefers-color-scheme: dark)")
    found = {name: " ".join(value.split()) for name, value in _TOKEN.findall(light)}
    return {"light": found, "dark": {**found, **dict(_TOKEN.findall(dark))}}


def starting(theme: dict[str, str], prefix: str) -> dict[str, str]:
    """Return the tokens whose name begins so."""
    return {name: value for name, value in theme.items() if name.startswith(prefix)}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as #7b2350, from 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(themes: dict[str, dict[str, str]]) -> list[Pair]:
    """Return every pair in every theme with its contrast."""
    return [
        Pair(name, one, other, theme[one], theme[other], contrast(theme[one], theme[other]), least)
        for name, theme in themes.items()
        for one, other, least in PAIRS
    ]


class SampleForm(Form):
    """A form with a field of every kind."""

    title = Line(_l("Title"), [required()])
    note = Words(_l("Text"), [optional()])
    jurisdiction = Choice(_l("Who can pull it"), [required()], choices=choices(Jurisdiction))
    stance = Radio(_l("What does your comment do?"), [required()], choices=choices(Stance))


def sample_form(form: type[Form]) -> Form:
    """Return a form that was sent empty, so that it complains."""
    found = form(MultiDict({"jurisdiction": ""}), meta={"csrf": False})
    found.validate()
    return found


def sample_places() -> list[Place]:
    """Return cards of every lever with every kind of count, ranked, and one for more eyes."""
    found = []
    for number, (support, oppose, neutral) in enumerate(COUNTS, 1):
        lever = tuple(Lever)[number % 3]
        score = scores(support, oppose, neutral)
        card = Card(
            number, 1, 1, lever.value, str(EXAMPLES[lever]), str(MEANINGS[lever]),
            tuple(Jurisdiction)[number % 5].value, tuple(Ambition)[number % 2].value, None, "en",
            "visible", 1 + number % 2, now() - timedelta(days=number), None, support, oppose,
            neutral, number, number == 3, score.top, score.eyes, score.contested, number,
            "Ada", "sample", str(EXAMPLES[lever]), "open", None,
        )  # fmt: skip
        found.append(Place(card, number if number > 1 else None))
    return found


def sample_landscape() -> Landscape:
    """Return a picture of some dozens of proposals."""
    return landscape(
        [
            Judged(n, n, str(EXAMPLES[tuple(Lever)[n % 3]]), tuple(Lever)[n % 3].value, "en",
                   n * n % 47, n * 5 % 13, 0)
            for n in range(1, 40)
        ]
    )  # fmt: skip


def samples() -> dict[str, Any]:
    """Return everything that the style page shows besides tokens."""
    return {
        "reader": User(id=2**62, name="Ben", role="reader"),
        "voted": SimpleNamespace(value="support", carried_from_id=None, version=9),
        "places": sample_places(),
        "counts": dict(zip(Lever, (7, 4, 2), strict=True)),
        "landscape": sample_landscape(),
    }
