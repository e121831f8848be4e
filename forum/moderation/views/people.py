"""A person as moderators see them: their record, and warning, suspending and readmitting them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...accounts.models import User
from ...accounts.names import names_of
from ...db import db
from ...permissions import can_moderate_everywhere, can_warn, require
from ..acting import CannotChange, NothingToDo, held
from ..action_kind import PERSON, ActionKind
from ..cases import undone_among
from ..deciding import act_as_seen
from ..forms import ActionForm
from ..kinds import kind_named, kinds_for, names_where
from ..models import Action
from ..records import records_of
from ..seen import StaleDecision, state_of
from .blueprint import bp, last_actions, overtaken, remember

ACTIONS = 50
HERE = names_where(lambda kind: kind.about == PERSON)


@bp.get("/moderation/people/<id:user_id>")
def person(user_id: int) -> ResponseReturnValue:
    """Show a person's record and what can be done."""
    require(can_moderate_everywhere(current_user))
    found = db.session.get(User, user_id)
    if found is None:
        abort(404)
    return record_page(found)


def record_page(
    found: User, sent: ActionForm | None = None, kind: ActionKind | None = None, why: str = ""
) -> str:
    """Return the page of a person's record, with a form as it was sent."""
    query = select(Action).where(Action.user_id == found.id).order_by(Action.id.desc())
    loads = (joinedload(Action.by), joinedload(Action.undoes))
    kinds = kinds_for(found, PERSON)
    actions = list(db.session.scalars(query.options(*loads).limit(ACTIONS)))
    return render_template(
        "moderation/person.html",
        person=found,
        record=records_of([found.id])[found.id],
        actions=actions,
        names=names_of(found),
        undone=undone_among(actions),
        sent=kind,
        kinds=kinds,
        last=last_actions(),
        why=why,
        forms={
            each.name: sent.named(each.name) if sent and each is kind else fresh(each, found)
            for each in kinds
        },
    )


def fresh(kind: ActionKind, person: User) -> ActionForm:
    """Return the form of a kind of action before anything was typed."""
    form = kind.form(formdata=None)
    form.state.data = state_of(person)
    return form.named(kind.name)


@bp.post(f"/moderation/people/<id:user_id>/<any({', '.join(HERE)}):action>")
def act_on_person(user_id: int, action: str) -> ResponseReturnValue:
    """Warn or suspend a person, let them take part again, or set their name back."""
    require(can_moderate_everywhere(current_user))
    found = held(User, user_id)
    if found is None:
        abort(404)
    require(can_warn(current_user, found))
    kind = kind_named(action)
    form = kind.form()
    if not form.validate_on_submit():
        return record_page(found, form, kind), 422
    try:
        decision = form.decision(current_user)
        done = act_as_seen(kind, found, decision, form.options(), form.seen())
    except StaleDecision as error:
        overtaken(form, found, kind)
        return record_page(found, form, kind, str(error)), 409
    except CannotChange as error:
        abort(409, description=str(error))
    except NothingToDo:
        abort(409)
    remember(done)
    db.session.commit()
    flash(_("Done, and recorded in the public log."))
    return redirect(url_for("moderation.person", user_id=user_id), 303)
