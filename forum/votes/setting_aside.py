"""Setting votes aside and letting them count again: rows move between two tables.

What counts stands among the votes. Whatever changes who is set aside, or what stands among the
votes by other rules (rooms, merges, imports), ends with each vote where the rule says it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, union, update

from ..db import db
from ..deals.holding import after_votes, before_votes, for_update
from ..essays.models import touch
from ..replies.changing import hold
from ..replies.models import Reply
from .asides import AsideVote, is_set_aside
from .counting import recount_votes
from .models import RoomVote, Vote

COLUMNS = [column.name for column in AsideVote.__table__.columns]
SET_ASIDE = is_set_aside(Vote.essay_id, Vote.user_id)
COUNTS_AGAIN = ~is_set_aside(AsideVote.essay_id, AsideVote.user_id)


def hold_votes(*essay_ids: int) -> None:
    """Let nobody vote in these discussions until the transaction ends: their proposals' rows are
    held, and then the discussions', without which no proposal comes to stand there.

    One that came while the discussions were waited for is held before them too: they are let go.
    """
    here = Reply.essay_id.in_(essay_ids), Reply.lever.is_not(None)
    proposals = select(Reply.id).where(*here).order_by(Reply.id)
    while True:
        held = set(db.session.scalars(proposals.with_for_update(key_share=True)))
        attempt = db.session.begin_nested()
        hold((), essay_ids)
        if held.issuperset(db.session.scalars(proposals)):
            attempt.commit()
            return
        attempt.rollback()


def settle_asides(essay_id: int) -> None:
    """Let exactly those votes of a discussion count that are not set aside; its votes are held.

    Holds that rest on them begin anew or end, after what they had earned is written.
    """
    settle(misplaced(Vote.essay_id == essay_id, AsideVote.essay_id == essay_id))


def settle(reply_ids: Collection[int]) -> None:
    """Let every vote on these proposals stand where it belongs, and count them anew."""
    if not reply_ids:
        return
    replies = {each.id: each for each in db.session.scalars(named(reply_ids))}
    with counted_anew(replies):
        bring_back(reply_ids, COUNTS_AGAIN)
        put_aside(reply_ids)
    db.session.flush()
    for essay_id in sorted({each.essay_id for each in replies.values()}):
        touch(essay_id)


def named(reply_ids: Collection[int]) -> Any:
    """Return the query of these replies that locks them."""
    return for_update(select(Reply).where(Reply.id.in_(reply_ids)))


def misplaced(votes: ColumnElement[bool], asides: ColumnElement[bool]) -> list[int]:
    """Return the proposals on which votes count that should not, or the other way round."""
    wrong = union(
        select(Vote.reply_id).where(votes, SET_ASIDE),
        select(AsideVote.reply_id).where(asides, COUNTS_AGAIN),
    )
    return sorted(db.session.scalars(wrong))


def bring_back(reply_ids: Collection[int], *which: ColumnElement[bool]) -> None:
    """Let votes on these proposals stand among those that count; nothing is counted yet."""
    move(AsideVote, Vote, AsideVote.reply_id.in_(reply_ids), *which)


def put_aside(reply_ids: Collection[int]) -> None:
    """Take those votes on these proposals out that are set aside; nothing is counted yet."""
    move(Vote, AsideVote, Vote.reply_id.in_(reply_ids), SET_ASIDE)


def move(source: Any, target: Any, *which: ColumnElement[bool]) -> None:
    """Move rows from one of the tables to the other, as they are."""
    db.session.flush()
    columns = [getattr(source, name) for name in COLUMNS]
    query = select(*columns).where(*which)
    db.session.execute(insert(target).from_select(COLUMNS, query, include_defaults=False))
    gone = delete(source).where(*which)
    db.session.execute(gone, execution_options={"synchronize_session": False})


@contextmanager
def counted_anew(replies: Mapping[int, Reply], redraw: bool = True) -> Iterator[None]:
    """Let votes on these proposals change, which are held; then count them, and write what their
    deals say of that. ``redraw`` says that their draws for who is asked next are drawn anew."""
    rules = {number: before_votes(reply) for number, reply in replies.items()}
    yield
    for number, found in recount_votes(replies, redraw).items():
        after_votes(replies[number], rules[number], found)


@contextmanager
def every_vote(reply_ids: Collection[int]) -> Iterator[None]:
    """Let all votes on these proposals stand together while others among them are copied or taken
    away, so that those set aside go along; then set them aside again. Their rows are held."""
    bring_back(reply_ids)
    yield
    put_aside(reply_ids)


def move_votes(reply: Reply) -> None:
    """Let the votes on a reply and on what stands under it belong to the essay it now answers, and
    count or not by what is decided there."""
    discussion = select(Reply.id).where((Reply.id == reply.id) | (Reply.thread_id == reply.id))
    for said in (Vote, RoomVote, AsideVote):
        theirs = update(said).where(said.reply_id.in_(discussion))
        db.session.execute(theirs.values(essay_id=reply.essay_id))
    settle(misplaced(Vote.reply_id == reply.id, AsideVote.reply_id == reply.id))
