"""Doing and undoing: every action is one row, and what it changed can be put back exactly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now
from ..deals.holding import held as held_proposals
from ..essays.models import Essay
from ..replies.changing import CannotChange
from ..replies.models import Reply, reply_for_update
from .action_kind import ESSAY, PERSON, REPLY, UNDO, ActionKind, Options
from .closing_reviews import reopen, settle
from .decision import Decision
from .fields import as_json
from .kinds import BY_NAME, names_where
from .models import SUBJECT_LENGTH, Action, NothingToDo, actions_on
from .telling import tell

__all__ = [
    "CannotChange",
    "ChangedSince",
    "NothingToDo",
    "act",
    "can_be_put_back",
    "kind_of",
    "name_in_log",
    "root_of",
    "subject_of",
    "tagged_by",
    "undo",
]


class ChangedSince(ValueError):
    """What the action did is no longer as it left it, so undoing would undo something else too."""


def act(
    kind: ActionKind,
    subject: Any,
    decision: Decision,
    options: Options | None = None,
    at: datetime | None = None,
) -> Action:
    """Do it to a subject whose row is held; raise NothingToDo where it would change nothing.

    ``at`` is when it was done, where that is not now: an action's time cannot be changed later.
    What comes of it, such as an answer that is due by it, is never dated before it.
    """
    at = at or now()
    if not kind.possible(subject):
        raise NothingToDo
    asked = kind.becomes(subject, options or {})
    before = kind.read(subject, asked)
    wanted = {name: value for name, value in asked.items() if as_json(value) != before[name]}
    if asked and not wanted:
        raise NothingToDo
    kind.put(subject, wanted, decision)
    action = record(
        kind.name,
        subject,
        decision,
        before={name: before[name] for name in wanted},
        after=kind.read(subject, wanted),
        undoes_id=hidden_by(subject) if kind.shows else None,
        at=at,
    )
    if kind.decides and decision.by is not None:
        settle(subject, action)
    tell(kind, action)
    return action


def undo(action: Action, subject: Any, decision: Decision) -> Action:
    """Put back exactly what the action changed, as a row of its own.

    Raises ChangedSince where what it changed has changed again or is undone already, and where a
    decision would be in force again that cannot be made any more; the caller rolls back.
    """
    kind = BY_NAME[root_of(action).kind]
    if is_undone(action) or kind.read(subject, action.after) != action.after:
        raise ChangedSince
    if kind.decides and not is_done(action) and not can_stand_again(kind, action, subject):
        raise ChangedSince
    kind.put(subject, action.before, decision)
    if kind.read(subject, action.before) != action.before:
        raise ChangedSince
    undone = record(
        UNDO, subject, decision, before=action.after, after=action.before, undoes_id=action.id
    )
    if kind.decides and is_done(undone):
        settle(subject, undone)
    elif kind.decides:
        reopen(subject, action)
    tell(kind, undone, is_done(undone))
    return undone


def can_stand_again(kind: ActionKind, undone: Action, reply: Reply) -> bool:
    """Say whether an undone decision still answers what is asked of moderators about the reply.

    It closes the review, and one that changed nothing when it was made does no more than that: a
    reply that has come to wait since, or to be hidden, would stay so and stand in no queue.
    """
    waits = undone.before.get("status", reply.status) == "waiting"
    return kind.possible(reply) and not waits


def kind_of(action: Action) -> ActionKind | None:
    """Return the kind of what was done, or undone in the end; none where it is not known here."""
    return BY_NAME.get(root_of(action).kind)


def root_of(action: Action) -> Action:
    """Return the action that a chain of undoing goes back to."""
    while action.kind == UNDO and action.undoes is not None:
        action = action.undoes
    return action


def name_in_log(action: Action) -> str:
    """Return what the log calls an action, in the reader's language."""
    kind = kind_of(action)
    what = str(kind.done) if kind else root_of(action).kind
    if action.kind != UNDO:
        return what
    if is_done(action):
        return _("Done again: %(what)s", what=what)
    return _("Undone: %(what)s", what=what)


def is_done(action: Action) -> bool:
    """Say whether the action leaves what was first done in force: undone not at all, or twice."""
    depth = 0
    while action.kind == UNDO and action.undoes is not None:
        action, depth = action.undoes, depth + 1
    return depth % 2 == 0


def can_be_put_back(action: Action) -> bool:
    """Say whether one person can undo an action, or do again what it undid."""
    kind = kind_of(action)
    return kind is None or (kind.undone_by_one if is_done(action) else kind.redone_by_one)


def is_undone(action: Action) -> bool:
    """Say whether the action was undone."""
    query = select(Action.id).where(Action.undoes_id == action.id, Action.kind == UNDO)
    return db.session.scalar(query) is not None


def tagged_by(reply: Reply) -> Action | None:
    """Return the action by which a moderator last decided on the tags; none undone meanwhile."""
    actions = actions_on(reply)
    undone = {each.undoes_id for each in actions if each.kind == UNDO}
    standing = (each for each in reversed(actions) if each.id not in undone and is_done(each))
    return next((each for each in standing if (kind := kind_of(each)) and kind.tags), None)


def hidden_by(reply: Reply) -> int | None:
    """Return the action that last hid the reply."""
    hiding = Action.kind.in_(names_where(lambda kind: kind.hides))
    query = select(Action.id).where(Action.reply_id == reply.id, hiding)
    return db.session.scalar(query.order_by(Action.id.desc()).limit(1))


def subject_of(action: Action) -> Any:
    """Return what the action was about with its row held, or nothing where that is gone."""
    kind = kind_of(action)
    about = kind.about if kind else ""
    if kind is not None:
        kind.hold_first(action.after)
    if about == REPLY and action.reply_id is not None:
        return reply_for_update(action.reply_id, beside=action.target_id)
    model: Any = {ESSAY: Essay, PERSON: User}.get(about)
    number = action.essay_id if about == ESSAY else action.user_id
    return held(model, number) if model is not None and number is not None else None


def held(model: Any, number: int) -> Any:
    """Return a row by its number, held until the transaction ends.

    Of a discussion, the proposals that its deal has an eye on are held before it.
    """
    if model is Essay:
        held_proposals(number)
    query = select(model).where(model.id == number).with_for_update(of=model, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def record(
    kind: str,
    subject: Any,
    decision: Decision,
    before: dict[str, Any],
    after: dict[str, Any],
    undoes_id: int | None,
    at: datetime | None = None,
) -> Action:
    """Write an action into the log, with the names that it needs to be read by for ever."""
    by = decision.by
    action = Action(
        kind=kind,
        reason=decision.because.value,
        note=decision.note,
        private_note=decision.private_note,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        before=before,
        after=after,
        undoes_id=undoes_id,
        at=at or now(),
        **names(subject),
        target_id=after.get("merged_into_id") or before.get("merged_into_id"),
    )
    db.session.add(action)
    db.session.flush()
    return action


def names(subject: Reply | Essay | User) -> dict[str, Any]:
    """Return what the subject is, and what it is called now."""
    if isinstance(subject, Reply):
        called = subject.title or subject.excerpt
        essay = db.session.get_one(Essay, subject.essay_id)
        return {
            "reply_id": subject.id,
            "user_id": subject.author_id,
            "essay_id": essay.id,
            "subject": called[:SUBJECT_LENGTH],
            "essay_title": essay.title,
        }
    if isinstance(subject, Essay):
        return {"essay_id": subject.id, "essay_title": subject.title}
    return {"user_id": subject.id, "subject": subject.name}
