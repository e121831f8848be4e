"""Cards as pages show them: kept for everyone, with what is the visitor's own put in beside.

What a card says stands on its row, its rank and the order of its list, so it is kept under these.
The votes' buttons and the shortlists stand on who asks. A card carries no token: its buttons belong
to the one form of the page that does.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from markupsafe import Markup

from ..permissions import can_vote
from ..replies.filters import Sort
from ..replies.listing import Card
from ..votes.models import Value
from ..votes.own_votes import GivenVote
from ..web.pieces import macro, parts_of

GAP = Markup("\0")
"""Where something is put in beside; no text that people write holds it."""
NOTHING = Markup("")


def whole_card(
    reply: Card,
    rank: int | None,
    order: Sort | None,
    buttons: Markup,
    pick: Markup = NOTHING,
    *,
    with_essay: bool = False,
    found: Any = None,
) -> Markup:
    """Return a proposal as lists show it to this visitor.

    Where there is no order, as on a person's page, it has no rank; in an order, one without a rank
    is there because it needs more eyes. What was searched for brings its title and excerpt marked.
    ``buttons`` are those of the visitor, and ``pick`` is what puts it on a shortlist.
    """
    given = (reply, rank, order, with_essay)
    marked = (found.title, found.excerpt) if found else ()
    key = ("card", *given, *marked)
    parts = parts_of(key, lambda: macro("replies/card")(*given, GAP, found), "\0")
    return Markup("").join((parts[0], buttons, parts[1], pick, parts[2]))


def vote_buttons(reply: Any, user: Any, vote: GivenVote | None, title: str = "") -> Markup:
    """Return the buttons of a card with the visitor's vote; or why they cannot vote.

    Most people may vote, and their vote is of the version that stands: these buttons are kept, by
    what was voted. Anything else is written anew. ``title`` is where the title of the proposal
    stands on the page, if that is not where a card has it.
    """

    def written() -> Markup:
        return macro("votes/vote_buttons")(reply, title or f"title-{reply.id}", user, vote)

    answer = can_vote(user, reply)
    may = bool(answer) or answer.sign_in
    if not may or not is_usual(reply, vote):
        return written()
    value = vote.value if vote else ""
    return parts_of(("vote_buttons", reply.id, value, title), written)[0]


def is_usual(card: Any, vote: GivenVote | None) -> bool:
    """Say whether there is no more to tell of a vote than what it says."""
    if vote is None:
        return True
    as_given = vote.carried_from_id is None and not vote.aside
    return as_given and vote.version >= card.text_since


def usual_vote(card: Card, value: Value) -> GivenVote | None:
    """Return such a vote on a card; nothing where it is none."""
    if value is Value.NONE:
        return None
    return GivenVote(card.id, value, card.text_since, card.created_at, None)


def init_app(app: Flask) -> None:
    """Offer cards to the templates."""
    app.jinja_env.globals.update(whole_card=whole_card, buttons_of=vote_buttons)
