"""What is the visitor's own on the page of a reply alone, as ``own_parts`` has it for all pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from ..drafts.models import unopened_stamp
from ..events.following import following
from ..replies.mentions import NAMES_LISTED, names_here
from ..votes.own_votes import votes_by
from ..web.frames import EachForThemselves
from ..web.gaps import Filling
from ..web.limits import limit_notices
from ..web.pieces import kept_as, macro
from .cards import NOTHING


def replies_followed(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return whether the visitor is told of each of these replies, as asked or as who took part.

    Whoever wrote or commented is among its ``authors``.
    """
    voted = votes_by(visitor, [reply_id for reply_id, _authors in many])
    for reply_id, authors in many:
        took_part = reply_id in voted or visitor.id in authors
        found = following(visitor, ("reply", reply_id), took_part)
        key = (reply_id, found)
        yield kept_as(key, "events/follow_reply", *key) if found else NOTHING


def names_listed(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return whom the visitor can name in a comment on each of these replies."""
    for reply_id, thread_id in many:
        names = tuple(names_here(thread_id, visitor, most=NAMES_LISTED))
        yield kept_as((reply_id, names), "writing/mention_list", reply_id, names)


def limits(_visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return what the visitor should know of the limits of each form before they fill it in."""
    return [macro("writing/limit_notice")(limit_notices(endpoint)) for (endpoint,) in many]


def draft_stamps(visitor: Any, many: Sequence[Any]) -> Iterable[str]:
    """Return the stamp of each form that keeps drafts, by its place.

    Raises EachForThemselves where the visitor kept one: their form has words in it.
    """
    for (place,) in many:
        stamp = unopened_stamp(visitor.id, place)
        if stamp is None:
            raise EachForThemselves
        yield str(escape(str(stamp)))


OF_A_REPLY: dict[str, Filling] = {
    "reply_followed": replies_followed,
    "names": names_listed,
    "limits": limits,
    "draft": draft_stamps,
}
"""What fills the gaps of each kind."""
