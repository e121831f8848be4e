"""Which decisions on replies hold: the last one does, whether it did something or undid it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db
from .acting import kind_of
from .action_kind import UNDO
from .kinds import names_where
from .models import Action


def decides(action: Action) -> bool:
    """Say whether the action, or what it undoes, is a decision on a reply."""
    kind = kind_of(action)
    return kind is not None and kind.decides


def overtaken_among(actions: Iterable[Action]) -> set[int]:
    """Return the numbers of those decisions whose place a later one has taken."""
    decisions = [each for each in actions if each.reply_id is not None and decides(each)]
    deciding = Action.kind.in_((*names_where(lambda kind: kind.decides), UNDO))
    query = select(Action).where(Action.reply_id.in_({each.reply_id for each in decisions}))
    undone = joinedload(Action.undoes).joinedload(Action.undoes)
    later = query.where(deciding).options(undone).order_by(Action.id)
    newest = {each.reply_id: each.id for each in db.session.scalars(later) if decides(each)}
    return {each.id for each in decisions if each.id < newest.get(each.reply_id, 0)}
