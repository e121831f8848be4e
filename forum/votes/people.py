"""Who took part in which discussion: wrote what is shown, or voted. Triggers keep both tables (see
migration 0025), so that a page asks for a number and nobody is counted for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    SmallInteger,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..database.prepared import Prepared
from ..db import Base, db
from ..essays.models import Essay
from ..replies.models import Reply
from .counters import Counter, Drift
from .models import Vote


class EssayPerson(Base):
    """Someone in a discussion: how many votes and visible replies of theirs it has."""

    __tablename__ = "essay_people"

    essay_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    marks: Mapped[int] = mapped_column(BigInteger)


class PeopleCount(Base):
    """One of the counters of the people of a discussion; their number is the sum."""

    __tablename__ = "essay_people_counts"

    essay_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    people: Mapped[int] = mapped_column(BigInteger)


def people_by_essay(essay_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people took part in each of these essays."""
    rows = BY_ESSAY.rows(essay_ids=list(essay_ids))
    return {essay_id: int(number) for essay_id, number in rows}


BY_ESSAY = Prepared(
    select(PeopleCount.essay_id, func.sum(PeopleCount.people))
    .where(PeopleCount.essay_id.in_(bindparam("essay_ids", expanding=True)))
    .group_by(PeopleCount.essay_id)
)


def lock_people(_ids: Sequence[int]) -> None:
    """Let nobody join or leave for now; SQLite has one writer at a time anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE votes, replies IN SHARE ROW EXCLUSIVE MODE"))


def check_people(ids: Sequence[int]) -> list[Drift]:
    """Compare the marks of everyone in these discussions, and how many they are."""
    kept = select(EssayPerson.essay_id, EssayPerson.user_id, EssayPerson.marks)
    stored = {
        (essay, person): marks
        for essay, person, marks in db.session.execute(kept.where(EssayPerson.essay_id.in_(ids)))
    }
    counted: dict[tuple[int, int], int] = {}
    for essay, person, marks in db.session.execute(marked(ids)):
        counted[essay, person] = counted.get((essay, person), 0) + int(marks)
    drifts = [
        Drift("essay_people", key, "marks", stored.get(key, 0), counted.get(key, 0), key[0])
        for key in sorted(stored.keys() | counted.keys())
        if stored.get(key, 0) != counted.get(key, 0)
    ]
    numbers = people_by_essay(ids)
    for essay in ids:
        there = sum(1 for key in counted if key[0] == essay)
        if numbers.get(essay, 0) != there:
            found = numbers.get(essay, 0)
            drifts.append(Drift("essay_people_counts", (essay,), "people", found, there, essay))
    return drifts


def marked(ids: Sequence[int]) -> CompoundSelect[Any]:
    """Return the query of who wrote or voted how often."""
    voted = select(Vote.essay_id, Vote.user_id, func.count()).where(Vote.essay_id.in_(ids))
    wrote = select(Reply.essay_id, Reply.author_id, func.count()).where(
        Reply.essay_id.in_(ids), Reply.status == "visible"
    )
    return union_all(
        voted.group_by(Vote.essay_id, Vote.user_id), wrote.group_by(Reply.essay_id, Reply.author_id)
    )


def mend_people(drifts: Iterable[Drift]) -> None:
    """Make the rows of these discussions, and their numbers, anew."""
    ids = sorted({drift.essay_id for drift in drifts})
    for table in (EssayPerson, PeopleCount):
        db.session.execute(delete(table).where(table.essay_id.in_(ids)))
    each = marked(ids).subquery()
    essay, person, marks = each.c
    rows = select(essay, person, func.sum(marks)).group_by(essay, person)
    db.session.execute(insert(EssayPerson).from_select(["essay_id", "user_id", "marks"], rows))


PEOPLE = Counter("People who took part", Essay, lock_people, check_people, mend_people)
