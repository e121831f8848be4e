"""What is the visitor's own on the pages that many read: each kind of gap, and what fills it.

What fills a gap is given the visitor, who may be a stranger, and what every gap of its kind on the
page was given. It asks for all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from flask import Flask, request
from flask_babel import pgettext
from markupsafe import Markup, escape

from ..accounts.agreements import lacks_agreement
from ..accounts.reader_kinds import NOBODY, AnyReader
from ..accounts.second_factors import lacks_second_factor
from ..answers.waiting import to_answer
from ..briefs.shortlists import picks
from ..events.following import levers_followed
from ..events.notices import unread_by
from ..moderation.queue_counts import waiting_for
from ..moderation.seen import state_of_essay
from ..permissions import can_facilitate
from ..replies.choosing import TagCounts
from ..replies.filters import Filter
from ..replies.listing import Card
from ..replies.models import Reply
from ..votes.judging import judge
from ..votes.models import Value
from ..votes.own_votes import votes_by
from ..web.gaps import own
from ..web.pieces import kept_as, macro, parts_of
from ..web.signing import form_token
from .cards import GAP, NOTHING, is_usual, usual_vote, vote_buttons
from .own_reply_parts import OF_A_REPLY

OWN = "own"
"""In place of a vote: the proposal is the visitor's own."""


def names(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return the visitor's name."""
    return [escape(visitor.name)] * len(many)


def tokens(_visitor: Any, many: Sequence[Any]) -> Iterable[str]:
    """Return the token without which nothing is taken from the visitor's browser."""
    return [form_token()] * len(many)


def news(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return the way to the visitor's own page, with how much is new there; in a room is none."""
    if visitor.room:
        return [NOTHING] * len(many)
    unread = unread_by(visitor)
    link = kept_as((unread, request.endpoint), "yours/yours_link", unread)
    return [link] * len(many)


def waiting(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return how many reviews wait for the visitor's decision."""
    return [count_of(waiting_for(visitor), pgettext("in the queue", "waiting"))] * len(many)


def owed(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return how many answers are owed by the bodies that the visitor answers for."""
    return [count_of(to_answer(visitor))] * len(many)


def count_of(number: int, what: str = "") -> Markup:
    """Return a number as it stands behind a link at the top of a page."""
    return kept_as((number, what), "web/count", number, what)


class Question(NamedTuple):
    """What a visitor is asked or told at the top of a page, and of whom it holds."""

    part: str
    holds: Callable[[Any], bool]
    is_same_for_all: bool = False
    """Whether all of whom it holds are told the same on pages of one kind."""

    def told(self, visitor: Any) -> Markup:
        """Return it as a page has it."""
        endpoint = request.endpoint
        if self.is_same_for_all:
            return kept_as((endpoint,), self.part, visitor, endpoint)
        return Markup(macro(self.part)(visitor, endpoint))  # noqa: S704 - a macro's


def questions(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return what the visitor is asked or told at the top of a page."""
    if not visitor.is_authenticated:
        return [NOTHING] * len(many)
    told = [each.told(visitor) for each in QUESTIONS if each.holds(visitor)]
    return [Markup("").join(told)] * len(many)


def is_to_confirm(visitor: Any) -> bool:
    """Say whether the visitor is yet to be asked to confirm their address."""
    contact = visitor.contact
    return contact is not None and not contact.confirmed_at and not contact.asked_at


QUESTIONS = (
    Question("accounts/ask_to_agree", lacks_agreement),
    Question("accounts/ask_to_confirm", is_to_confirm, is_same_for_all=True),
    Question("accounts/ask_second_factor", lacks_second_factor, is_same_for_all=True),
    Question("rooms/room_band", lambda visitor: visitor.room is not None),
)


def votes(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return the buttons of each card with the visitor's vote, ready made where they can be."""
    given = votes_by(visitor, [card.id for card, _title, _ready in many])
    for card, title, ready in many:
        vote = given.get(card.id)
        if ready and card.author_id == visitor.id:
            yield ready[OWN]
        elif ready and is_usual(card, vote):
            yield ready[vote.value if vote else Value.NONE]
        else:
            yield vote_buttons(card, visitor, vote, title)


def followed(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return what the visitor can be told of each discussion."""
    for essay_id, slug in many:
        levers = levers_followed(visitor, essay_id)
        if levers is None:
            yield NOTHING
        else:
            key = (slug, *sorted(levers.items()))
            yield kept_as(key, "events/follow_essay", slug, levers)


def judged(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return the box that leaves out what the visitor has judged, with how many are left."""
    for chosen, counts, essay_id in many:
        left = left_to(visitor, counts, essay_id)
        if left is None:
            yield NOTHING
        else:
            yield kept_as((chosen.unjudged, left), "replies/judged_choice", chosen, left)


def whole_filter_bar(
    chosen: Filter,
    counts: TagCounts,
    action: str,
    essay_id: int | None = None,
    ordered: bool = True,
) -> Markup:
    """Return the filter of a list: kept for everyone, but for the box of what one has judged."""
    plain = chosen.plain
    given = (plain, counts.plain, action, ordered)
    parts = parts_of(("filter_bar", *given), lambda: macro("replies/filter_bar")(*given, GAP), "\0")
    return Markup("").join((parts[0], own("judged", plain, counts, essay_id), parts[1]))


def left_to(visitor: Any, counts: TagCounts, essay_id: int | None) -> int | None:
    """Return how many of those counted the visitor has not judged; nothing for a stranger."""
    reader = judge(visitor)
    if reader is None or counts.unjudged is not None:
        return counts.unjudged
    return counts.total - counts.of(reader.judged(essay_id))


def picked(_visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return the shortlists that each proposal can be picked for, and those that it stands on."""
    proposals = [proposal for (proposal,) in many]
    found = picks(proposals)
    for each in proposals:
        key = (each, found.fitting(each.essay_id), found.of(each.id))
        yield kept_as(key, "briefs/pick", each, found)


def essay_states(_visitor: Any, many: Sequence[Any]) -> Iterable[str]:
    """Return the state of each essay, on which whoever decides something about it decides."""
    return [state_of_essay(essay_id) for (essay_id,) in many]


def written(visitor: Any, many: Sequence[Any]) -> Iterable[Markup]:
    """Return what is for the author of something where that is the visitor, or for all others."""
    number = visitor.id if visitor.is_authenticated else NOBODY
    return [theirs if author == number else others for author, theirs, others in many]


def own_buttons(card: Card, user: Any, title: str = "") -> Markup:
    """Return the buttons of a card; in a frame, of everyone who could look at it.

    ``title`` is where its title stands on the page, if that is not where a card has it.
    """
    if not user.is_authenticated:
        return vote_buttons(card, user, None, title)
    if not isinstance(user, AnyReader):
        return own("vote", card, title, {})
    author, other = user.who_is(card.author_id), user.who_is(NOBODY)
    ready = {value: vote_buttons(card, other, usual_vote(card, value), title) for value in Value}
    return own("vote", card, title, {OWN: vote_buttons(card, author, None, title), **ready})


class Pickable(NamedTuple):
    """What of a proposal the button to pick it needs."""

    id: int
    essay_id: int
    title: str | None


def own_pick(reply: Card | Reply, user: Any) -> Markup:
    """Return the button by which facilitators pick a proposal that is shown; nothing for others."""
    if not (can_facilitate(user) and reply.lever is not None and reply.status == "visible"):
        return NOTHING
    return own("picked", Pickable(reply.id, reply.essay_id, reply.title))


def own_to_author(part: str, reply: Reply, user: Any, *more: Any) -> Markup:
    """Return what a part shows a visitor of a reply; in a frame, what its author and others see."""
    shown: Callable[..., Markup] = macro(part)
    if not isinstance(user, AnyReader):
        return shown(reply, user, *more)
    author, other = user.who_is(reply.author_id), user.who_is(NOBODY)
    return own("written", reply.author_id, shown(reply, author, *more), shown(reply, other, *more))


OWN_PARTS = {
    "name": names,
    "token": tokens,
    "news": news,
    "waiting": waiting,
    "owed": owed,
    "question": questions,
    "vote": votes,
    "followed": followed,
    "judged": judged,
    "picked": picked,
    "essay_state": essay_states,
    "written": written,
    **OF_A_REPLY,
}
"""What fills the gaps of each kind."""


def init_app(app: Flask) -> None:
    """Offer gaps to the templates."""
    app.extensions["own_parts"] = OWN_PARTS
    app.jinja_env.globals.update(
        own=own,
        own_buttons=own_buttons,
        own_to_author=own_to_author,
        own_pick=own_pick,
        whole_filter_bar=whole_filter_bar,
    )
