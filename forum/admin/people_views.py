"""For administrators: finding people, their roles, what they moderate, signing them out."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.finding import user_by
from ..accounts.look_alikes import skeleton
from ..accounts.models import NAME_LENGTH, ROLES, Moderator, User
from ..accounts.proof_views import is_asked_and_proved
from ..accounts.proving import ProofForm
from ..accounts.second_factors import staff
from ..accounts.tries import failed
from ..db import db
from ..essays.models import Essay
from ..permissions import can_administer, require
from ..web.forms import Choice, Form, required
from ..web.limits import limited
from .models import SecurityEvent, SecurityKind
from .staffing import (
    NoAdministratorLeft,
    change_role,
    make_moderator,
    sign_out_everywhere,
    unmake_moderator,
)

bp = Blueprint("people", __name__)

FOUND_MOST = 20
ESSAYS_MOST = 100
CHANGES_MOST = 20
CHANGED = (
    *(SecurityKind.ROLE, SecurityKind.MODERATOR, SecurityKind.SIGNED_OUT),
    *(SecurityKind.PROVIDER, SecurityKind.ERASED),
)


class RoleForm(ProofForm):
    """Which role a person has; whoever finds an administrator's browser open gives none."""

    role = Choice(_l("Role"), [required()], choices=ROLES)


class DiscussionForm(Form):
    """Which discussion a person is to moderate."""

    essay = Choice(_l("Discussion"), [required()], choices=lambda: newest_essays())


def newest_essays() -> Sequence[tuple[str, str]]:
    """Return the newest essays, as a field takes them."""
    rows = select(Essay.slug, Essay.title).order_by(Essay.id.desc()).limit(ESSAYS_MOST)
    return [(slug, title) for slug, title in db.session.execute(rows)]


def found(typed: str) -> Sequence[User]:
    """Return who has this address, number or name, or a name that looks like it."""
    if user := user_by(typed):
        return [user]
    if "@" in typed:
        return []
    named = User.name_skeleton == skeleton(typed[:NAME_LENGTH])
    return db.session.scalars(select(User).where(named).order_by(User.id).limit(FOUND_MOST)).all()


@bp.get("/admin/people")
def every() -> ResponseReturnValue:
    """Find people; without a name, show those who hold a role or moderate a discussion."""
    require(can_administer(current_user))
    typed = request.args.get("q", "").replace("\0", "").strip()[:250]
    people = found(typed) if typed else staff()
    return render_template("admin/people.html", people=people, typed=typed)


@bp.get("/admin/people/<id:user_id>")
def one(user_id: int) -> ResponseReturnValue:
    """Show what an administrator can do for a person, and what was done."""
    require(can_administer(current_user))
    return page(whom(user_id))


def page(user: User, form: RoleForm | None = None) -> ResponseReturnValue:
    """Return the page of a person, with a form in which something may be wrong."""
    given = {"role": user.role}
    form = form or RoleForm(formdata=None, data=given).asking(current_user)
    theirs = select(Essay).join(Moderator).where(Moderator.user_id == user.id).order_by(Essay.id)
    changes = (
        select(SecurityEvent)
        .where(SecurityEvent.person_id == user.id, SecurityEvent.kind.in_(CHANGED))
        .options(joinedload(SecurityEvent.person), joinedload(SecurityEvent.by))
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
        .limit(CHANGES_MOST)
    )
    return render_template(
        "admin/person.html",
        shown=user,
        role_form=form,
        discussion_form=DiscussionForm(formdata=None),
        moderates=db.session.scalars(theirs.limit(ESSAYS_MOST)).all(),
        changes=db.session.scalars(changes).all(),
    ), 422 if form.errors else 200


def whom(user_id: int) -> User:
    """Return the person in the address."""
    return db.session.get(User, user_id) or abort(404)


def need_account(user: User) -> None:
    """Refuse to give a role to a pseudonym, or to somebody who is only in a room."""
    if user.email is None:
        abort(409, description=_("This person cannot sign in, and so can hold no role."))


def done(user: User, is_new: bool) -> ResponseReturnValue:
    """Keep what was done, and go back to the person."""
    db.session.commit()
    flash(_("Done, and noted in the security log.") if is_new else _("That was so already."))
    return redirect(url_for("people.one", user_id=user.id), 303)


@bp.post("/admin/people/<id:user_id>/role")
@limited("sign_in", counts=failed)
def role(user_id: int) -> ResponseReturnValue:
    """Give a person another role; nobody takes away their own, nor the last administrator's."""
    require(can_administer(current_user))
    user, form = whom(user_id), RoleForm().asking(current_user)
    if user.id == current_user.id:
        abort(409, description=_("Only another administrator can change your own role."))
    need_account(user)
    if not is_asked_and_proved(form):
        return page(user, form)
    try:
        return done(user, change_role(user, form.role.data, current_user))
    except NoAdministratorLeft:
        abort(409, description=_("There must be an administrator. Give somebody that role first."))


@bp.post("/admin/people/<id:user_id>/sign-out")
def sign_out(user_id: int) -> ResponseReturnValue:
    """Sign a person out, wherever they are signed in."""
    require(can_administer(current_user))
    user = whom(user_id)
    sign_out_everywhere(user, current_user)
    return done(user, True)


@bp.post("/admin/people/<id:user_id>/moderator")
def moderator(user_id: int) -> ResponseReturnValue:
    """Let a person moderate one discussion."""
    require(can_administer(current_user))
    user, form = whom(user_id), DiscussionForm()
    if not form.validate_on_submit():
        abort(422)
    need_account(user)
    essay = db.session.scalars(select(Essay).where(Essay.slug == form.essay.data)).one()
    return done(user, make_moderator(user, essay, current_user))


@bp.post("/admin/people/<id:user_id>/moderator/<id:essay_id>/end")
def end(user_id: int, essay_id: int) -> ResponseReturnValue:
    """Let a person moderate a discussion no more."""
    require(can_administer(current_user))
    user, essay = whom(user_id), db.session.get(Essay, essay_id) or abort(404)
    return done(user, unmake_moderator(user, essay, current_user))
