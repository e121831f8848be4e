"""The votes that somebody had pressed before they came in: counted where they still may be."""

from __future__ import annotations

from flask_babel import ngettext

from ..accounts.models import User
from ..permissions import can_vote
from ..web.numbers import format_decimal
from .casting import cast_vote
from .counted_addresses import counts_in
from .holding import proposal_for_vote
from .models import Value
from .networks import note_network


def finish_votes(user: User, votes: dict[int, str]) -> str:
    """Count the votes of a person, by proposal; return what became of them, in words."""
    counted = sum(finish_vote(user, reply_id, value) for reply_id, value in sorted(votes.items()))
    said = []
    if counted:
        said.append(
            ngettext(
                "The vote you pressed is counted.",
                "The %(number)s votes you pressed are counted.",
                counted,
                number=format_decimal(counted),
            )
        )
    if refused := len(votes) - counted:
        said.append(
            ngettext(
                "One vote could not be counted: the vote there is over or not open to you, the "
                "proposal is your own, or your address has counted with another account.",
                "%(number)s votes could not be counted: the vote there is over or not open to "
                "you, the proposal is your own, or your address has counted with another account.",
                refused,
                number=format_decimal(refused),
            )
        )
    return " ".join(said)


def finish_vote(user: User, reply_id: int, value: str) -> bool:
    """Count one vote if it may still be given; say whether it was."""
    reply = proposal_for_vote(reply_id)
    if reply is None or not can_vote(user, reply) or not counts_in(user, reply.essay_id):
        return False
    cast_vote(user, reply, Value(value))
    note_network(user, reply.essay_id)
    return True
