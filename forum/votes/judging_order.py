"""The order in which proposals come to someone who judges them one by one.

Those that need more eyes come sooner: of the proposals left to a person, the ``AHEAD`` that need
them most take part in a draw, weighted by that need and by how well each could still turn out, so
that each has its chance and no two visits begin alike. A visit's seed stands in its address, and
what a proposal draws depends on nothing but the seed, its number and its votes: within a visit the
order stays as it is, but for proposals on which people vote meanwhile. Why this order and not
another: docs/ranking.md.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import log
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, select
from werkzeug.datastructures import MultiDict

from ..db import db
from ..replies.models import Reply
from .judging import Judge
from .ranking import upper

AHEAD = 200
"""Proposals that take part in the draw of the next one."""
FAVOUR = 8
"""How strongly the draw favours what could still turn out well: the power of its upper bound."""
LEAST = 1e-9
"""The weight that everything has at least."""
SKIPS_MOST = 200
"""Skipped proposals that an address has room for; of more, the first come back as any other."""

SEED = re.compile(r"[a-z0-9]{1,12}")
NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Visit:
    """What the address of one who judges says: the seed of the order, and what they skipped."""

    seed: str
    skipped: tuple[int, ...] = ()

    @classmethod
    def begin(cls) -> Self:
        """Return a visit with an order of its own."""
        return cls(secrets.token_hex(4))

    @classmethod
    def from_query(cls, args: MultiDict[str, str]) -> Self | None:
        """Read an address; nothing where it names no visit. What is no number is left out."""
        seed = args.get("seed", "")
        if not SEED.fullmatch(seed):
            return None
        return cls(seed, numbers(args.get("skipped", "")))

    def query(self) -> dict[str, Any]:
        """Return the visit as the fields of an address."""
        skipped = ".".join(map(str, self.skipped))
        return {"seed": self.seed} | ({"skipped": skipped} if skipped else {})

    def past(self, reply_id: int) -> Self:
        """Return the visit once this proposal is skipped: it is the last to come back."""
        others = tuple(each for each in self.skipped if each != reply_id)
        return replace(self, skipped=(*others, reply_id)[-SKIPS_MOST:])

    def lot(self, reply_id: int, weight: float) -> float:
        """Return what a proposal draws; the highest comes first.

        With log(u) / weight the chance to be first is in proportion to the weight (Efraimidis and
        Spirakis, "Weighted random sampling with a reservoir", 2006).
        """
        digest = blake2b(f"{self.seed}:{reply_id}".encode(), digest_size=8).digest()
        return log((int.from_bytes(digest) + 1) / (2**64 + 1)) / weight


def weight(eyes: float, support: int, oppose: int, neutral: int) -> float:
    """Return a proposal's weight in the draw: 1 unseen, small where it is known to be rejected."""
    bound = upper(support, support + oppose + neutral) if support + oppose + neutral else 1.0
    return max(eyes * bound**FAVOUR, LEAST)


def numbers(written: str) -> tuple[int, ...]:
    """Return the numbers of proposals written with dots between them, as far as there is room."""
    found = (int(each) for each in written.split(".") if NUMBER.fullmatch(each))
    return tuple(dict.fromkeys(found))[-SKIPS_MOST:]


def next_to_judge(
    essay_id: int, judge: Judge | None, visit: Visit, at: int = 0, but: Sequence[int] = ()
) -> int | None:
    """Return the number of the proposal to judge next; nothing where none is left.

    ``at`` comes first if it is left to the person; those in ``but`` do not come at all.
    """
    if at and left_of((at,), essay_id, judge):
        return at
    found = db.session.execute(in_need(essay_id, judge, (*visit.skipped, *but))).all()
    if found:
        return max(found, key=lambda row: visit.lot(row.id, weight(*row[1:]))).id
    return next(iter(left_of(visit.skipped, essay_id, judge, but)), None)


def in_need(essay_id: int, judge: Judge | None, but: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the query of the proposals left to a person that need more eyes than the rest.

    It is read off an index and stops once there are enough, so its work is bounded by what the
    person did, however many proposals there are.
    """
    counts = (Reply.support, Reply.oppose, Reply.neutral)
    query: Select[*tuple[Any, ...]] = select(Reply.id, Reply.eyes, *counts)
    query = query.where(*to_judge(essay_id, judge))
    if but:
        query = query.where(Reply.id.not_in(but))
    return query.order_by(Reply.eyes.desc(), Reply.draw.desc()).limit(AHEAD)


def left_of(
    wanted: Sequence[int], essay_id: int, judge: Judge | None, but: Sequence[int] = ()
) -> list[int]:
    """Return those of these proposals that are left to the person, in the order named."""
    named = [each for each in wanted if each not in but]
    if not named:
        return []
    query = select(Reply.id).where(Reply.id.in_(named), *to_judge(essay_id, judge))
    left = set(db.session.scalars(query))
    return [each for each in named if each in left]


def to_judge(essay_id: int, judge: Judge | None) -> list[ColumnElement[bool]]:
    """Return the conditions of what is left to a person, or to a stranger, of a discussion."""
    shown = [Reply.status == "visible", Reply.essay_id == essay_id, Reply.lever.is_not(None)]
    return [*shown, judge.unjudged] if judge else shown
