"""All that a moderator reads before deciding on one reply, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import func, select, tuple_

from ..accounts.models import User
from ..db import db
from ..replies.models import Reply, ReplyVersion
from ..replies.reviews import Review, review_of
from ..replies.tags import in_words
from ..words import differences
from .acting import is_done, root_of
from .action_kind import GONE
from .desk_context import reports_on
from .kinds import kind_named, names_where
from .models import Action, Report, actions_on
from .records import MOST, Record, records_of


@dataclass(frozen=True)
class ReporterRecord:
    """How many reports a person made that were decided, and with how many moderators agreed."""

    decided: int = 0
    agreed: int = 0


@dataclass(frozen=True)
class Case:
    """One reply at the desk: why it is there, what it answers, and who is involved."""

    reply: Reply
    review: Review | None
    record: Record
    reports: list[Report]
    reporters: dict[int, ReporterRecord]
    changes: dict[str, Markup]
    """What its author changed since the review was opened, marked, by field."""
    actions: list[Action]
    undone: set[int]
    """The actions that are undone, by number: they are not to be undone again."""

    @property
    def answers(self) -> Reply | None:
        """What a comment answers: the comment, or the proposal that it stands under."""
        return self.reply.parent

    @property
    def hidden_by(self) -> Action | None:
        """What hid the reply, where it is hidden."""
        if self.reply.status != "hidden":
            return None
        standing = (each for each in reversed(self.actions) if each.id not in self.undone)
        return next((each for each in standing if hides(each)), None)

    @property
    def usual(self) -> str:
        """The reason of a decision for which none is chosen: what most reports give, or why it is
        hidden; empty where nobody said anything."""
        if self.review is None:
            return ""
        hidden = self.hidden_by
        return self.review.main_reason or (hidden.reason if hidden else "")


def hides(action: Action) -> bool:
    """Say whether an action took its reply from sight, undone an even number of times."""
    return is_done(action) and kind_named(root_of(action).kind).hides


def case_of(reply: Reply) -> Case:
    """Gather what is known of a reply."""
    review, reports, actions = review_of(reply), reports_on(reply), actions_on(reply)
    return Case(
        reply,
        review,
        records_of([reply.author_id])[reply.author_id],
        reports,
        reporters_of({report.reporter_id for report in reports}),
        changes_since(review, reply),
        actions,
        undone_among(actions),
    )


def reporters_of(ids: Iterable[int]) -> dict[int, ReporterRecord]:
    """Return what became of earlier reports of these people, counted no further than ``MOST``."""
    if not ids:
        return {}
    theirs = (
        select(Action.kind)
        .join(Report, Report.action_id == Action.id)
        .where(Report.reporter_id == User.id)
        .limit(MOST)
        .correlate(User)
    )
    decided = select(func.count()).select_from(theirs.subquery()).scalar_subquery()
    against = names_where(lambda kind: kind.decides and not kind.lets_stand)
    agreed = theirs.where(Action.kind.in_(against)).subquery()
    query = select(User.id, decided, select(func.count()).select_from(agreed).scalar_subquery())
    rows = db.session.execute(query.where(User.id.in_(ids)))
    return {number: ReporterRecord(*counted) for number, *counted in rows}


def changes_since(review: Review | None, reply: Reply) -> dict[str, Markup]:
    """Return what was changed in a reply since it was put into the queue."""
    if review is None or reply.version <= review.version:
        return {}
    wanted = [(reply.id, number) for number in (review.version, reply.version)]
    query = (
        select(ReplyVersion)
        .where(tuple_(ReplyVersion.reply_id, ReplyVersion.version).in_(wanted))
        .order_by(ReplyVersion.version)
    )
    versions = list(db.session.scalars(query))
    return differences.marked_fields(versions[0].content, versions[-1].content, in_words)


def undone_among(actions: Iterable[Action]) -> set[int]:
    """Return the numbers of those actions that are undone, or never can be."""
    actions = list(actions)
    ids = [action.id for action in actions]
    query = select(Action.undoes_id).where(Action.undoes_id.in_(ids), Action.kind == "undo")
    undone = {int(number) for number in db.session.scalars(query) if number is not None}
    for_good = names_where(lambda kind: kind.about == GONE)
    return undone | {each.id for each in actions if each.kind in for_good}
