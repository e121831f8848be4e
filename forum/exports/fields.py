"""The columns of an export: each stands here once, for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ..replies.tags import TAGS
from ..words.csv_lines import Cell

Value = Cell
Row = Mapping[str, Value]
"""One proposal: a value for the name of every field. A moment, a day and a tag may be missing."""


class FieldKind(StrEnum):
    """What a column holds, so that a file can be read back into what it was made from.

    MOMENT is in UTC and whole seconds, DAY one of the forum's zone, NUMBER has twelve decimals at
    most, and each item of a LIST is one line of text.
    """

    TEXT = "text"
    TAG = "tag"
    INTEGER = "integer"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """One column: its name in files, what it holds, its heading for people and its width there.

    ``width`` is in characters, as a spreadsheet measures a column.
    """

    name: str
    kind: FieldKind
    heading: Any
    width: int = 12


FIELDS = (
    Field("place", FieldKind.INTEGER, _l("Place"), 7),
    Field("rank", FieldKind.INTEGER, _l("Rank"), 7),
    Field("ranked", FieldKind.INTEGER, _l("Ranked in all"), 9),
    Field("rank_in_lever", FieldKind.INTEGER, _l("Rank within lever"), 9),
    Field("rank_in_discussion", FieldKind.INTEGER, _l("Rank in its discussion"), 9),
    Field("rank_with_aside", FieldKind.INTEGER, _l("Rank there with what is set aside"), 9),
    Field("title", FieldKind.TEXT, _l("Title"), 48),
    *(Field(tag.name, FieldKind.TAG, tag.heading, 18) for tag in TAGS),
    Field("assumed", FieldKind.LIST, _l("Perhaps not chosen"), 14),
    Field("trade_off", FieldKind.TEXT, _l("Trade-off"), 30),
    Field("body", FieldKind.TEXT, _l("Text"), 60),
    Field("evidence", FieldKind.LIST, _l("Evidence"), 30),
    Field("author", FieldKind.TEXT, _l("Author"), 20),
    Field("created", FieldKind.MOMENT, _l("Written (UTC)"), 18),
    Field("edited", FieldKind.MOMENT, _l("Edited (UTC)"), 18),
    Field("support", FieldKind.INTEGER, _l("Support"), 9),
    Field("oppose", FieldKind.INTEGER, _l("Oppose"), 9),
    Field("neutral", FieldKind.INTEGER, _l("Neutral"), 9),
    Field("earlier", FieldKind.INTEGER, _l("Votes for an earlier version"), 10),
    Field("carried", FieldKind.INTEGER, _l("Votes carried over by merging"), 10),
    Field("room_support", FieldKind.INTEGER, _l("Support, from rooms"), 9),
    Field("room_oppose", FieldKind.INTEGER, _l("Oppose, from rooms"), 9),
    Field("room_neutral", FieldKind.INTEGER, _l("Neutral, from rooms"), 9),
    Field("on_paper", FieldKind.INTEGER, _l("Of those, on paper"), 9),
    Field("aside_support", FieldKind.INTEGER, _l("Support, set aside"), 9),
    Field("aside_oppose", FieldKind.INTEGER, _l("Oppose, set aside"), 9),
    Field("aside_neutral", FieldKind.INTEGER, _l("Neutral, set aside"), 9),
    Field("score", FieldKind.NUMBER, _l("Score"), 9),
    Field("score_with_aside", FieldKind.NUMBER, _l("Score with what is set aside"), 9),
    Field("low", FieldKind.NUMBER, _l("Lower bound"), 9),
    Field("high", FieldKind.NUMBER, _l("Upper bound"), 9),
    Field("comments", FieldKind.INTEGER, _l("Comments"), 14),
    Field("comments_support", FieldKind.INTEGER, _l("Supporting comments"), 10),
    Field("comments_challenge", FieldKind.INTEGER, _l("Challenging comments"), 10),
    Field("comments_refine", FieldKind.INTEGER, _l("Refining comments"), 10),
    Field("comments_evidence", FieldKind.INTEGER, _l("Comments with evidence"), 10),
    Field("comments_question", FieldKind.INTEGER, _l("Questions"), 10),
    Field("quoted_support", FieldKind.TEXT, _l("Supporting comment, picked"), 40),
    Field("quoted_support_author", FieldKind.TEXT, _l("Its author"), 20),
    Field("quoted_support_permalink", FieldKind.TEXT, _l("Its permalink"), 30),
    Field("quoted_challenge", FieldKind.TEXT, _l("Challenging comment, picked"), 40),
    Field("quoted_challenge_author", FieldKind.TEXT, _l("Its author"), 20),
    Field("quoted_challenge_permalink", FieldKind.TEXT, _l("Its permalink"), 30),
    Field("status", FieldKind.TEXT, _l("Status"), 10),
    Field("answer_status", FieldKind.TEXT, lazy_pgettext("of a body", "Answer"), 18),
    Field("answer", FieldKind.TEXT, _l("Answer in a sentence"), 40),
    Field("answer_body", FieldKind.TEXT, _l("Who answers"), 30),
    Field("due_on", FieldKind.DAY, _l("Answer due"), 12),
    Field("due_state", FieldKind.TEXT, _l("Where the answer stands"), 18),
    Field("due_aside", FieldKind.INTEGER, _l("Votes it came due by, set aside since"), 10),
    Field("note", FieldKind.TEXT, _l("Facilitator’s note"), 30),
    Field("essay", FieldKind.TEXT, _l("Essay"), 40),
    Field("language", FieldKind.TEXT, _l("Language"), 9),
    Field("permalink", FieldKind.TEXT, _l("Permalink"), 40),
    Field("id", FieldKind.INTEGER, _l("Number"), 9),
)

FROM_ROOMS = ("room_support", "room_oppose", "room_neutral", "on_paper")
"""The fields that files of before rooms do not have."""
OF_ASIDE = (
    *("aside_support", "aside_oppose", "aside_neutral", "score_with_aside"),
    *("rank_in_discussion", "rank_with_aside", "due_aside"),
)
"""The fields that files of before votes could be set aside do not have."""
LATER = frozenset(
    {"earlier", "carried", "answer_status", "answer", "answer_body", "due_on", "due_state"}
    | {*FROM_ROOMS, *OF_ASIDE}
)
"""The fields that files of before answers and votes by version do not have, those among them."""
