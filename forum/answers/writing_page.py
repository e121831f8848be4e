"""The page on which an answer is written: what is in its form, and what stands beside it."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from ..bodies.models import Body, every_body
from ..briefs.models import Brief
from ..db import db
from ..replies.models import Reply, ReplyVersion
from ..replies.threads import comments_on
from . import drafts
from .answering import Answered
from .content import AnswerContent, content_from
from .forms import AnswerForm, answer_form
from .models import AnswerDraft, OfficialAnswer
from .statuses import AnswerStatus, DeclineReason


def blank_form(body: Body, sent: bool = True) -> AnswerForm:
    """Return the form of an answer, with what was typed if it was ``sent``."""
    fields = answer_form(tuple(current_app.config["LANGUAGES"]))
    return offering(fields() if sent else fields(formdata=None), body)


def read_form(body: Body, cells: MultiDict[str, str]) -> AnswerForm:
    """Return the form with words that came by another way than a page."""
    fields = answer_form(tuple(current_app.config["LANGUAGES"]))
    return offering(fields(cells, meta={"csrf": False}), body)


def offering(form: AnswerForm, body: Body) -> AnswerForm:
    """Let a matter be passed to any body but the one that answers."""
    return form.offer([each for each in every_body() if each.id != body.id])


def opened_form(body: Body, about: Answered) -> AnswerForm:
    """Return the form with the draft in it, or else with what the body said last."""
    form, draft = blank_form(body), drafts.draft_of(body, about)
    said = answered_before(body, about)
    if draft is not None:
        form.fill(content_from(draft.content))
    elif said is not None and not said.is_taken_back:
        form.fill(content_of(said))
    form.version.data = draft.version if draft else 0
    form.edition.data = said.edition if said else 0
    form.text_version.data = about.version if isinstance(about, Reply) else 0
    return form


def answered_before(body: Body, about: Answered) -> OfficialAnswer | None:
    """Return what the body has said to this before."""
    column = drafts.column_of(about)
    query = db.select(OfficialAnswer).filter_by(body_id=body.id, **{column: about.id})
    return db.session.scalar(query.where(OfficialAnswer.edition > 0))


def content_of(answer: OfficialAnswer) -> AnswerContent:
    """Return the words of an answer's newest edition, for the next; its promises stand by it."""
    edition = answer.newest
    return AnswerContent(
        status=AnswerStatus(edition.status) if edition.status else None,
        words=edition.words,
        reason=DeclineReason(edition.reason) if edition.reason else None,
        passed_to=edition.passed_to.slug if edition.passed_to else "",
        lever=edition.lever,  # type: ignore[arg-type]
        links=tuple(edition.links),
    )


def filled(draft: AnswerDraft) -> AnswerForm:
    """Return the form with what a draft holds."""
    form = blank_form(draft.body, sent=False)
    form.fill(content_from(draft.content))
    said = answered_before(draft.body, drafts.about_of(draft))
    form.edition.data = said.edition if said else 0
    form.text_version.data = draft.reply_version
    return form


def too_wrong_to_keep(form: AnswerForm) -> bool:
    """Say whether something typed cannot be kept; what is only missing can."""
    return any(field.errors and field.data for field in form)


def form_page(
    body: Body, about: Answered, form: AnswerForm, code: int = 200, text_changed: bool = False
) -> ResponseReturnValue:
    """Return the page of the form beside what is answered; a stale one shows the other as well."""
    held = drafts.draft_of(body, about)
    other, before = None, None
    if text_changed and isinstance(about, Reply):
        before = version_read(about, form.text_version.data)
    if code == 409:
        other = held if not text_changed else None
        form.version.data = held.version if held else 0
        form.text_version.data = about.version if isinstance(about, Reply) else 0
    page = render_template(
        "answering/write.html",
        body=body,
        about=about,
        reply=about if isinstance(about, Reply) else None,
        brief=about if isinstance(about, Brief) else None,
        comments=comments_on(about) if isinstance(about, Reply) else [],
        form=form,
        draft=held,
        other=other,
        other_content=content_from(other.content) if other else None,
        text_changed=text_changed,
        before=before,
    )
    return page, code


def version_read(reply: Reply, version: int | None) -> ReplyVersion | None:
    """Return the text as it stood when it was read, where that was another version."""
    query = select(ReplyVersion).where(
        ReplyVersion.reply_id == reply.id, ReplyVersion.version == version
    )
    return db.session.scalar(query) if version != reply.version else None
