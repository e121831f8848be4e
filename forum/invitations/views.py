"""Inviting people to a discussion or to the site, and accepting an invitation."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from ..accounts.admissions import OpenTo, let_in
from ..accounts.coming_in_views import come_in, finish_votes, send_code
from ..accounts.kept_votes import kept_votes
from ..accounts.sign_ins import How
from ..db import db
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..permissions import can_administer, can_declare, can_set_policy, require
from ..web.limits import limited
from ..web.numbers import format_decimal
from ..web.pager import before_asked, newest_first
from ..web.visitor import visitor_here
from .forms import InviteForm
from .inviting import InvitationOver, OtherAccount, accept, invitation_by_token, invite, revoke
from .models import Invitation, InvitationState

bp = Blueprint("invitations", __name__)

SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@bp.after_request
def keep_secret(answer: Response) -> Response:
    """Keep the link of an invitation to its page."""
    if request.endpoint == "invitations.accepting":
        answer.headers.update(SECRET)
    return answer


@bp.route("/essays/<slug:slug>/invitations", methods=["GET", "POST"])
@limited("invitations")
def of_essay(slug: str) -> ResponseReturnValue:
    """Show who was invited to a discussion, and invite more."""
    essay = visible_essay(slug)
    require(can_set_policy(current_user, essay))
    return inviting(essay, url_for("invitations.of_essay", slug=slug))


@bp.route("/admin/invitations", methods=["GET", "POST"])
@limited("invitations")
def of_site() -> ResponseReturnValue:
    """Show who was invited to the site, and invite more."""
    require(can_administer(current_user))
    return inviting(None, url_for("invitations.of_site"))


def inviting(essay: Essay | None, address: str) -> ResponseReturnValue:
    """Invite those whose addresses were sent; show everyone who was."""
    form = InviteForm()
    if form.validate_on_submit():
        written = invite(form.wanted(), essay, current_user)
        db.session.commit()
        flash(sent_in_words(written, form.addresses_wanted() - written))
        return redirect(address, 303)
    query = select(Invitation).where(Invitation.essay_id == (essay.id if essay else None))
    page = newest_first(query, Invitation.id, before_asked())
    return render_template(
        "invitations/invitations.html",
        essay=essay,
        form=form,
        address=address,
        invitations=page.found,
        following=page.following,
    ), 422 if form.errors else 200


def sent_in_words(written: int, left: int) -> str:
    """Return how many invitations are on their way, and why some are not."""
    said = ngettext(
        "%(number)s invitation is on its way.",
        "%(number)s invitations are on their way.",
        written,
        number=format_decimal(written),
    )
    if not left:
        return said
    no_further = ngettext(
        "%(number)s address gets no further email: it accepted already, or was invited just now.",
        "%(number)s addresses get no further email: they accepted already, or were invited just "
        "now.",
        left,
        number=format_decimal(left),
    )
    return f"{said} {no_further}" if written else no_further


@bp.post("/invitations/<id:invitation_id>/revoke")
def end(invitation_id: int) -> ResponseReturnValue:
    """Revoke an invitation that nobody accepted yet."""
    held = db.session.get(Invitation, invitation_id, with_for_update={"of": Invitation})
    if held is None:
        abort(404)
    essay = held.essay
    require(can_set_policy(current_user, essay) if essay else can_administer(current_user))
    try:
        revoke(held)
    except InvitationOver:
        abort(409, description=_("This invitation was accepted, or is over."))
    db.session.commit()
    flash(_("The invitation is revoked: its link no longer works."))
    back = url_for("invitations.of_essay", slug=essay.slug) if essay else None
    return redirect(back or url_for("invitations.of_site"), 303)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@limited("codes_address")
def accepting(token: str) -> ResponseReturnValue:
    """Show what one is invited to; accept it, which makes an account where there is none."""
    is_sent = request.method == "POST"
    found = invitation_by_token(token, lock=is_sent)
    if found is None or found.state is not InvitationState.WAITING:
        return render_template("invitations/over.html", found=found, here="/"), 410
    visitor = visitor_here() if current_user.is_authenticated else None
    is_other = visitor is not None and visitor.email != found.address
    if not is_sent or is_other:
        page = render_template(
            "invitations/accepting.html", found=found, token=token, is_other=is_other, here="/"
        )
        return page, 403 if is_sent else 200
    onward = {"next": where(found.essay)}
    try:
        user = accept(found, visitor, request.form.get("agreed", ""))
    except OtherAccount:
        return send_code(found.address, {"next": url_for("invitations.accepting", token=token)})
    if visitor is None:
        answer = come_in(user, onward, How.INVITATION)
    else:
        db.session.commit()
        answer = redirect(onward["next"], 303)
    flash(_("You have accepted the invitation."))
    return answer


def where(essay: Essay | None) -> str:
    """Return where an invitation leads: to its discussion, once everyone may read that."""
    if essay is None or essay.state == "draft":
        return url_for("reading.home")
    return url_for("reading.essay", slug=essay.slug)


@bp.post("/essays/<slug:slug>/declare")
@limited("codes")
def declare(slug: str) -> ResponseReturnValue:
    """Declare the sentence that a discussion asks of whoever takes part."""
    essay = visible_essay(slug)
    require(can_declare(current_user, essay))
    if request.form.get("said") != essay.declaration:
        abort(409, description=_("The sentence was changed meanwhile. Read it again."))
    let_in(current_user, essay.id, OpenTo.DECLARED, essay.declaration)
    flash(_("You can take part now."))
    finish_votes(visitor_here(), kept_votes())
    db.session.commit()
    return redirect(url_for("reading.essay", slug=slug), 303)
