"""The words a proposal is tagged with: what each one means, in code and on the page."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Lever(StrEnum):
    """What would bring the change about."""

    POLICY = "policy"
    REGULATORY = "regulatory"
    MARKET = "market"


class Jurisdiction(StrEnum):
    """Who can pull the lever."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    INDIGENOUS = "indigenous"
    ANY = "any"


class Ambition(StrEnum):
    """Whether the present model would work better, or a new one would take its place."""

    IMPROVES = "improves"
    REPLACES = "replaces"


class Stance(StrEnum):
    """What a comment on a proposal does."""

    SUPPORT = "support"
    CHALLENGE = "challenge"
    REFINE = "refine"
    EVIDENCE = "evidence"
    QUESTION = "question"


LABELS: dict[StrEnum, Any] = {
    Lever.POLICY: _l("Policy"),
    Lever.REGULATORY: _l("Regulatory"),
    Lever.MARKET: _l("Market"),
    Jurisdiction.NATIONAL: _l("National"),
    Jurisdiction.PROVINCIAL: _l("Provincial or territorial"),
    Jurisdiction.MUNICIPAL: _l("Municipal"),
    Jurisdiction.INDIGENOUS: _l("Indigenous governments"),
    Jurisdiction.ANY: _l("Any government"),
    Ambition.IMPROVES: _l("Improves the present model"),
    Ambition.REPLACES: _l("Replaces the present model"),
    Stance.SUPPORT: _l("Supports"),
    Stance.CHALLENGE: _l("Challenges"),
    Stance.REFINE: _l("Refines"),
    Stance.EVIDENCE: _l("Adds evidence"),
    Stance.QUESTION: _l("Asks"),
}

MEANINGS: dict[Lever, Any] = {
    Lever.POLICY: _l(
        "A government changes what it does, or how it organises, funds, staffs or buys, "
        "within the rules there are."
    ),
    Lever.REGULATORY: _l(
        "The rules themselves change: a law, a regulation, a standard, a licence or a directive."
    ),
    Lever.MARKET: _l("Incentives, buying power, competition or ownership change, so others act."),
}

EXAMPLES: dict[Lever, Any] = {
    Lever.POLICY: _l("Fund teams for outcomes, not projects for outputs."),
    Lever.REGULATORY: _l("Require departments to publish how long each service takes."),
    Lever.MARKET: _l("Buy from any supplier whose system can be left within a month."),
}


def label(value: StrEnum | str, kind: type[StrEnum] | None = None) -> str:
    """Return the word for a value on a page in the reader's language."""
    member = kind(value) if kind is not None else value
    return str(LABELS[member]) if isinstance(member, StrEnum) else str(value)


KINDS: dict[str, type[StrEnum]] = {
    "lever": Lever,
    "jurisdiction": Jurisdiction,
    "ambition": Ambition,
    "stance": Stance,
}


def in_words(name: str, value: Any) -> Any:
    """Return what a field of a reply holds as a reader knows it: a label in place of a code."""
    kind = KINDS.get(name)
    return label(kind(value)) if kind is not None and value else value


def choices(kind: type[StrEnum]) -> list[tuple[str, Any]]:
    """Return the values and words of one kind, as form fields take them."""
    return [(member.value, LABELS[member]) for member in kind]
