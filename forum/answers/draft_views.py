"""An answer that is written and not yet published: as it will stand, published, thrown away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import require
from ..replies.models import reply_for_update
from ..web.limits import limited
from . import drafts
from .answering import AnswerTaken, NoSuchBody
from .models import AnswerDraft, OfficialAnswer
from .preview import previewed
from .step_forms import PublishAnswerForm
from .views import place_of_answer
from .who_answers import can_answer_for, can_publish_draft
from .writing_page import answered_before, filled, form_page

bp = Blueprint("answer_drafts", __name__)


def found_draft(draft_id: int, lock: bool = False) -> AnswerDraft:
    """Return the draft that an address names, what it answers locked before it."""
    held = drafts.draft_by_id(draft_id) or abort(404)
    if lock and held.reply_id is not None:
        reply_for_update(held.reply_id)
    return (drafts.draft_by_id(draft_id, lock=True) or abort(404)) if lock else held


@bp.get("/answering/drafts/<id:draft_id>")
def preview(draft_id: int) -> ResponseReturnValue:
    """Show an answer as it will stand."""
    draft = found_draft(draft_id)
    require(can_answer_for(current_user, draft.body))
    if draft.answer_id is not None:
        return redirect(place_of_answer(db.session.get_one(OfficialAnswer, draft.answer_id)), 303)
    return preview_page(draft)


def preview_page(draft: AnswerDraft, why: Any = "", code: int = 200) -> ResponseReturnValue:
    """Return the preview of a draft, with the reason why it was not published."""
    said = answered_before(draft.body, drafts.about_of(draft))
    page = render_template(
        "answering/preview.html",
        draft=draft,
        shown=previewed(draft, said, current_user),
        edition=said.edition if said else 0,
        may_publish=can_publish_draft(current_user, draft),
        form=PublishAnswerForm(formdata=None),
        why=why,
    )
    return page, code


@bp.post("/answering/drafts/<id:draft_id>/publish")
@limited("answers")
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish a draft as it was previewed; a second sending leads to the same answer."""
    draft = found_draft(draft_id, lock=True)
    if draft.answer_id is None:
        require(can_publish_draft(current_user, draft))
    require(can_answer_for(current_user, draft.body))
    form = PublishAnswerForm()
    if not form.validate_on_submit():
        abort(422)
    try:
        answer = drafts.publish_draft(
            draft, current_user, form.version.data or 0, form.edition.data or 0
        )
    except drafts.TextEdited:
        return form_page(draft.body, drafts.about_of(draft), filled(draft), 409, text_changed=True)
    except (drafts.DraftChanged, AnswerTaken):
        return preview_page(
            draft, _("It has changed since you read it. Read it again, then publish it."), 409
        )
    except NoSuchBody:
        return preview_page(draft, _("The body it is passed to is not there any more."), 409)
    db.session.commit()
    flash(_("The answer is published."))
    return redirect(place_of_answer(answer), 303)


@bp.post("/answering/drafts/<id:draft_id>/discard")
@limited("answers")
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away, as it stood on the page; sent twice, it is gone all the same."""
    draft = drafts.draft_by_id(draft_id, lock=True)
    if draft is None:
        return redirect(url_for("answering.desk"), 303)
    require(can_answer_for(current_user, draft.body))
    form = PublishAnswerForm()
    if not form.validate_on_submit() or form.version.data != draft.version:
        return preview_page(draft, _("It has changed since you read it."), 409)
    slug = draft.body.slug
    if draft.answer_id is None:
        drafts.discard(draft)
    db.session.commit()
    flash(_("The draft is discarded."))
    return redirect(url_for("answering.desk", body=slug), 303)
