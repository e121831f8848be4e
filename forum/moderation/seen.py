"""What a page showed of a case, so that no decision overturns one that its maker has not seen.

A form carries the state of its case: the version of the text, the newest action, the open reports.
A person and a discussion have the newest action alone. What was not written down is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply, ReplyVersion
from ..replies.reasons import REASON_LABELS, Reason
from ..web.dates import moment
from ..web.numbers import format_decimal
from .acting import name_in_log
from .log import name_of
from .models import Action, Report

TOLD_MOST = 3


class StaleDecision(ValueError):
    """The case is not as it was when the decision was made; the words say what happened."""


def states_of(replies: Iterable[Reply]) -> dict[int, str]:
    """Return the states of these replies by number, in two queries."""
    versions = {reply.id: reply.version for reply in replies}
    newest = grouped(func.max(Action.id), Action.reply_id, versions)
    still = Report.closed_at.is_(None)
    reports = grouped(func.count(), Report.reply_id, versions, still)
    return {
        number: f"{version}-{newest.get(number, 0)}-{reports.get(number, 0)}"
        for number, version in versions.items()
    }


def grouped(value: Any, by: Any, ids: Iterable[int], *where: ColumnElement[bool]) -> dict[int, int]:
    """Return a value of the rows that belong to each of these."""
    rows = select(by, value).where(by.in_(list(ids)), *where).group_by(by)
    return {int(number): int(found) for number, found in db.session.execute(rows)}


def state_of(subject: Reply | Essay | User) -> str:
    """Return the state of a case as it is now."""
    if isinstance(subject, Reply):
        return states_of([subject])[subject.id]
    return state_by(about(subject))


def state_of_essay(essay_id: int) -> str:
    """Return the state of the essay of this number as it is now."""
    return state_by(on_essay(essay_id))


def state_by(actions: tuple[ColumnElement[bool], ...]) -> str:
    """Return the state of what nobody reports and these actions are about."""
    newest = db.session.scalar(select(func.max(Action.id)).where(*actions))
    return f"0-{newest or 0}-0"


def about(subject: Reply | Essay | User) -> tuple[ColumnElement[bool], ...]:
    """Return which actions are about the subject itself."""
    if isinstance(subject, Reply):
        return (Action.reply_id == subject.id,)
    if isinstance(subject, Essay):
        return on_essay(subject.id)
    return Action.user_id == subject.id, Action.reply_id.is_(None), Action.essay_id.is_(None)


def on_essay(essay_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return which actions are about an essay itself."""
    return Action.essay_id == essay_id, Action.reply_id.is_(None), Action.subject == ""


def check_seen(subject: Reply | Essay | User, state: str) -> None:
    """Raise StaleDecision where the case is in another state; an empty one stands for any."""
    parts, now = state.split("-") if state else [], state_of(subject).split("-")
    if parts != now[: len(parts)]:
        raise StaleDecision(" ".join(happened(subject, parts)))


def happened(subject: Reply | Essay | User, parts: list[str]) -> list[str]:
    """Return what came about since: who decided what and when, edits, and further reports."""
    version, action, reports = (
        int(part) if part.isdecimal() and len(part) < 19 else None for part in [*parts, *"---"][:3]
    )
    told = [_("The case has changed since you opened it, so nothing was done.")]
    if action is not None:
        told += [in_short(done) for done in actions_after(subject, action)]
    if isinstance(subject, Reply) and version is not None:
        told += edits_after(subject, version)
    more = int(state_of(subject).split("-")[2]) - (reports or 0)
    if reports is not None and more > 0:
        told.append(
            ngettext(
                "%(number)s more report came in.",
                "%(number)s more reports came in.",
                more,
                number=format_decimal(more),
            )
        )
    return told


def actions_after(subject: Reply | Essay | User, number: int) -> list[Action]:
    """Return the last actions about the subject that are newer than this one, the first first."""
    query = select(Action).where(*about(subject), Action.id > number)
    loads = (joinedload(Action.by), joinedload(Action.undoes))
    last = query.options(*loads).order_by(Action.id.desc()).limit(TOLD_MOST)
    return list(db.session.scalars(last))[::-1]


def in_short(done: Action) -> str:
    """Return who did what, when and why, for a colleague."""
    return _(
        "%(name)s, %(moment)s: %(what)s (%(reason)s).",
        name=name_of(done) or _("The forum"),
        moment=moment(done.at),
        what=name_in_log(done),
        reason=REASON_LABELS[Reason(done.reason)],
    )


def edits_after(reply: Reply, version: int) -> list[str]:
    """Return when the author changed the text last, if since this version."""
    mine = ReplyVersion.reply_id == reply.id, ReplyVersion.by_id == reply.author_id
    last = select(func.max(ReplyVersion.at)).where(*mine, ReplyVersion.version > version)
    at = db.session.scalar(last)
    return [_("Its author changed it, %(moment)s.", moment=moment(at))] if at else []
