"""Bodies and those who answer for them: public pages, and the forms by which they are appointed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import user_by_email
from ..bodies.models import Body, Seat, SlugTaken, add_body, appoint, body_by_slug, every_body
from ..db import db
from ..deals.models import Due
from ..events.following import can_follow, is_followed
from ..permissions import require
from ..web import dates
from ..web.limits import limited
from ..web.page_cache import kept_page
from ..web.page_notes import changes_at
from ..web.page_versions import PageScope
from .body_forms import SeatForm, body_form
from .due_order import standings_in_order, urgent_dues
from .due_sums import added_up, added_up_by
from .step_forms import EndSeatForm
from .who_answers import can_appoint

SHOWN_MOST = 50
"""Dues on the page of a body; the ledger has the rest."""

bp = Blueprint("bodies", __name__)


def found_body(slug: str) -> Body:
    """Return the body that an address names."""
    return body_by_slug(slug) or abort(404)


def seats_in(body: Body) -> list[Seat]:
    """Return everyone who holds a seat in a body, held one or will hold one."""
    query = select(Seat).where(Seat.body_id == body.id).options(joinedload(Seat.user))
    return list(db.session.scalars(query.order_by(Seat.from_day, Seat.id)))


@bp.get("/bodies")
@kept_page(PageScope.SITE)
def every() -> ResponseReturnValue:
    """List the bodies that answer."""
    sums = added_up_by(Due.body_id)
    return render_template("bodies/every.html", bodies=every_body(), sums=sums)


@bp.get("/bodies/<slug:slug>")
@kept_page(PageScope.SITE)
def body(slug: str) -> ResponseReturnValue:
    """Show what a body owes and has answered: numbers with their denominators, never a grade."""
    changes_at(dates.end_of(dates.today()))
    found = found_body(slug)
    return body_page(found, SeatForm(formdata=None, data={"from_day": dates.today()}))


def body_page(found: Body, form: SeatForm, code: int = 200) -> ResponseReturnValue:
    """Return the page of a body, with the form of a new seat for those who appoint."""
    theirs = Due.body_id == found.id
    page = render_template(
        "bodies/body.html",
        body=found,
        rows=standings_in_order(urgent_dues(theirs).limit(SHOWN_MOST)),
        summary=added_up(theirs),
        seats=seats_in(found),
        today=dates.today(),
        followed=is_followed(current_user, ("body", found.id)),
        can_follow=can_follow(current_user),
        form=form if can_appoint(current_user) else None,
    )
    return page, code


@bp.route("/bodies/new", methods=["GET", "POST"])
@limited("answers")
def add() -> ResponseReturnValue:
    """Add a body that answers."""
    require(can_appoint(current_user))
    form = body_form()
    if form.validate_on_submit():
        more = {name: form[name].data or "" for name in ("kind", "page")}
        more["jurisdiction"] = form.jurisdiction.data or None
        try:
            made = add_body(form.names(), form.slug.data or "", **more)
        except SlugTaken:
            form.slug.errors = [_("Another body already uses this short name.")]
        else:
            db.session.commit()
            flash(_("%(body)s is added. Say who answers for it.", body=made.name))
            return redirect(url_for("bodies.body", slug=made.slug), 303)
    return render_template("bodies/add.html", form=form), 422 if form.errors else 200


@bp.post("/bodies/<slug:slug>/seats")
@limited("answers")
def seat(slug: str) -> ResponseReturnValue:
    """Appoint a person to answer for a body, from one day to another."""
    require(can_appoint(current_user))
    found, form = found_body(slug), SeatForm()
    person = user_by_email(form.email.data or "") if form.validate_on_submit() else None
    if not form.errors and person is None:
        form.email.errors = [_("There is no account with this address.")]
    if person is None:
        return body_page(found, form, 422)
    appoint(
        found,
        person,
        form.from_day.data,
        form.to_day.data,
        title=form.title.data or "",
        by=current_user,
    )
    db.session.commit()
    flash(_("%(name)s answers for %(body)s.", name=person.name, body=found.name))
    return redirect(url_for("bodies.body", slug=slug), 303)


@bp.post("/bodies/<slug:slug>/seats/<id:seat_id>/end")
@limited("answers")
def end(slug: str, seat_id: int) -> ResponseReturnValue:
    """End a seat with the day before today, or on its own first day if it begins later."""
    require(can_appoint(current_user))
    found = found_body(slug)
    held = db.session.get(Seat, seat_id)
    if held is None or held.body_id != found.id:
        abort(404)
    if not EndSeatForm().validate_on_submit():
        abort(422)
    if held.to_day is None or held.to_day > dates.today():
        held.to_day = max(held.from_day, dates.today())
    db.session.commit()
    flash(_("%(name)s answers for this body until the end of today.", name=held.user.name))
    return redirect(url_for("bodies.body", slug=slug), 303)
