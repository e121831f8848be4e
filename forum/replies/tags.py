"""What replies are tagged with: each tag is described here once, and everything else asks it.

Filters, counts, search, lists, forms, moderation and exports go through ``TAGS``. CONTRIBUTING
says how to add one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _l

from .tag import JurisdictionTag, OwnWords, Tag, TagValue

Combination: TypeAlias = tuple[str | None, ...]
"""A value, or nothing, for each of ``TAGS``."""


class Lever(StrEnum):
    """What would bring the change about."""

    POLICY = "policy"
    REGULATORY = "regulatory"
    MARKET = "market"


class Stance(StrEnum):
    """What a comment on a proposal does."""

    SUPPORT = "support"
    CHALLENGE = "challenge"
    REFINE = "refine"
    EVIDENCE = "evidence"
    QUESTION = "question"


LEVER = Tag(
    "lever",
    _l("Lever"),
    _l("Lever"),
    _l("Which lever would bring it about?"),
    _l("Choose a lever, or none for a comment."),
    (
        TagValue(
            Lever.POLICY.value,
            _l("Policy"),
            OwnWords(
                "lever_policy_meaning",
                _l(
                    "A government changes what it does, or how it organises, funds, staffs or "
                    "buys, within the rules there are."
                ),
            ),
            OwnWords(
                "lever_policy_example", _l("Fund teams for outcomes, not projects for outputs.")
            ),
            "M8 1 1 5v1.5h14V5zM2.5 7.5v5h2v-5zm4.5 0v5h2v-5zm4.5 0v5h2v-5zM1 13.5v1.5h14v-1.5z",
        ),
        TagValue(
            Lever.REGULATORY.value,
            _l("Regulatory"),
            OwnWords(
                "lever_regulatory_meaning",
                _l(
                    "The rules themselves change: a law, a regulation, a standard, a licence or a "
                    "directive."
                ),
            ),
            OwnWords(
                "lever_regulatory_example",
                _l("Require departments to publish how long each service takes."),
            ),
            "M3 1h10v14l-2-1.3L9.5 15 8 13.7 6.5 15 5 13.7 3 15zm2 3v1.5h6V4zm0 3v1.5h6V7z"
            "m0 3v1.5h4V10z",
        ),
        TagValue(
            Lever.MARKET.value,
            _l("Market"),
            OwnWords(
                "lever_market_meaning",
                _l("Incentives, buying power, competition or ownership change, so others act."),
            ),
            OwnWords(
                "lever_market_example",
                _l("Buy from any supplier whose system can be left within a month."),
            ),
            "M10 1v2.5H1v2h9V8l5-3.5zM6 8v2.5h9v2H6V15l-5-3.5z",
        ),
    ),
)

JURISDICTION = JurisdictionTag(
    "jurisdiction",
    _l("Jurisdiction"),
    _l("Who can pull it"),
    _l("Who can pull the lever?"),
    _l("Choose who can pull the lever."),
    (),
    _l("Not said"),
)

AMBITION = Tag(
    "ambition",
    _l("Ambition"),
    _l("How far it goes"),
    _l("How far does it go?"),
    _l("Choose how far it goes."),
    (
        TagValue(
            "improves",
            _l("Improves the present model"),
            _l("what there is goes on, and works better."),
        ),
        TagValue(
            "replaces",
            _l("Replaces the present model"),
            _l("another way of doing it takes its place."),
        ),
    ),
    _l("Not said"),
)

STANCE = Tag(
    "stance",
    _l("Stance"),
    _l("Stance"),
    _l("What does your comment do?"),
    _l("Choose what your comment does."),
    (
        TagValue(Stance.SUPPORT.value, _l("Supports")),
        TagValue(Stance.CHALLENGE.value, _l("Challenges")),
        TagValue(Stance.REFINE.value, _l("Refines")),
        TagValue(Stance.EVIDENCE.value, _l("Adds evidence")),
        TagValue(Stance.QUESTION.value, _l("Asks")),
    ),
)
"""The tag of comments, which stands beside those of proposals."""

TAGS: tuple[Tag, ...] = (LEVER, JURISDICTION, AMBITION)
"""The tags of a proposal; the lever first, which makes it one."""

TAG_NAMES = tuple(tag.name for tag in TAGS)
FURTHER_TAGS = TAGS[1:]
DESCRIBED = {tag.name: tag for tag in (*TAGS, STANCE)}


def combination(holder: Any) -> Combination:
    """Return how a reply, or a row with its columns, is tagged."""
    return tuple(getattr(holder, name) for name in TAG_NAMES)


def in_words(name: str, value: Any) -> Any:
    """Return what a field of a reply holds as a reader knows it: a label in place of a code."""
    tag = DESCRIBED.get(name)
    return tag.label(value) if tag is not None and value else value
