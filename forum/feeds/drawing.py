"""Drawing the picture of a proposal: what stands for it where its address is shared.

typst draws it, as it sets documents. A title may be of any length and in any script. A sign that no
typeface holds, installed ones among them, is left out; words of which a letter is missing are not
shown in part, but not at all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from ..exports.phrases import whole
from ..exports.typefaces import bare, missing_in, printable
from ..exports.typesetting import typeset
from ..replies.models import Reply
from ..replies.tags import FURTHER_TAGS, LEVER
from ..settings.current import site_name
from ..settings.register import SITE_NAME
from ..votes.ranking import interval
from ..web.numbers import percent
from .addresses import full_url

WIDTH, HEIGHT = 1200, 630
"""Pixels, as those who show shared addresses want them."""

UNDER_LENGTH = 90
"""Characters of the line that says where the proposal stands."""


@dataclass(frozen=True)
class SharedProposal:
    """What the picture of a proposal shows: only what everyone may read of it."""

    language: str
    lever: str
    tags: str
    title: str
    under: str
    address: str
    support: int
    oppose: int
    site: str = SITE_NAME

    @classmethod
    def of(cls, reply: Reply) -> SharedProposal:
        """Return what the picture of this proposal shows, in the proposal's own language."""
        with force_locale(reply.language):
            tagged = [(tag, getattr(reply, tag.name)) for tag in FURTHER_TAGS]
            said = [str(tag.label(value)) for tag, value in tagged if value]
            address = full_url("reading.reply", reply_id=reply.id).partition("://")[2]
            return cls(
                reply.language,
                reply.lever or "",
                " · ".join(said),
                reply.title or "",
                str(_("In answer to “%(essay)s”", essay=reply.essay.title)),
                address,
                reply.support,
                reply.oppose,
                site_name(),
            )

    @property
    def words(self) -> list[str]:
        """All that is shown but the numbers."""
        return [
            self.language,
            self.lever,
            self.tags,
            self.title,
            self.under,
            self.address,
            self.site,
        ]


def draw(shared: SharedProposal) -> bytes:
    """Return the picture as PNG; takes a fraction of a second, and no database."""
    missing = missing_in(shared.title + shared.under, small=True)
    shared = replace(
        shared,
        title=legible(shared.title, missing) or shared.address,
        under=shortened(legible(shared.under, missing) or shared.address),
    )
    with force_locale(shared.language):
        data = data_of(shared)
    [png] = typeset("share.typ", data, small=True, format="png", ppi=72.0)
    return png


def data_of(shared: SharedProposal) -> dict[str, Any]:
    """Return what the typst source takes, in words of the present language."""
    sides = shared.support + shared.oppose
    low, high = interval(shared.support, shared.oppose)
    counts = [(_("Support"), shared.support), (_("Oppose"), shared.oppose)]
    likely = _("support likely %(low)s to %(high)s", low=percent(low), high=percent(high))
    return {
        "language": shared.language,
        "lever": shared.lever,
        "lever-label": str(LEVER.label(shared.lever)),
        "tags": shared.tags,
        "title": shared.title,
        "site": shared.site,
        "rtl": reads_from_the_right(shared.title),
        "under": shared.under,
        "share": shared.support / sides if sides else None,
        "low": low,
        "high": high,
        "range": likely if sides else _("nobody has taken a side yet"),
        "counts": " · ".join(f"{name} {whole(number)}" for name, number in counts) if sides else "",
    }


def legible(text: str, missing: set[str]) -> str:
    """Return the text without signs that no typeface holds; nothing where a letter is missing."""
    text = bare(text)
    gone = missing.intersection(text)
    if any(unicodedata.category(char)[0] in "LMN" for char in gone):
        return ""
    kept = "".join(" " if char in gone else char for char in text)
    return printable(" ".join(kept.split()), set())


def shortened(text: str) -> str:
    """Return a text that fits on its line, cut where it is too long."""
    return text if len(text) <= UNDER_LENGTH else text[: UNDER_LENGTH - 1].rstrip() + "…"


def reads_from_the_right(text: str) -> bool:
    """Say whether the first letter that has a direction is read from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"
