"""What replies are tagged with: each tag is described here once, and everything else asks it.

Filters, counts, search, lists, forms, moderation and exports go through ``TAGS``. CONTRIBUTING
says how to add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _l

from ..settings.current import jurisdictions

UNSAID = "unsaid"
"""What stands in an address for a tag of which nothing was chosen."""

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


@dataclass(frozen=True)
class TagValue:
    """One value of a tag: as it is stored, its word on pages, what that means, and an example.

    ``icon`` is the path of a drawing in a square of 16. One that is retired can no longer be
    chosen; what carries it keeps it.
    """

    value: str
    label: Any
    meaning: Any = ""
    example: Any = ""
    icon: str = ""
    is_retired: bool = False


@dataclass(frozen=True)
class Tag:
    """One thing that a reply is tagged with.

    ``name`` is its column, its field in forms and in addresses, and its column in files, headed
    ``heading``; ``about`` stands before a value, ``question`` is how a form asks, ``wrong`` what it
    says to a value that is none. ``unsaid`` is what it is called where nothing was chosen, and
    nothing is stored; without such a word, a proposal must be given a value.
    """

    name: str
    heading: Any
    about: Any
    question: Any
    wrong: Any
    listed: tuple[TagValue, ...]
    unsaid: Any = ""

    @property
    def known(self) -> tuple[TagValue, ...]:
        """Every value that a proposal may carry, in order, those that are retired last."""
        return self.listed

    @property
    def values(self) -> tuple[TagValue, ...]:
        """Every value that can be chosen, in order."""
        return tuple(each for each in self.known if not each.is_retired)

    @property
    def options(self) -> tuple[TagValue, ...]:
        """What a list can be kept to: every value, and what says nothing where that can be."""
        return (*self.known, TagValue(UNSAID, self.unsaid)) if self.unsaid else self.known

    def offered(
        self, picked: Iterable[str], counts: Mapping[str, int] | None = None
    ) -> tuple[TagValue, ...]:
        """Return the options that a filter shows: of those retired, what is picked or found."""
        found = {*picked, *(value for value, number in (counts or {}).items() if number)}
        return tuple(each for each in self.options if not each.is_retired or each.value in found)

    def __contains__(self, value: object) -> bool:
        return any(each.value == value for each in self.known)

    def __getitem__(self, value: str) -> TagValue:
        """Return one value; raises KeyError for what is none."""
        for each in self.known:
            if each.value == value:
                return each
        raise KeyError(value)

    def label(self, value: str | None) -> str:
        """Return the word for a value, or for none, in the reader's language."""
        return str(self[value].label if value and value != UNSAID else self.unsaid)

    def choices(self, kept: str | None = None) -> list[tuple[str, Any]]:
        """Return the values and their words, as form fields take them; none, where it can be.

        What is ``kept`` is among them, though it may be retired.
        """
        nothing = [("", self.unsaid)] if self.unsaid else []
        chosen = (each for each in self.known if not each.is_retired or each.value == kept)
        return [*nothing, *((each.value, each.label) for each in chosen)]

    def in_order(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return those of the options that exist, each once, in the tag's own order."""
        wanted = set(values)
        return tuple(each.value for each in self.options if each.value in wanted)


class JurisdictionTag(Tag):
    """The tag whose values are the site's own: its jurisdictions."""

    @property
    def known(self) -> tuple[TagValue, ...]:
        """Return the jurisdictions by their names in the reader's language."""
        return tuple(
            TagValue(each.slug, each.name, is_retired=each.is_retired) for each in jurisdictions()
        )

    def label(self, value: str | None) -> str:
        """Return its name; its short name where the database cannot be asked."""
        is_known = not value or value == UNSAID or value in self
        return super().label(value) if is_known else str(value)


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
            _l(
                "A government changes what it does, or how it organises, funds, staffs or buys, "
                "within the rules there are."
            ),
            _l("Fund teams for outcomes, not projects for outputs."),
            "M8 1 1 5v1.5h14V5zM2.5 7.5v5h2v-5zm4.5 0v5h2v-5zm4.5 0v5h2v-5zM1 13.5v1.5h14v-1.5z",
        ),
        TagValue(
            Lever.REGULATORY.value,
            _l("Regulatory"),
            _l(
                "The rules themselves change: a law, a regulation, a standard, a licence or a "
                "directive."
            ),
            _l("Require departments to publish how long each service takes."),
            "M3 1h10v14l-2-1.3L9.5 15 8 13.7 6.5 15 5 13.7 3 15zm2 3v1.5h6V4zm0 3v1.5h6V7z"
            "m0 3v1.5h4V10z",
        ),
        TagValue(
            Lever.MARKET.value,
            _l("Market"),
            _l("Incentives, buying power, competition or ownership change, so others act."),
            _l("Buy from any supplier whose system can be left within a month."),
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
