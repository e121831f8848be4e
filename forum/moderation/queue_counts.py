"""How many reviews each filter of the queue would show: one query, read once, no further than
``MOST``, from which every number on the page is added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, bindparam, case, func, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import db, now
from ..essays.models import Essay, essay_by_slug
from ..replies.reasons import REASON_LABELS, REPORTABLE
from ..replies.reviews import Review, Why
from ..replies.tags import LEVER
from ..web.numbers import format_decimal
from .queue import decides_everywhere, within
from .queue_filter import AGE_LABELS, AGES, COMMENT, QueueFilter

MOST = 10_000


@dataclass(frozen=True)
class QueueCounts:
    """Open reviews counted by all that they can be chosen by at once."""

    groups: list[dict[str, Any]]

    def number(self, chosen: QueueFilter) -> int:
        """Return how many reviews the filter shows."""
        return sum(self.of_group(group, chosen) for group in self.groups)

    def of_group(self, group: dict[str, Any], chosen: QueueFilter) -> int:
        """Return how many of the reviews that are counted together the filter shows."""
        wanted = (
            chosen.why in {"", group["why"]},
            not chosen.late or group["late"],
            chosen.essay in {"", group["slug"]},
            chosen.lever in {"", group["lever"] or COMMENT},
            not chosen.age or group["age"] > list(AGES).index(chosen.age),
        )
        return int(group[chosen.reason or "number"]) if all(wanted) else 0

    def said(self, chosen: QueueFilter) -> str:
        """Return that number as the reader's language writes it; with a plus where there may be
        more."""
        return str(format_decimal(self.number(chosen))) + ("" if self.reaches else "+")

    @property
    def oldest(self) -> datetime | None:
        """Since when the one that waits longest has waited."""
        return min((group["oldest"] for group in self.groups), default=None)

    @property
    def reaches(self) -> bool:
        """Whether all that is open was counted."""
        return sum(group["number"] for group in self.groups) < MOST


def counts(chosen: QueueFilter, user: User) -> QueueCounts:
    """Count the open reviews that the person may decide, by kind, lateness, essay and the rest."""
    moment = now()
    late = case((Review.due_at < moment, 1), else_=0).label("late")
    older = [(Review.opened_at < moment - age, n) for n, age in enumerate(AGES.values(), 1)]
    age = case(*reversed(older), else_=0).label("age")
    columns = (Review.essay_id, Review.why, Review.lever, late, age)
    given = [case((getattr(Review, each) > 0, 1), else_=0).label(each) for each in REPORTABLE]
    open_now = (Review.closed_at.is_(None), *within(user), *chosen.words())
    oldest_first = select(*columns, Review.opened_at, *given).where(*open_now)
    read = oldest_first.order_by(Review.opened_at, Review.id).limit(MOST).subquery()
    keys = [Essay.slug, *(read.c[column.name] for column in columns[1:])]
    sums = [func.sum(read.c[each]).label(each) for each in REPORTABLE]
    oldest = func.min(read.c.opened_at).label("oldest")
    query = select(*keys, func.count().label("number"), oldest, *sums).group_by(*keys)
    query = query.join_from(read, Essay, Essay.id == read.c.essay_id)
    return QueueCounts([dict(row) for row in db.session.execute(query).mappings()])


def waiting(*where: ColumnElement[bool]) -> Prepared:
    """Return the query that counts the open reviews of which this is true, up to ``MOST``."""
    read = select(Review.id).where(Review.closed_at.is_(None), *where).limit(MOST)
    return Prepared(select(func.count()).select_from(read.subquery()))


WAITING = waiting()
WAITING_IN = waiting(Review.essay_id.in_(bindparam("essays", expanding=True)))


def waiting_for(user: User) -> int:
    """Return how many reviews wait for the person, counted no further than ``MOST``."""
    if decides_everywhere(user):
        return int(WAITING.rows()[0][0])
    return int(WAITING_IN.rows(essays=user.moderated_essays)[0][0])


def decided_since(user: User, since: datetime) -> int:
    """Return how many reviews were decided since a moment, counted no further than ``MOST``."""
    read = select(Review.id).where(Review.closed_at >= since, *within(user)).limit(MOST)
    return db.session.scalar(select(func.count()).select_from(read.subquery())) or 0


def choices(essays: list[Any]) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """Return what can be chosen in lists: the filter's part, its heading, its values in words."""
    return [
        ("essay", _("Essay"), [(slug, title) for _number, slug, title in essays]),
        ("reason", _("Reason"), [(each.value, REASON_LABELS[each]) for each in REPORTABLE]),
        (LEVER.name, LEVER.heading, [*LEVER.choices(), (COMMENT, _("None: a comment"))]),
        ("age", _("Waiting"), list(AGE_LABELS.items())),
    ]


def tabs() -> list[tuple[dict[str, str], Any]]:
    """Return the kinds of review as the row above the list has them: the change, and its name."""
    return [
        ({"why": "", "late": ""}, _("All")),
        ({"why": Why.REPORTED.value, "late": ""}, _("Reported")),
        ({"why": Why.WAITING.value, "late": ""}, _("Waiting")),
        ({"why": Why.APPEAL.value, "late": ""}, _("Appealed")),
        ({"why": "", "late": "1"}, _("Late")),
    ]


def narrowed_to(chosen: QueueFilter) -> str:
    """Return what a filter keeps to, in words; nothing where it leaves nothing out."""
    said = [name for changes, name in tabs()[1:] if changes.items() <= vars(chosen).items()]
    if chosen.essay:
        essay = essay_by_slug(chosen.essay)
        said.append(essay.title if essay else chosen.essay)
    for part, _heading, options in choices([])[1:]:
        said += [words for value, words in options if value and value == getattr(chosen, part)]
    if chosen.q:
        said.append(_("containing “%(q)s”", q=chosen.q))
    return ", ".join(map(str, said))
