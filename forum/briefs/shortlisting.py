"""What facilitators do with shortlists, many of them at once, without losing each other's work.

Whoever changes the order holds the shortlist's row and moves one item among the others as they
stand then. Whoever changes a note says which version they have read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now, upsert
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.ranking import interval
from ..words import text
from .models import Shortlist, ShortlistItem
from .shortlists import order_of

MOST = 100
"""Proposals on a shortlist; a brief of more would not be read."""


class Move(StrEnum):
    """Where an item goes: one step, to an end, or in front of another item."""

    UP = "up"
    DOWN = "down"
    TOP = "top"
    BOTTOM = "bottom"
    BEFORE = "before"


class NotFitting(ValueError):
    """The proposal cannot stand on this shortlist: of another essay, a draft's, or hidden."""


class Full(ValueError):
    """The shortlist holds as many proposals as it can."""


class NameTaken(ValueError):
    """Another shortlist of the same essay has this name."""


class NotOnList(ValueError):
    """The item, or the one it should go in front of, is no longer on the shortlist."""


class StaleShortlist(ValueError):
    """The text was changed by someone else since it was read."""


def fingerprint(name: str, essay_id: int | None) -> str:
    """Return what makes two shortlists the same: essay and name, capitals and accents apart."""
    return hashlib.sha256(f"{essay_id or ''}:{text.fold(name)}".encode()).hexdigest()


def start_shortlist(by: User, name: str, essay: Essay | None) -> tuple[Shortlist, bool]:
    """Return the shortlist of this name, and whether it is new: sent twice, it is made once."""
    mark = fingerprint(name, essay.id if essay else None)
    made = db.session.scalar(
        upsert(Shortlist)
        .values(
            name=name,
            essay_id=essay.id if essay else None,
            fingerprint=mark,
            created_by_id=by.id,
            created_at=now(),
        )
        .on_conflict_do_nothing(index_elements=["fingerprint"])
        .returning(Shortlist.id)
    )
    return db.session.scalars(select(Shortlist).filter_by(fingerprint=mark)).one(), made is not None


def rename(shortlist: Shortlist, name: str, was: str) -> None:
    """Give a held shortlist another name; raises Stale where it is not called ``was`` any more."""
    if shortlist.name not in {was, name}:
        raise StaleShortlist
    mark = fingerprint(name, shortlist.essay_id)
    other = select(Shortlist.id).where(Shortlist.fingerprint == mark, Shortlist.id != shortlist.id)
    if db.session.scalar(other) is not None:
        raise NameTaken
    shortlist.name, shortlist.fingerprint = name, mark


def shortlist_for_update(shortlist_id: int) -> Shortlist | None:
    """Return the shortlist with its row locked until the transaction ends."""
    return db.session.scalar(
        select(Shortlist)
        .where(Shortlist.id == shortlist_id)
        .with_for_update(of=Shortlist, key_share=True)
        .execution_options(populate_existing=True)
    )


def item_for_update(shortlist_id: int, item_id: int) -> ShortlistItem | None:
    """Return an item of the shortlist with its row locked until the transaction ends."""
    return db.session.scalar(
        select(ShortlistItem)
        .where(ShortlistItem.id == item_id, ShortlistItem.shortlist_id == shortlist_id)
        .with_for_update(of=ShortlistItem, key_share=True)
        .execution_options(populate_existing=True)
    )


def pick(shortlist: Shortlist, reply: Reply, by: User) -> bool:
    """Put a proposal at the end of a held shortlist; say False where it stands there already.

    The counts that are kept are those of now; one that was taken off comes back with its note.
    """
    if not reply.is_proposal or reply.status != "visible" or reply.essay.state == "draft":
        raise NotFitting
    if shortlist.essay_id not in {None, reply.essay_id}:
        raise NotFitting
    item = db.session.scalar(
        select(ShortlistItem).where(
            ShortlistItem.shortlist_id == shortlist.id, ShortlistItem.reply_id == reply.id
        )
    )
    if item is not None and item.removed_at is None:
        return False
    order = order_of(shortlist)
    if len(order) >= MOST:
        raise Full
    if item is None:
        item = ShortlistItem(shortlist_id=shortlist.id, reply_id=reply.id, note="", version=1)
        db.session.add(item)
    item.support, item.oppose, item.neutral = reply.support, reply.oppose, reply.neutral
    item.score = reply.top
    item.low, item.high = interval(reply.support, reply.oppose)
    item.picked_by_id, item.picked_at = by.id, now()
    return_to_end(item, order)
    return True


def remove(shortlist: Shortlist, item: ShortlistItem, by: User) -> None:
    """Take an item off a held shortlist; its note and its counts are kept."""
    if item.removed_at is None:
        item.removed_at, item.removed_by_id = now(), by.id


def put_back(shortlist: Shortlist, item: ShortlistItem, by: User) -> None:
    """Put an item back at the end of a held shortlist, with its note and counts as they were."""
    if item.removed_at is None:
        return
    order = order_of(shortlist)
    if len(order) >= MOST:
        raise Full
    return_to_end(item, order)


def return_to_end(item: ShortlistItem, order: Sequence[ShortlistItem]) -> None:
    """Let an item stand last."""
    item.removed_at = item.removed_by_id = None
    item.position = order[-1].position + 1 if order else 1


def move(shortlist: Shortlist, item_id: int, to: Move, before: int | None = None) -> list[int]:
    """Move one item of a held shortlist among the others; return the numbers in the new order."""
    items = {item.id: item for item in order_of(shortlist)}
    order = moved(list(items), item_id, to, before)
    for position, number in enumerate(order, 1):
        if items[number].position != position:
            items[number].position = position
    return order


def moved(order: list[int], item: int, to: Move, before: int | None = None) -> list[int]:
    """Return the order with one item moved; raises NotOnList for one that is not in it."""
    if item not in order or (to is Move.BEFORE and before not in order):
        raise NotOnList
    at = order.index(item)
    rest = [each for each in order if each != item]
    if to is Move.BEFORE:
        place = at if before == item or before is None else rest.index(before)
    else:
        place = {Move.UP: max(at - 1, 0), Move.DOWN: at + 1, Move.TOP: 0}.get(to, len(rest))
    return [*rest[:place], item, *rest[place:]]


def annotate(item: ShortlistItem, note: str, version: int) -> None:
    """Change the note of a held item; raises Stale where it has changed since that version."""
    if item.note == note:
        return
    if item.version != version:
        raise StaleShortlist
    item.note = note
    item.version += 1
