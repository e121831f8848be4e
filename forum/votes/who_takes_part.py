"""Who may take part in a discussion, and how many of those who did declared what it asks, in words.

An invitation and a provider let in before anything is written. A sentence may have come later, or
been changed, so the share of those who declared it as it stands is said with it: never as proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, select

from ..accounts.admissions import Admission, OpenTo
from ..db import db
from ..essays.models import Essay
from ..web.numbers import format_decimal
from .people import EssayPerson, PeopleCount


def declared_in_words(essay: Any, ask: Any = None) -> str:
    """Return how many of those who took part declared the sentence of now, and that it is no proof.

    It is asked of ``ask``, a connection in whose snapshot that stands, or of the session.
    """
    ask = ask or db.session
    took_part = and_(
        EssayPerson.essay_id == Admission.essay_id, EssayPerson.user_id == Admission.user_id
    )
    declared = (
        select(func.count())
        .select_from(Admission)
        .join(EssayPerson, took_part)
        .where(
            Admission.essay_id == essay.id,
            Admission.how == OpenTo.DECLARED,
            Admission.said == essay.declaration,
        )
    )
    counted = select(func.sum(PeopleCount.people)).where(PeopleCount.essay_id == essay.id)
    people = int(ask.scalar(counted) or 0)
    said = ngettext(
        "Of the %(people)s person who took part, %(declared)s declared it.",
        "Of the %(people)s people who took part, %(declared)s declared it.",
        people,
        people=format_decimal(people),
        declared=format_decimal(ask.scalar(declared) or 0),
    )
    return said + " " + _("It is what they say; nobody checks it.")


def who_takes_part_in_words(ask: Any, essay_ids: Sequence[int]) -> str:
    """Return who may take part in these discussions, where that is not everyone, after a space."""
    columns = (Essay.id, Essay.title, Essay.open_to, Essay.declaration)
    query = select(*columns).where(Essay.id.in_(essay_ids), Essay.open_to != OpenTo.EVERYONE)
    return "".join(f" {sentence(ask, essay)}" for essay in ask.execute(query.order_by(Essay.id)))


def sentence(ask: Any, essay: Any) -> str:
    """Return who may take part in one discussion, by its title."""
    if essay.open_to == OpenTo.INVITED:
        return _("In “%(essay)s”, people who were invited take part.", essay=essay.title)
    if essay.open_to == OpenTo.PROVIDER:
        return _(
            "In “%(essay)s”, people who sign in with a provider that the site trusts take part.",
            essay=essay.title,
        )
    said = _(
        "In “%(essay)s”, whoever takes part declares: “%(sentence)s”.",
        essay=essay.title,
        sentence=essay.declaration,
    )
    return f"{said} {declared_in_words(essay, ask)}"
