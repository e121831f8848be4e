"""Drafts of answers: one for each body and what it answers, kept until it is published."""

from __future__ import annotations

from sqlalchemy import ScalarResult, select

from ..accounts.models import User
from ..bodies.models import Body
from ..briefs.models import Brief
from ..db import db, now, upsert
from ..replies.models import Reply
from .answering import Answered, publish_answer
from .content import AnswerContent, content_from
from .models import AnswerDraft, OfficialAnswer


class DraftChanged(ValueError):
    """Someone has changed the draft since it was read."""


class TextEdited(ValueError):
    """The text that is answered has changed since the draft was written."""


def column_of(about: Answered) -> str:
    """Return the column that points to what is answered."""
    return "reply_id" if isinstance(about, Reply) else "brief_id"


def draft_of(body: Body, about: Answered) -> AnswerDraft | None:
    """Return the draft of the body's next answer to this, if there is one."""
    return open_draft_of(body, about).one_or_none()


def open_draft_of(body: Body, about: Answered, lock: bool = False) -> ScalarResult[AnswerDraft]:
    """Return the row of the body's unpublished draft, locked if asked."""
    query = select(AnswerDraft).where(
        AnswerDraft.body_id == body.id,
        getattr(AnswerDraft, column_of(about)) == about.id,
        AnswerDraft.answer_id.is_(None),
    )
    if lock:
        query = query.with_for_update(of=AnswerDraft, key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True))


def draft_by_id(draft_id: int, lock: bool = False) -> AnswerDraft | None:
    """Return a draft, its row locked if asked; one that was published too."""
    query = select(AnswerDraft).where(AnswerDraft.id == draft_id)
    if lock:
        query = query.with_for_update(of=AnswerDraft, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def save_draft(
    body: Body, about: Answered, content: AnswerContent, by: User, version: int, asked: bool = False
) -> AnswerDraft:
    """Keep what was typed; raises DraftChanged where another version is kept by now.

    ``version`` is that of the draft the person began from, 0 for none. The same words are the same
    draft, so that a form that is sent twice meets no other.
    """
    once = upsert(AnswerDraft).values(
        body_id=body.id, **{column_of(about): about.id}, content=content.as_kept(),
        version=0, asked=False, saved_at=now(), by_id=by.id,
    )  # fmt: skip
    db.session.execute(once.on_conflict_do_nothing())
    draft = open_draft_of(body, about, lock=True).one()
    read_at = about.version if isinstance(about, Reply) else None
    kept = (draft.content, draft.asked, draft.by_id, draft.reply_version)
    if draft.version and kept == (content.as_kept(), asked, by.id, read_at):
        return draft
    if draft.version != version:
        raise DraftChanged
    draft.content, draft.asked, draft.by_id = content.as_kept(), asked, by.id
    draft.reply_version = read_at
    draft.version, draft.saved_at = version + 1, now()
    db.session.flush()
    return draft


def about_of(draft: AnswerDraft) -> Answered:
    """Return what a draft answers."""
    if draft.reply is not None:
        return draft.reply
    return db.session.get_one(Brief, draft.brief_id)


def publish_draft(draft: AnswerDraft, by: User, version: int, seen: int) -> OfficialAnswer:
    """Publish a held draft as it was previewed; a second time, return the same answer.

    Raises DraftChanged, TextEdited, AnswerTaken, NoSuchBody.
    """
    if draft.answer_id is not None:
        return db.session.get_one(OfficialAnswer, draft.answer_id)
    about = about_of(draft)
    if draft.version != version:
        raise DraftChanged
    if isinstance(about, Reply) and about.version != draft.reply_version:
        raise TextEdited
    answer = publish_answer(
        draft.body, about, content_from(draft.content), by, drafted_by_id=draft.by_id, seen=seen
    )
    draft.answer_id, draft.content = answer.id, {}
    return answer


def discard(draft: AnswerDraft) -> None:
    """Throw a held draft away that was not published."""
    db.session.delete(draft)
