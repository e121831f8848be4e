"""Drafts of briefs: written, previewed as they would be published, published or discarded."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..essays.models import Essay, essay_by_slug
from ..exports.report import TEXT_MOST
from ..permissions import can_facilitate, can_report, require
from ..web.languages import current_language
from ..web.limits import limited
from . import files, finishing, published, publishing
from .concerns import concerns
from .forms import DiscardForm, DraftForm, PublishForm
from .freezing import freeze
from .models import Brief, BriefDraft, Shortlist
from .published import brief_by_reference

bp = Blueprint("brief_drafts", __name__)


def open_draft(draft_id: int, lock: bool = False) -> BriefDraft:
    """Return a draft, locked where it is about to change; 404 where there is none."""
    found = publishing.draft_for_update(draft_id) if lock else db.session.get(BriefDraft, draft_id)
    return found or abort(404)


def source_asked() -> tuple[Shortlist | None, Essay | None]:
    """Return the shortlist or the essay in the address, of which the brief will be made."""
    number = request.args.get("shortlist", type=int) or 0
    if 0 < number < 2**63:
        return db.session.get(Shortlist, number) or abort(404), None
    essay = essay_by_slug(request.args.get("essay", ""))
    if essay is None or essay.state == "draft":
        abort(404)
    return None, essay


def offered(form: DraftForm, of_shortlist: bool, mine: str = "") -> DraftForm:
    """Let the form offer the briefs that no other supersedes, and the one chosen before."""
    found = published.briefs()
    gone = published.superseded([brief.id for brief in found])
    choices = [
        (brief.reference, f"{brief.reference}: {brief.title}")
        for brief in found
        if brief.id not in gone or brief.reference == mine
    ]
    return form.offer(choices, of_shortlist)


def predecessor(form: DraftForm) -> Brief | None:
    """Return the brief that the form says this one supersedes."""
    return brief_by_reference(form.supersedes.data) if form.supersedes.data else None


@bp.route("/briefs/new", methods=["GET", "POST"])
@limited("briefs")
def write() -> ResponseReturnValue:
    """Begin the draft of a brief of a shortlist, or of the top of an essay."""
    require(can_facilitate(current_user))
    shortlist, essay = source_asked()
    prefilled = {
        "title": essay.title if essay else shortlist.name if shortlist else "",
        "language": current_language(),
        "per_lever": 5,
        "supersedes": request.args.get("supersedes", ""),
    }
    form = offered(DraftForm(data=prefilled), shortlist is not None)
    if form.validate_on_submit():
        draft = publishing.start_draft(
            current_user, form.words(), shortlist, essay, predecessor(form)
        )
        db.session.commit()
        return redirect(url_for("brief_drafts.preview", draft_id=draft.id), 303)
    page = render_template(
        "briefs/write.html", form=form, draft=None, shortlist=shortlist, essay=essay, other=None
    )
    return page, 422 if form.errors else 200


@bp.route("/briefs/drafts/<id:draft_id>", methods=["GET", "POST"])
@limited("briefs")
def edit(draft_id: int) -> ResponseReturnValue:
    """Change the words of a draft; what met a newer version is shown beside it."""
    require(can_facilitate(current_user))
    draft = open_draft(draft_id, lock=request.method == "POST")
    if draft.brief is not None:
        return redirect(url_for("briefs.brief", reference=draft.brief.reference), 303)
    mine = draft.supersedes.reference if draft.supersedes else ""
    form = offered(DraftForm.of(draft), draft.shortlist is not None, mine)
    stale = form.is_submitted() and form.version.data != draft.version
    if form.validate_on_submit() and not stale:
        publishing.edit_draft(draft, form.words(), predecessor(form))
        db.session.commit()
        return redirect(url_for("brief_drafts.preview", draft_id=draft.id), 303)
    page = render_template(
        "briefs/write.html",
        form=form,
        draft=draft,
        shortlist=draft.shortlist,
        essay=draft.essay,
        other=draft if stale else None,
    )
    return page, 422 if form.errors else 409 if stale else 200


@bp.get("/briefs/drafts/<id:draft_id>/preview")
def preview(draft_id: int) -> ResponseReturnValue:
    """Show the brief as it would be published now."""
    require(can_facilitate(current_user))
    draft = open_draft(draft_id)
    if draft.brief is not None:
        return redirect(url_for("briefs.brief", reference=draft.brief.reference), 303)
    return previewed(draft)


def previewed(draft: BriefDraft, why: str = "", code: int = 200) -> ResponseReturnValue:
    """Return the preview of a draft, with the reason why it was not published."""
    frozen = freeze(draft)
    words = publishing.rendered(draft.introduction, frozen.rows)
    rows = [published.shown_row(row, words["rows"][str(row["id"])]) for row in frozen.rows]
    page = render_template(
        "briefs/preview.html",
        draft=draft,
        frozen=frozen,
        rows=rows,
        why=why,
        introduction=words["introduction"],
        form=PublishForm(formdata=None),
        seen=frozen.mark(draft),
        most=TEXT_MOST,
        unprintable=frozen.unprintable(draft).told(),
        concerns=concerns(draft, frozen),
        can_report=can_report,
    )
    return page, code


@bp.post("/briefs/drafts/<id:draft_id>/publish")
@limited("briefs")
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish the draft as it was previewed; a second sending leads to the same brief."""
    require(can_facilitate(current_user))
    draft = open_draft(draft_id, lock=True)
    form = PublishForm()
    if not form.validate_on_submit():
        abort(422)
    try:
        brief = publishing.publish(draft, current_user, form.seen.data or "")
    except (publishing.NothingToPublish, publishing.BriefTooLong):
        return previewed(draft, code=409)
    except publishing.Changed:
        return previewed(
            draft, _("It has changed since you read it. Read it again below, then publish it."), 409
        )
    except publishing.Superseded:
        return previewed(
            draft,
            _(
                "Another brief takes that place already. Edit the draft and "
                "choose which brief it takes the place of."
            ),
            409,
        )
    finishing.finish(brief)
    flash(_("Brief %(number)s is published.", number=brief.reference))
    for said in files.unprintable(brief).told():
        flash(said, "notice")
    return redirect(url_for("briefs.brief", reference=brief.reference), 303)


@bp.post("/briefs/drafts/<id:draft_id>/discard")
@limited("briefs")
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away, as it stood on the page; sent twice, it is gone all the same."""
    require(can_facilitate(current_user))
    draft = publishing.draft_for_update(draft_id)
    if draft is None:
        return redirect(url_for("briefs.every"), 303)
    if draft.brief is not None:
        return redirect(url_for("briefs.brief", reference=draft.brief.reference), 303)
    form = DiscardForm()
    if not form.validate_on_submit() or form.version.data != draft.version:
        return previewed(
            draft,
            _("Someone has changed the draft since you opened it, so it was not discarded."),
            409,
        )
    publishing.discard_draft(draft)
    db.session.commit()
    flash(_("The draft “%(title)s” is discarded.", title=draft.title))
    return redirect(url_for("briefs.every"), 303)
