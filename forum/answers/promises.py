"""Promises: how each stands today, and what a body says came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..web.dates import end_of, today
from ..web.page_notes import changes_at
from .announcing import tell_of_keeping
from .models import Promise, PromiseStep
from .statuses import PROMISE_STATES, PromiseState, PromiseStateRow


class PromiseChanged(ValueError):
    """Someone has said meanwhile what came of the promise."""


@dataclass(frozen=True)
class PromiseStanding:
    """How a promise stands: its state on a day, and the step that made it so."""

    promise: Promise
    state: PromiseState
    step: PromiseStep | None

    @property
    def row(self) -> PromiseStateRow:
        """The words and the shape of its state."""
        return PROMISE_STATES[self.state]

    @property
    def days_late(self) -> int:
        """How many days after its day it was kept; of one that is late, so far."""
        done = self.step.on if self.state is PromiseState.KEPT and self.step else today()
        return max(0, (done - self.promise.by_on).days)


def standing_of(promise: Promise, on: date | None = None) -> PromiseStanding:
    """Return how a promise stands on a day, today unless said otherwise.

    The last step says whether it was kept or withdrawn; without one its day decides.
    """
    step = promise.steps[-1] if promise.steps else None
    if step is not None and step.kind != "reopened":
        return PromiseStanding(promise, PromiseState(step.kind), step)
    changes_at(end_of(promise.by_on))
    is_late = (on or today()) > promise.by_on
    return PromiseStanding(promise, PromiseState.LATE if is_late else PromiseState.OPEN, step)


def promise_for_update(promise_id: int) -> Promise | None:
    """Return the promise with its row locked until the transaction ends."""
    return db.session.scalar(
        select(Promise)
        .where(Promise.id == promise_id)
        .with_for_update(of=Promise, key_share=True)
        .execution_options(populate_existing=True)
    )


def say_what_came(
    promise: Promise, by: User, kind: str, on: date, evidence: str, note: str, after: int
) -> PromiseStep:
    """Say that a held promise was kept, is withdrawn or is open again; sent twice, say it once.

    ``after`` is the number of steps that the person saw. Raises PromiseChanged where there are
    others by now.
    """
    last = promise.steps[-1] if promise.steps else None
    said = (kind, on, evidence, note)
    if last is not None and (last.kind, last.on, last.evidence, last.note) == said:
        return last
    if len(promise.steps) != after:
        raise PromiseChanged
    step = PromiseStep(
        promise_id=promise.id, kind=kind, on=on, evidence=evidence, note=note, by_id=by.id
    )
    promise.steps.append(step)
    db.session.flush()
    if kind == "kept":
        tell_of_keeping(promise, by, step.id)
    return step
