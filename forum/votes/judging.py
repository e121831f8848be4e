"""What one person has judged already, so that lists can leave it out and say how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, select, union

from ..accounts.models import User
from ..database.prepared import Prepared
from ..essays.models import REHEARSED
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES, Combination
from .own_votes import USUAL_TABLES, VoteTables, tables_of


@dataclass(frozen=True)
class Judge:
    """A person who judges proposals, by any vote; their own are not theirs to judge."""

    user_id: int
    tables: VoteTables = USUAL_TABLES
    """Those in which their votes stand."""

    @property
    def unjudged(self) -> ColumnElement[bool]:
        """The condition that a proposal is left to them."""
        voted = [
            exists().where(table.reply_id == Reply.id, table.user_id == self.user_id)
            for table in self.tables
        ]
        return and_(Reply.author_id != self.user_id, *(~each for each in voted))

    def judged(self, essay_id: int | None) -> dict[Combination, int]:
        """Return how many proposals of an essay, or of all, are not left to them, by their tags."""
        given = {"user_id": self.user_id} | ({} if essay_id is None else {"essay_id": essay_id})
        rows = judged_by(essay_id is not None, self.tables).rows(**given)
        return {tuple(key): int(n) for *key, n in rows}


@cache
def judged_by(in_essay: bool, tables: VoteTables) -> Prepared:
    """Return that as a query; its work is that of what they did, however long the lists are."""
    columns = [getattr(Reply, name) for name in TAG_NAMES]
    user_id: BindParameter[int] = bindparam("user_id")
    essay_id: BindParameter[int] = bindparam("essay_id")
    theirs = [select(table.reply_id).where(table.user_id == user_id) for table in tables]
    own = select(Reply.id).where(Reply.author_id == user_id, Reply.status == "visible")
    shown = [Reply.status == "visible", Reply.lever.is_not(None)]
    if in_essay:
        pairs = zip(theirs, tables, strict=True)
        theirs = [query.where(table.essay_id == essay_id) for query, table in pairs]
        shown.append(Reply.essay_id == essay_id)
    else:
        shown.append(Reply.essay_id.not_in(REHEARSED))
    return Prepared(
        select(*columns, func.count())
        .where(Reply.id.in_(union(*theirs, own)), *shown)
        .group_by(*columns)
    )


def judge(user: User) -> Judge | None:
    """Return the person as one who judges; nobody for a stranger."""
    return Judge(user.id, tables_of(user)) if user.is_authenticated else None
