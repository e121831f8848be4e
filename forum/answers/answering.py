"""Publishing an answer: each time an edition for ever; taking it back is one too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..accounts.models import User
from ..bodies.models import Body, body_by_slug
from ..briefs.models import Brief, BriefFile
from ..db import db, now, upsert
from ..replies.models import Reply
from .announcing import tell_nobody, tell_of_edition
from .content import AnswerContent
from .models import AnswerEdition, Handover, OfficialAnswer, Promise
from .voices import count_voices

Answered = Reply | Brief


class AnswerTaken(ValueError):
    """Another edition was published since this one was begun."""


class NoSuchBody(ValueError):
    """There is no body of the name to which the matter is passed, or it is the body itself."""


@dataclass(frozen=True)
class SaidAloud:
    """Where and when a facilitator heard an answer, and how anyone can check that."""

    on: date
    place: str
    source: str


def answer_for_update(body: Body, about: Answered) -> OfficialAnswer:
    """Return the body's answer with its row locked; one without an edition if it has none yet."""
    column = "reply_id" if isinstance(about, Reply) else "brief_id"
    found = select(OfficialAnswer).where(
        OfficialAnswer.body_id == body.id, getattr(OfficialAnswer, column) == about.id
    )
    row = upsert(OfficialAnswer).values(body_id=body.id, **{column: about.id}, edition=0)
    db.session.execute(row.on_conflict_do_nothing())
    locked = found.with_for_update(of=OfficialAnswer, key_share=True)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def publish_answer(
    body: Body,
    about: Answered,
    content: AnswerContent,
    by: User | None,
    *,
    drafted_by_id: int | None = None,
    said: SaidAloud | None = None,
    seen: int | None = None,
) -> OfficialAnswer:
    """Publish what a body says to a held proposal, question or brief, as a new edition.

    ``seen`` is the edition that the person had before them. Raises AnswerTaken where there is a
    newer one, NoSuchBody where it is passed on to nobody.
    """
    answer = answer_for_update(body, about)
    if seen is not None and answer.edition != seen:
        raise AnswerTaken
    edition = AnswerEdition(
        status=content.status,
        words=content.words,
        reason=content.reason,
        lever=content.lever,
        links=list(content.links),
        passed_to_id=body_named(content.passed_to, body),
        drafted_by_id=drafted_by_id or (by.id if by else None),
        said_on=said.on if said else None,
        said_at=said.place if said else "",
        said_source=said.source if said else "",
    )
    add_edition(answer, edition, by, settles=content.settles and said is None)
    for each in content.promises:
        db.session.add(
            Promise(
                answer_id=answer.id,
                edition=answer.edition,
                what=each.what,
                who=each.who,
                by_on=each.by_on,
                language=content.language,
            )
        )
    db.session.flush()
    return answer


def body_named(slug: str, but: Body) -> int | None:
    """Return the number of the body to which a matter is passed; raises NoSuchBody."""
    if not slug:
        return None
    found = body_by_slug(slug)
    if found is None or found.id == but.id:
        raise NoSuchBody(slug)
    return found.id


def add_edition(
    answer: OfficialAnswer, edition: AnswerEdition, by: User | None, settles: bool
) -> None:
    """Add an edition to a held answer, and note what the answer says and discharges from now on.

    What was discharged before stays so from its first moment, as long as it stays so.
    """
    moment, before = now(), answer.status
    answer.edition += 1
    answer.status = edition.status
    answer.settled_at = (answer.settled_at or moment) if settles else None
    edition.answer_id, edition.number = answer.id, answer.edition
    edition.at, edition.by_id = moment, by.id if by else None
    if answer.reply_id is not None:
        reply = db.session.get_one(Reply, answer.reply_id)
        edition.reply_version = reply.version
        edition.may_say = count_voices(reply, moment)
    else:
        file = select(BriefFile.sha256).where(
            BriefFile.brief_id == answer.brief_id, BriefFile.extension == "json"
        )
        edition.brief_sha256 = db.session.scalar(file)
    db.session.add(edition)
    db.session.flush()
    db.session.expire(answer, ["editions", "promises"])
    tell_of_edition(answer, edition, by, before)


def take_back(answer: OfficialAnswer, by: User, because: str, seen: int) -> None:
    """Take a held answer back, by an edition that says so and why; raises AnswerTaken."""
    if answer.edition != seen:
        raise AnswerTaken
    tell_nobody(answer.newest)
    edition = AnswerEdition(
        status=None, taken_back=True, note=because, words={}, links=[], drafted_by_id=by.id
    )
    add_edition(answer, edition, by, settles=False)


def take_over(answer: OfficialAnswer, body: Body, by: User) -> bool:
    """Let a body take over what another passed to it; say whether it was not done before.

    Only then is what is due of the first discharged.
    """
    row = upsert(Handover).values(
        answer_id=answer.id, edition=answer.edition, body_id=body.id, by_id=by.id, at=now()
    )
    done = db.session.execute(row.on_conflict_do_nothing().returning(Handover.answer_id)).first()
    if done is not None:
        answer.settled_at = answer.settled_at or now()
    return done is not None


def answer_by_id(answer_id: int, lock: bool = False) -> OfficialAnswer | None:
    """Return an answer that has been published, its row locked if asked."""
    query = select(OfficialAnswer).where(OfficialAnswer.id == answer_id, OfficialAnswer.edition > 0)
    if lock:
        query = query.with_for_update(of=OfficialAnswer, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def handovers_of(answers: Sequence[OfficialAnswer]) -> dict[tuple[int, int], Handover]:
    """Return who took over what these answers passed on, by answer and edition."""
    query = select(Handover).where(Handover.answer_id.in_([answer.id for answer in answers]))
    return {(each.answer_id, each.edition): each for each in db.session.scalars(query)}
