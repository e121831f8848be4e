"""The columns of an export: each stands here once, for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

Value = str | int | float | datetime | list[str] | None
Row = Mapping[str, Value]
"""One proposal: a value for the name of every field. Only a moment may be missing (None)."""


class Kind(StrEnum):
    """What a column holds, so that a file can be read back into what it was made from.

    MOMENT is in UTC and whole seconds, NUMBER has twelve decimals at most, and each item of a
    LIST is one line of text.
    """

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MOMENT = "moment"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """One column: its name in files, what it holds, its heading for people and its width there.

    ``width`` is in characters, as a spreadsheet measures a column.
    """

    name: str
    kind: Kind
    heading: Any
    width: int = 12


FIELDS = (
    Field("rank", Kind.INTEGER, _l("Rank"), 7),
    Field("rank_in_lever", Kind.INTEGER, _l("Rank within lever"), 9),
    Field("title", Kind.TEXT, _l("Title"), 60),
    Field("lever", Kind.TEXT, _l("Lever")),
    Field("jurisdiction", Kind.TEXT, _l("Jurisdiction")),
    Field("ambition", Kind.TEXT, _l("Ambition")),
    Field("trade_off", Kind.TEXT, _l("Trade-off"), 30),
    Field("body", Kind.TEXT, _l("Text"), 60),
    Field("evidence", Kind.LIST, _l("Evidence"), 30),
    Field("author", Kind.TEXT, _l("Author"), 20),
    Field("created", Kind.MOMENT, _l("Written (UTC)"), 18),
    Field("edited", Kind.MOMENT, _l("Edited (UTC)"), 18),
    Field("support", Kind.INTEGER, _l("Support"), 9),
    Field("oppose", Kind.INTEGER, _l("Oppose"), 9),
    Field("neutral", Kind.INTEGER, _l("Neutral"), 9),
    Field("score", Kind.NUMBER, _l("Score"), 9),
    Field("low", Kind.NUMBER, _l("Lower bound"), 9),
    Field("high", Kind.NUMBER, _l("Upper bound"), 9),
    Field("comments", Kind.INTEGER, _l("Comments"), 10),
    Field("comments_support", Kind.INTEGER, _l("Supporting comments"), 10),
    Field("comments_challenge", Kind.INTEGER, _l("Challenging comments"), 10),
    Field("comments_refine", Kind.INTEGER, _l("Refining comments"), 10),
    Field("comments_evidence", Kind.INTEGER, _l("Comments with evidence"), 10),
    Field("comments_question", Kind.INTEGER, _l("Questions"), 10),
    Field("strongest_support", Kind.TEXT, _l("Strongest supporting comment"), 40),
    Field("strongest_support_author", Kind.TEXT, _l("Its author"), 20),
    Field("strongest_support_permalink", Kind.TEXT, _l("Its permalink"), 30),
    Field("strongest_challenge", Kind.TEXT, _l("Strongest challenging comment"), 40),
    Field("strongest_challenge_author", Kind.TEXT, _l("Its author"), 20),
    Field("strongest_challenge_permalink", Kind.TEXT, _l("Its permalink"), 30),
    Field("status", Kind.TEXT, _l("Status"), 10),
    Field("note", Kind.TEXT, _l("Facilitator’s note"), 30),
    Field("essay", Kind.TEXT, _l("Essay"), 40),
    Field("language", Kind.TEXT, _l("Language"), 9),
    Field("permalink", Kind.TEXT, _l("Permalink"), 40),
    Field("id", Kind.INTEGER, _l("Number"), 9),
)
