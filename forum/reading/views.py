"""The pages that people read: home, an essay with its proposals, a reply, a person."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.models import User
from ..accounts.reader_kinds import each_for_themselves
from ..answers.on_reply import answers_on
from ..database.prepared import own_connection
from ..db import db
from ..drafts.places import OpenDraft, open_draft
from ..essays.finding import essay_to_read
from ..essays.opening import announce_changes
from ..moderation.acting import hidden_by
from ..moderation.action_kind import REPLY
from ..moderation.events import among, events_in
from ..moderation.forms import ActionForm
from ..moderation.kinds import kinds_for
from ..moderation.merging import successor_of
from ..moderation.models import action_by_id, actions_on
from ..moderation.state_form import StateForm
from ..permission_answers import Answer
from ..permissions import can_comment, can_facilitate, can_moderate, can_moderate_in
from ..replies.absence import Absence, absence_for, not_shown
from ..replies.cursors import Cursor
from ..replies.filters import FIELDS, Filter, Sort
from ..replies.finding import named_reply
from ..replies.forms import CommentForm
from ..replies.listing import cards_of
from ..replies.models import Reply
from ..replies.reviews import look_due
from ..replies.threads import comments_on, threads
from ..replies.withdrawing import withdrawals_of
from ..votes.asides import set_aside_in
from ..votes.judging import judge
from ..votes.own_votes import votes_by
from ..web.errors import wants_json
from ..web.forms import Form
from ..web.frames import framed
from ..web.page_cache import kept_page
from ..web.page_versions import PageScope
from ..web.pager import before_asked
from . import models
from .about_essay import AboutEssay
from .landscape.picture import MOST
from .landscape.picture import landscape as drawn
from .pages import page_of

OF_READERS = frozenset({"q", "judged"})
"""The fields of a list that are answered by who reads it."""

bp = Blueprint("reading", __name__)


@bp.get("/")
@framed()
@kept_page(PageScope.SITE)
def home() -> ResponseReturnValue:
    """Show the open discussions, and what came of past ones."""
    found = models.discussions(with_drafts=bool(can_facilitate(current_user)))
    return render_template("reading/home.html", discussions=found)


@bp.get("/essays/<slug:slug>")
@framed(*OF_READERS)
@kept_page(PageScope.ESSAY, *FIELDS, "after")
@own_connection()
def essay(slug: str) -> ResponseReturnValue:
    """Show an essay, its prompt, and its proposals in the order and selection asked for."""
    found = essay_to_read(slug)
    chosen, after = asked()
    mixed = found.is_open and chosen.sort is Sort.READING
    page = page_of(chosen, found.id, after, mixed)
    return render_template(
        "reading/essay.html",
        essay=found,
        about=AboutEssay(found),
        chosen=chosen,
        page=page,
        set_aside=set_aside_in(found.id),
        is_first=after is None,
        state_form=form_for(can_facilitate(current_user), StateForm),
    )


@bp.get("/essays/<slug:slug>/landscape")
@kept_page(PageScope.ESSAY, *FIELDS)
def landscape(slug: str) -> ResponseReturnValue:
    """Show the proposals of an essay as a picture: how surely supported, by how many judged."""
    found = essay_to_read(slug)
    chosen, _after = asked()
    picture = drawn(models.judged(chosen, found.id, MOST + 1))
    cards = cards_of(each.id for each in picture.invited)
    return render_template(
        "reading/landscape.html",
        essay=found,
        chosen=chosen,
        counts=chosen.counts(found.id),
        landscape=picture,
        cards=cards,
        votes=votes_by(current_user, cards),
        most=MOST,
    )


@bp.get("/essays/<slug:slug>/landscape/table")
@kept_page(PageScope.ESSAY, *FIELDS, "mark")
def landscape_table(slug: str) -> ResponseReturnValue:
    """Show the numbers that a landscape is drawn from, or those of one of its counted marks."""
    found = essay_to_read(slug)
    chosen, _after = asked()
    picture, mark = drawn(models.judged(chosen, found.id, MOST + 1)), request.args.get("mark", "")
    crowds = {str(number): each for number, each in enumerate(picture.marks.crowds, 1)}
    return render_template(
        "reading/landscape_table.html",
        essay=found,
        chosen=chosen,
        proposals=crowds[mark].proposals if mark in crowds else picture.shown,
        crowd=crowds.get(mark),
    )


@bp.get("/proposals")
@framed(*OF_READERS)
@kept_page(PageScope.SITE, *FIELDS, "after")
def proposals() -> ResponseReturnValue:
    """Show the proposals of all essays in the order and selection asked for."""
    announce_changes()
    chosen, after = asked()
    page = page_of(chosen, None, after, mixed=False)
    return render_template(
        "reading/proposals.html", chosen=chosen, page=page, is_first=after is None
    )


def asked() -> tuple[Filter, Cursor | None]:
    """Return the filter and the cursor in the address; say what in it was left out."""
    reader = judge(current_user) if OF_READERS & request.args.keys() else None
    chosen, notices = Filter.from_query(request.args, reader)
    cursor = request.args.get("after", "")
    after = Cursor.read(cursor) if cursor else None
    if cursor and after is None:
        notices.append(_("The position in the list could not be read. This is the beginning."))
    for notice in notices:
        flash(notice, "notice")
    return chosen, after


@bp.get("/replies/<id:reply_id>")
@framed()
@kept_page(PageScope.REPLY)
def reply(reply_id: int) -> ResponseReturnValue:
    """Show a reply, its votes, its discussion and what became of it."""
    found = named_reply(reply_id)
    root = found.thread or found
    if not found.status == root.status == "visible" or can_moderate_in(current_user, root.essay_id):
        each_for_themselves(current_user)
    if kept_back := absence_for(current_user, found):
        return not_shown_page(kept_back)
    comments, successor = comments_on(root), successor_of(root)
    votes = votes_by(current_user, [root.id, successor.id]) if successor else {}
    talk = threads(comments)
    comment_form, draft = answer_to(root)
    return render_template(
        "reading/reply.html",
        reply=root,
        linked=found,
        comments=comments,
        answers=answers_on(root, comments, models.events_of(root.essay), current_user),
        threads=talk,
        rank=models.rank_of(root) if root.is_proposal and root.status == "visible" else None,
        card=cards_of([root.id]).get(root.id, root),
        vote=votes.get(root.id),
        successor=successor,
        successor_vote=votes.get(successor.id) if successor else None,
        actions=actions_on(found),
        withdrawals=withdrawals_of([root.id, found.id]),
        look_due=look_due(root) if root.status == "waiting" else None,
        events=among([each.comment for each in talk], events_in(root)),
        kinds=[kind for kind in kinds_for(found, REPLY) if not kind.asks],
        authors=frozenset({root.author_id, *(each.author_id for each in comments)}),
        comment_form=comment_form,
        draft=draft,
        action_form=form_for(can_moderate(current_user), ActionForm),
    )


def not_shown_page(kept_back: Absence) -> ResponseReturnValue:
    """Say why a reply is not shown to the visitor, with moderators' reason; its author reads it."""
    if wants_json():
        abort(kept_back.code, description=kept_back.why)
    number = hidden_by(kept_back.of)
    hiding = action_by_id(number) if number and kept_back.of.status == "hidden" else None
    page = render_template("reading/not_shown.html", absence=kept_back, hiding=hiding)
    return page, kept_back.code


def answer_to(root: Reply) -> tuple[CommentForm, OpenDraft] | tuple[None, None]:
    """Return the form for a comment, for those who may send it, with what they typed before."""
    if not can_comment(current_user, root):
        return None, None
    draft = open_draft("replies.comment", reply_id=root.id)
    shown = CommentForm(draft.words, on_proposal=root.is_proposal, meta={"csrf": False})
    return shown, draft


def form_for(answer: Answer, make: Callable[..., Form]) -> Form | None:
    """Return an empty form for those who may send it, to be shown: its token is the page's."""
    return make(formdata=None, meta={"csrf": False}) if answer else None


@bp.get("/people/<id:user_id>")
@kept_page(PageScope.SITE, "before")
def person(user_id: int) -> ResponseReturnValue:
    """Show what a person has written."""
    found = db.session.get(User, user_id)
    if found is None:
        abort(404)
    announce_changes()
    page = models.replies_by(found, before_asked())
    cards = cards_of(each.id for each in page.found)
    return render_template(
        "reading/person.html",
        person=found,
        replies=page.found,
        cards=cards,
        votes=votes_by(current_user, cards),
        following=page.following,
        not_shown=not_shown(found) if current_user == found else [],
    )
