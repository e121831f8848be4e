"""Who may say whether an answer answers the proposal, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, String, func, select, union
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of, upsert
from ..replies.models import Reply
from ..votes.models import Vote
from .models import AnswerEdition, OfficialAnswer
from .statuses import VerdictValue


class AnswerVerdict(Base):
    """Whether an edition answers the proposal, as one who took part says: once, changeable."""

    __tablename__ = "answer_verdicts"
    __table_args__ = (one_of("value", VerdictValue),)

    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True
    )
    edition: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


@dataclass(frozen=True)
class VerdictCounts:
    """How many of those who may say said what of an edition: counts, never a rate of the public."""

    edition: int
    yes: int
    partly: int
    no: int
    may_say: int

    @property
    def said(self) -> int:
        """How many have said."""
        return self.yes + self.partly + self.no

    @property
    def at_least_partly(self) -> int:
        """How many say it answers at least partly."""
        return self.yes + self.partly

    def of(self, value: VerdictValue) -> int:
        """Return how many say this."""
        return int(getattr(self, value.value))


def writers(reply: Reply, before: datetime, *which: ColumnElement[bool]) -> Select[int]:
    """Return the authors of visible words from before a moment: the proposal and its comments."""
    here = (Reply.id == reply.id) | (Reply.thread_id == reply.id)
    return select(Reply.author_id).where(
        here, Reply.status == "visible", Reply.created_at < before, *which
    )


def voters(reply: Reply, before: datetime) -> Select[int]:
    """Return those whose vote on the proposal counts and is from before a moment."""
    return select(Vote.user_id).where(Vote.reply_id == reply.id, Vote.voted_at < before)


def count_voices(reply: Reply, before: datetime) -> int:
    """Return how many people may say whether an answer of this moment answers the proposal."""
    each = union(voters(reply, before), writers(reply, before)).subquery()
    return int(db.session.scalar(select(func.count()).select_from(each)) or 0)


def has_voice(user: User, reply: Reply, edition: AnswerEdition) -> bool:
    """Say whether the person took part before the edition, by a vote or by visible words."""
    voted = voters(reply, edition.at).where(Vote.user_id == user.id)
    wrote = writers(reply, edition.at, Reply.author_id == user.id)
    return db.session.scalar(union(voted, wrote).limit(1)) is not None


def give_verdict(answer: OfficialAnswer, user: User, value: VerdictValue) -> None:
    """Let a person say, or say otherwise, whether the newest edition answers the proposal."""
    row = upsert(AnswerVerdict).values(
        answer_id=answer.id, edition=answer.edition, user_id=user.id, value=value, at=now()
    )
    keys = ["answer_id", "edition", "user_id"]
    changed = {"value": row.excluded.value, "at": row.excluded.at}
    db.session.execute(row.on_conflict_do_update(index_elements=keys, set_=changed))


def verdict_counts(answers: Sequence[OfficialAnswer]) -> dict[int, VerdictCounts]:
    """Return what people said of the newest edition of each of these answers."""
    query = (
        select(AnswerVerdict.answer_id, AnswerVerdict.value, func.count())
        .join(OfficialAnswer, OfficialAnswer.id == AnswerVerdict.answer_id)
        .where(AnswerVerdict.answer_id.in_([answer.id for answer in answers]))
        .where(AnswerVerdict.edition == OfficialAnswer.edition)
        .group_by(AnswerVerdict.answer_id, AnswerVerdict.value)
    )
    said: dict[int, dict[str, int]] = {}
    for answer_id, value, number in db.session.execute(query):
        said.setdefault(answer_id, {})[value] = int(number)
    return {
        answer.id: VerdictCounts(
            answer.edition,
            **{each.value: said.get(answer.id, {}).get(each.value, 0) for each in VerdictValue},
            may_say=answer.newest.may_say,
        )
        for answer in answers
    }


def verdict_of(user: User, answer: OfficialAnswer) -> VerdictValue | None:
    """Return what a person said of the newest edition, if anything."""
    if not user.is_authenticated:
        return None
    key = (answer.id, answer.edition, user.id)
    found = db.session.get(AnswerVerdict, key)
    return VerdictValue(found.value) if found else None
