"""A deal and its dues in plain words: the same under the question, in files, and in the log.

One set of words says how sure support is, here as on cards: "likely above 80%".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list
from babel.numbers import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..replies.tags import LEVER
from ..web.numbers import format_decimal
from ..web.speech import spoken_here
from .models import Deal, DealBody, count_dues, latest_deal

RULE_WORDS = {
    "brief": _l("It stands in a published brief"),
    "bound": _l("Its support held"),
    "closing": _l("Its support at closing"),
    "top": _l("Among the first of its lever at closing"),
}
"""Why an answer is due, in a few words."""


@dataclass(frozen=True)
class DealTold:
    """A deal as it stands under the question: its sentences, and how many dues came of it."""

    sentences: list[str]
    dues: int


def told_of_deal(essay_id: int) -> DealTold | None:
    """Return what is said under a question; nothing where nothing was said of a deal."""
    deal = latest_deal(essay_id)
    return DealTold(sentences(deal), count_dues(essay_id)) if deal else None


def sentences(deal: Deal | None) -> list[str]:
    """Return who answers what within how long, a sentence each; that nobody does where so."""
    if deal is None or deal.days is None:
        return [_("Nobody has agreed to answer: this discussion has no deal.")]
    agreed = [each for each in deal.bodies if each.has_agreed]
    asked = [each for each in deal.bodies if not each.has_agreed]
    what, within = what_is_answered(deal), days_in_words(deal.days)
    if not agreed:
        return [
            ngettext(
                "%(bodies)s has been asked, and has not agreed, to answer, within %(days)s, "
                "%(what)s.",
                "%(bodies)s have been asked, and have not agreed, to answer, within %(days)s, "
                "%(what)s.",
                len(asked),
                bodies=names(asked),
                days=within,
                what=what,
            )
        ]
    told = [
        ngettext(
            "%(bodies)s has agreed to answer, within %(days)s, %(what)s.",
            "%(bodies)s have agreed to answer, within %(days)s, %(what)s.",
            len(agreed),
            bodies=names(agreed),
            days=within,
            what=what,
        )
    ]
    if asked:
        told.append(
            ngettext(
                "%(bodies)s has been asked and has not agreed.",
                "%(bodies)s have been asked and have not agreed.",
                len(asked),
                bodies=names(asked),
            )
        )
    return told


def in_words(deal: Deal | None) -> str:
    """Return the whole deal in one line."""
    return " ".join(sentences(deal))


def names(bodies: Sequence[DealBody]) -> str:
    """Return the names of bodies as a sentence lists them, each with the lever it answers for."""
    return format_list([name_of(each) for each in bodies], locale=spoken_here())


def name_of(named: DealBody) -> str:
    """Return the name of a body, with the lever that it answers for where that is one."""
    if named.lever is None:
        return named.body.name
    return _("%(body)s (%(lever)s)", body=named.body.name, lever=LEVER.label(named.lever))


def what_is_answered(deal: Deal) -> str:
    """Return what meets the deal, as the end of a sentence."""
    rules = [by_support(deal)] if deal.bound is not None else []
    if deal.in_brief:
        rules.append(_("every proposal in a published brief"))
    if deal.top_per_lever is not None:
        rules.append(
            ngettext(
                "the first proposal of each lever when the discussion closes",
                "the first %(number)s proposals of each lever when the discussion closes",
                deal.top_per_lever,
                number=format_decimal(deal.top_per_lever),
            )
            + with_voters(deal.voters)
        )
    return format_list(rules, locale=spoken_here())


def by_support(deal: Deal) -> str:
    """Return which support meets the deal, in words of doubt."""
    share = format_percent(deal.bound or 0, locale=spoken_here())
    if deal.hold_days is None:
        said = _(
            "every proposal whose support is likely above %(share)s when the discussion closes",
            share=share,
        )
    elif deal.hold_days == 0:
        said = _("every proposal whose support is once likely above %(share)s", share=share)
    elif deal.at_closing:
        said = _(
            "every proposal whose support stays likely above %(share)s for %(days)s, or is so "
            "when the discussion closes",
            share=share,
            days=days_in_words(deal.hold_days),
        )
    else:
        said = _(
            "every proposal whose support stays likely above %(share)s for %(days)s",
            share=share,
            days=days_in_words(deal.hold_days),
        )
    return said + with_voters(deal.voters)


def with_voters(number: int) -> str:
    """Return how many voters it takes, where one is not enough."""
    if number == 1:
        return ""
    return ngettext(
        ", with at least %(number)s voter",
        ", with at least %(number)s voters",
        number,
        number=format_decimal(number),
    )


def days_in_words(number: int) -> str:
    """Return a number of days: "60 days"."""
    return ngettext("%(number)s day", "%(number)s days", number, number=format_decimal(number))
