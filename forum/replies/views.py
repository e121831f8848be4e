"""Answering: a proposal or a comment on an essay, a comment on a reply, and edits with history."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from ..accounts.models import NAME_LENGTH
from ..db import db, now
from ..drafts.places import OpenDraft, keeps_drafts, open_draft
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..permissions import can_comment, can_edit, can_post, can_publish, can_see_history, require
from ..web.errors import wants_json, wants_part
from ..web.forms import is_preview
from ..web.limits import first_day_ends, limited, on_first_day
from ..web.pager import before_asked
from ..words import differences
from .announcing import announce_change
from .finding import visible_reply
from .forms import CommentForm, ReplyForm
from .mentions import names_here
from .models import Reply
from .pace import slowed_until
from .previewing import preview_of
from .quoting import with_quotation
from .reviews import look_again, send_reply
from .similar import Similar, similar
from .tags import in_words
from .versions import versions_of
from .withdrawing import is_taken_back
from .writing import edit_reply, prepare

bp = Blueprint("replies", __name__)


def place_of(reply: Reply) -> str:
    """Return the address at which a reply stands: its own page, or its place under another."""
    page = reply.thread_id if reply.thread_id and reply.status == "visible" else reply.id
    return url_for("reading.reply", reply_id=page, _anchor=f"reply-{reply.id}")


def may_be_first() -> bool:
    """Say whether the limit of an account's first day holds for what is sent."""
    return on_first_day() and not is_preview()


def posted_sentence(reply: Reply, new: bool, published: str) -> str:
    """Return what a person is told whose reply was stored, waits, or had been sent before."""
    if not new:
        return _("You have already sent this. Here it is.")
    return waits(reply) if reply.status == "waiting" else published


def waits(reply: Reply) -> str:
    """Return why a reply waits, and what its author can do meanwhile."""
    why = can_publish(current_user, reply.essay).why
    return f"{why} ".lstrip() + _("You can edit it while it waits.")


def shown_only(form: ReplyForm | CommentForm, language: str) -> str:
    """Return the preview by itself, for the script that puts it into the page of the form."""
    # Nothing will be written: the database is let go before the text takes its time.
    db.session.rollback()
    return render_template("replies/preview.html", seen=preview_of(form, language), form=form)


@bp.route("/essays/<slug:slug>/reply", methods=["GET", "POST"])
@keeps_drafts()
@limited("replies", only_if=lambda: not is_preview())
@limited("previews", only_if=is_preview)
@limited("first_day", only_if=may_be_first, ends=first_day_ends)
def write(slug: str) -> ResponseReturnValue:
    """Answer an essay with a proposal, or with a comment where no lever is named."""
    essay = visible_essay(slug)
    require(can_post(current_user, essay))
    draft = open_draft("replies.write", slug=slug)
    form = ReplyForm(draft.words)
    valid = form.validate_on_submit()
    if valid and not is_preview():
        if essay.rehearsal is not None:
            essay = visible_essay(slug, lock=True)
            require(can_post(current_user, essay))
        at_once = bool(can_publish(current_user, essay))
        reply, new = send_reply(essay, current_user, form.content(), at_once=at_once)
        draft.forget()
        db.session.commit()
        flash(posted_sentence(reply, new, _("Your reply is published.")), "published")
        return redirect(place_of(reply), 303)
    if is_preview() and wants_part():
        return shown_only(form, essay.language)
    if draft.words is None and request.args.get("lever") is not None:
        form.lever.data = request.args["lever"]
    page = render_template(
        "replies/write.html",
        form=form,
        essay=essay,
        draft=draft,
        seen=preview_of(form, essay.language),
        alike=alike(essay, form) if is_preview() else [],
    )
    return page, 422 if form.errors else 200


@bp.route("/replies/<id:reply_id>/comment", methods=["GET", "POST"])
@keeps_drafts()
@limited("replies", only_if=lambda: not is_preview())
@limited("previews", only_if=is_preview)
@limited("first_day", only_if=may_be_first, ends=first_day_ends)
def comment(reply_id: int) -> ResponseReturnValue:
    """Comment on a reply: on a proposal, or on another comment, whose words may be quoted."""
    parent = visible_reply(reply_id)
    require(can_comment(current_user, parent))
    draft = open_draft("replies.comment", reply_id=reply_id)
    form = CommentForm(draft.words, on_proposal=parent.is_proposal)
    if form.validate_on_submit() and not is_preview():
        prepare(form.content())
        parent = visible_reply(reply_id, lock=True)
        require(can_comment(current_user, parent))
        again = slowed_until(parent.thread or parent, current_user)
        if again is not None:
            return too_soon(form, parent, draft, again)
        at_once = bool(can_publish(current_user, parent.essay))
        reply, new = send_reply(parent.essay, current_user, form.content(), parent, at_once)
        draft.forget()
        db.session.commit()
        flash(posted_sentence(reply, new, _("Your comment is published.")))
        return redirect(place_of(reply), 303)
    if is_preview() and wants_part():
        return shown_only(form, parent.essay.language)
    if request.method == "GET" and "quote" in request.args:
        form.body.data = with_quotation(form.body.data or "", parent)
    return comment_page(form, parent, draft), 422 if form.errors else 200


@bp.get("/replies/<id:reply_id>/people")
@limited("similar", methods=("GET",))
def people(reply_id: int) -> ResponseReturnValue:
    """Return who can be named in a comment here, as a script asks while a name is typed."""
    reply = visible_reply(reply_id)
    require(can_comment(current_user, reply))
    typed = request.args.get("name", "")[:NAME_LENGTH].replace("\0", "")
    return {"people": names_here(reply.thread_id or reply.id, current_user, typed)}


def comment_page(form: CommentForm, parent: Reply, draft: OpenDraft) -> str:
    """Return the page of the form for a comment, with what it answers."""
    seen = preview_of(form, parent.essay.language)
    return render_template("replies/comment.html", form=form, parent=parent, draft=draft, seen=seen)


def too_soon(
    form: CommentForm, parent: Reply, draft: OpenDraft, again: datetime
) -> ResponseReturnValue:
    """Show a comment back to its author, who has to wait before the next one here."""
    wait = again - now()
    form.body.errors = [
        _(
            "Moderators have slowed this discussion. You can comment again in %(time)s.",
            time=format_timedelta(wait, threshold=1.5),
        )
    ]
    after = {"Retry-After": str(max(1, round(wait.total_seconds())))}
    return comment_page(form, parent, draft), 429, after


@bp.route("/replies/<id:reply_id>/edit", methods=["GET", "POST"])
@keeps_drafts()
@limited("edits", only_if=lambda: not is_preview())
@limited("previews", only_if=is_preview)
def edit(reply_id: int) -> ResponseReturnValue:
    """Edit one's own reply; every version is kept, and none is replaced unseen."""
    reply = visible_reply(reply_id)
    require(can_edit(current_user, reply))
    if is_taken_back(reply):
        abort(403, description=_("You withdrew this."))
    draft = open_draft("replies.edit", reply_id=reply_id)
    form = edit_form(reply, draft.words)
    valid = form.validate_on_submit()
    if valid and not is_preview():
        prepare(form.content(), reply)
        reply = visible_reply(reply_id, lock=True)
        require(can_edit(current_user, reply))
    began, form.version.data = draft.said("version"), str(reply.version)
    changed_since = began not in {None, "", reply.version, str(reply.version)}
    if valid and not changed_since and not is_preview():
        changed = edit_reply(reply, current_user, form.content(), form.note.data or "")
        draft.forget()
        if changed:
            look_again(reply, bool(can_publish(current_user, reply.essay)))
            announce_change(reply)
        db.session.commit()
        flash(said_of_edit(reply, changed))
        return redirect(place_of(reply), 303)
    if is_preview() and wants_part():
        return shown_only(form, reply.essay.language)
    page = render_template(
        "replies/edit.html",
        form=form,
        reply=reply,
        draft=draft,
        seen=preview_of(form, reply.essay.language),
        changed_since=changed_since,
    )
    conflict = changed_since and valid and not is_preview()
    return page, 409 if conflict else 422 if form.errors else 200


def said_of_edit(reply: Reply, changed: bool) -> str:
    """Return what an author is told after an edit."""
    if not changed:
        return _("Nothing was changed.")
    if reply.status == "hidden":
        return _("Your reply has been updated. A moderator will review it again.")
    return waits(reply) if reply.status == "waiting" else _("Your reply has been updated.")


def edit_form(reply: Reply, words: MultiDict[str, str] | None) -> ReplyForm | CommentForm:
    """Return the form in which this reply was written, filled with these words or with its own."""
    if reply.thread_id is None:
        return ReplyForm.of(reply, words)
    on_proposal = reply.parent is not None and reply.parent.is_proposal
    return CommentForm(words, obj=reply, on_proposal=on_proposal)


def alike(essay: Essay, form: ReplyForm) -> list[Similar]:
    """Return the proposals like the one in the form, where it is one."""
    return similar(essay.id, form.title.data or "") if form.lever.data != "" else []


@bp.get("/essays/<slug:slug>/similar")
@limited("similar", methods=("GET",))
def likeness(slug: str) -> ResponseReturnValue:
    """Show the proposals of a discussion that are worded like a title, while it is being typed."""
    essay = visible_essay(slug)
    require(can_post(current_user, essay))
    found = similar(essay.id, request.args.get("title", ""))
    if wants_json():
        return jsonify([each.as_json() for each in found])
    return render_template("replies/similar.html", found=found)


@bp.get("/replies/<id:reply_id>/history")
def history(reply_id: int) -> ResponseReturnValue:
    """Show the versions of a reply and what changed in each, the newest first."""
    reply = visible_reply(reply_id)
    if not can_see_history(current_user, reply):
        abort(404)
    steps = differences.steps(versions_of(reply, before_asked()), in_words)
    first = differences.first_text(steps or abort(404), typed=True)
    return render_template("replies/history.html", reply=reply, steps=steps, first=first)
