"""What essays are called in notices and letters, and when their discussions close."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..events.models import Event
from ..events.subjects import Subject, SubjectKind
from ..permissions import can_see_essay
from ..web.dates import until
from .models import Essay


def find_essays(numbers: Collection[int]) -> dict[int, Subject]:
    """Return these essays as things, by number."""
    return {
        essay.id: Subject(
            title=essay.title,
            address=f"/essays/{essay.slug}",
            language=essay.language,
            may_read=partial(may_read, essay),
            otherwise=_("A discussion"),
            essay=essay.title,
        )
        for essay in db.session.scalars(select(Essay).where(Essay.id.in_(numbers)))
    }


def may_read(essay: Essay, user: User) -> bool:
    """Say whether the person may read an essay now."""
    return bool(can_see_essay(user, essay))


def details_of_closing(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return until when a discussion can be taken part in."""
    return {
        event.id: [
            _(
                "It is open %(until)s.",
                until=until(datetime.fromisoformat(event.facts["closes_at"])),
            )
        ]
        for event in events
    }


ESSAYS = SubjectKind("essay", find_essays)
