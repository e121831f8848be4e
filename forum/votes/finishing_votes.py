"""The votes that somebody had pressed before they came in: counted where they still may be."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..permissions import can_declare, can_vote
from ..rooms.models import hold_place
from ..web.numbers import format_decimal
from .casting import VoteResult, cast_vote
from .counted_addresses import counts_in
from .holding import HeldProposal, proposal_for_vote
from .models import Value
from .networks import note_network


@dataclass(frozen=True)
class Finished:
    """What became of the votes: in words, and which wait until their owner has declared something.

    ``declared_at`` is the address at which the first of these is declared; empty where none waits.
    """

    said: str
    waiting: dict[int, str]
    declared_at: str


def finish_votes(user: User, votes: dict[int, str]) -> Finished:
    """Count the votes of a person, by proposal, that may still be given.

    Their place in a room, if they have one, is held before any proposal, as where they vote.
    """
    hold_place(user)
    counted, aside, waiting, discussions = 0, 0, dict[int, str](), list[int]()
    for reply_id, value in sorted(votes.items()):
        reply = proposal_for_vote(reply_id)
        if reply is not None and (cast := finish_vote(user, reply, value)):
            counted, aside = counted + (not cast.aside), aside + cast.aside
        elif reply is not None and waits_for_declaration(user, reply):
            waiting[reply_id] = value
            discussions.append(reply.essay_id)
    refused = len(votes) - counted - aside - len(waiting)
    said = in_words(counted, aside, len(waiting), refused)
    return Finished(said, waiting, where_declared(discussions[0]) if waiting else "")


def in_words(counted: int, aside: int, waiting: int, refused: int) -> str:
    """Return how many votes are counted, are set aside, wait, and were refused."""
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
    if aside:
        said.append(
            ngettext(
                "One vote is kept, but does not count: your votes there are set aside.",
                "%(number)s votes are kept, but do not count: your votes there are set aside.",
                aside,
                number=format_decimal(aside),
            )
        )
    if waiting:
        said.append(
            ngettext(
                "One vote waits until you have declared what its discussion asks.",
                "%(number)s votes wait until you have declared what their discussion asks.",
                waiting,
                number=format_decimal(waiting),
            )
        )
    if refused:
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


def waits_for_declaration(user: User, reply: HeldProposal) -> bool:
    """Say whether a person may give a vote once they have declared what its discussion asks."""
    can = reply.essay.is_open and reply.author_id != user.id and can_declare(user, reply.essay)
    return bool(can) and counts_in(user, reply.essay_id)


def where_declared(essay_id: int) -> str:
    """Return the address at which a discussion asks its declaration."""
    slug = db.session.scalars(select(Essay.slug).where(Essay.id == essay_id)).one()
    return url_for("reading.essay", slug=slug, _anchor="who-takes-part")


def finish_vote(user: User, reply: HeldProposal, value: str) -> VoteResult | None:
    """Cast one vote if it may still be given; return what came of it, or nothing."""
    if not can_vote(user, reply) or not counts_in(user, reply.essay_id):
        return None
    cast = cast_vote(user, reply, Value(value))
    note_network(user, reply.essay_id)
    return cast
