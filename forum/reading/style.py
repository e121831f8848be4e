"""What the style page shows: the tokens of the style sheet, and samples of every part.

Colours are measured, not described: the contrast of a pair is computed by the formula of WCAG 2.2
("relative luminance", "contrast ratio") from the very file that browsers get.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from ..replies.tags import Lever
from ..web.theme import contrast

TEXT, SHAPE = 4.5, 3.0
"""The least contrast that WCAG 2.2 AA asks for: of text, and of what must be seen to be used."""

PAIRS = (
    *(
        (ink, paper, TEXT)
        for ink in ("ink", "faint-ink", "accent", "wrong")
        for paper in ("paper", "raised", "sunk")
    ),
    ("accent", "accent-wash", TEXT),
    ("ink", "accent-wash", TEXT),
    ("accent-ink", "accent", TEXT),
    ("wrong", "wrong-wash", TEXT),
    ("ink", "added", TEXT),
    ("ink", "removed", TEXT),
    *(
        (f"{lever}-ink", paper, TEXT)
        for lever in Lever
        for paper in ("paper", "raised", f"{lever}-wash")
    ),
    *((lever.value, "paper", SHAPE) for lever in Lever),
    ("edge", "paper", SHAPE),
    ("edge", "raised", SHAPE),
    ("edge", "sunk", SHAPE),
    ("bar-support", "bar-oppose", SHAPE),
    ("bar-support", "paper", SHAPE),
)
"""Every pair of colours that must be told apart, with the least contrast it needs."""

FAMILIES: dict[str, Any] = {
    "basics": _l("Colours, type and controls"),
    "reading": _l("Reading and voting"),
    "writing": _l("Writing"),
    "search-and-export": _l("Search and export"),
    "desk": _l("The moderators’ desk"),
    "told": _l("What moderators did, as readers are told"),
    "briefs": _l("Shortlists and briefs"),
    "answers": _l("Official answers"),
    "left-out": _l("Not shown here"),
}
"""The contents of the style page: the id of each family of parts, and its name."""

NOT_SHOWN: dict[Any, tuple[str, ...]] = {
    _l("the head of a page"): (
        "essay_to_programs",
        "feed_link",
        "json_ld",
        "open_graph",
        "page_links",
        "proposals_to_programs",
    ),
    _l("the one heading of a page"): ("essay_again", "essay_head", "essay_top", "reply_head"),
    _l("a whole page of parts shown here"): (
        "brief_contents",
        "card_list",
        "comments_on_essay",
        "discussion",
        "essay_end",
        "proposals",
        "proposals_head",
    ),
    _l("a whole form of fields shown here"): (
        "agreeing_form",
        "comment_form",
        "export_filter",
        "reply_fields",
        "answer_fields",
        "language_fields",
        "limit_field",
        "give_role",
        "room_papers",
        "room_people",
    ),
    _l("nothing to see where nothing has changed meanwhile"): ("answer_other", "setting_clashes"),
    _l("an address"): ("turn_address",),
    _l("a sentence about a room"): ("room_standing",),
    _l("a sentence above every page, for whom it concerns"): (
        "ask_second_factor",
        "ask_to_agree",
        "room_band",
    ),
    _l("a sentence above a button"): ("agree_on_joining",),
    _l("a picture that says nothing without its table"): ("figure_strip",),
    _l("a sentence about votes that are set aside"): ("aside_words", "set_aside_line"),
    _l("a heading, a table and a fold as elsewhere"): (
        "appeal",
        "aside_item",
        "crowd",
        "moved_table",
    ),
    _l("a button that is shown with what it undoes"): ("undo_one",),
    _l("nothing to see without a form and its script"): (
        "draft_fields",
        "mention_list",
        "similar_place",
    ),
}
"""The parts that the style page leaves out, by what they are."""


@dataclass(frozen=True)
class ColourPair:
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


def starting(theme: dict[str, str], prefix: str) -> dict[str, str]:
    """Return the tokens whose name begins so."""
    return {name: value for name, value in theme.items() if name.startswith(prefix)}


def pairs(themes: dict[str, dict[str, str]]) -> list[ColourPair]:
    """Return every pair in every theme with its contrast."""
    return [
        ColourPair(
            name, one, other, theme[one], theme[other], contrast(theme[one], theme[other]), least
        )
        for name, theme in themes.items()
        for one, other, least in PAIRS
    ]


def samples() -> dict[str, Any]:
    """Return everything that the style page shows besides tokens."""
    from .samples import SampleForm, for_reading, sample_form  # late, as developers alone see them
    from .samples_circle import for_the_circle
    from .samples_desk import for_briefs, for_the_desk

    shown = {**for_reading(), **for_the_desk(), **for_briefs(), **for_the_circle()}
    return {"form": sample_form(SampleForm), **shown}
