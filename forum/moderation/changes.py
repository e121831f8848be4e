"""What an action changed, from what to what: in words for the log and notices, and as data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..accounts.models import FOR_GOOD
from ..db import db
from ..deals.plain_words import sentences
from ..deals.terms import Terms
from ..essays.models import Essay
from ..replies.tags import TAGS
from ..web.dates import until
from ..web.numbers import format_decimal
from .action_kind import UNDO
from .models import Action
from .on_rooms import is_record, record_in_words, record_named
from .on_votes import aside_in_words, is_aside
from .policy_form import PolicyForm

BY_NAME = {tag.name: tag for tag in TAGS}
NAMES: dict[str, Any] = {
    **{tag.name: tag.about for tag in TAGS},
    "essay_id": _l("Essay"),
    "slow_minutes": _l("Minutes between one person’s comments"),
    "premoderation": _l("What waits for a moderator before it is shown"),
    "replies_from": _l("Who may reply"),
    "open_to": _l("Who may take part"),
    "declaration": _l("Sentence to declare"),
    "report_threshold": _l("Hide a reply until it is reviewed after this many reports"),
    "open_data": _l("Who may download its proposals"),
    "deal": _l("Deal"),
}
"""The changed fields that are told from what to what; words of people's own are not."""
TYPED = frozenset({"report_threshold", "declaration"})
"""The rules of a discussion that are typed, not chosen."""
SUSPENDED = "suspended_until"


def changes_of(action: Action) -> list[str]:
    """Return what the action changed, a sentence each, in the reader's language."""
    told = [
        _(
            "%(what)s: from “%(before)s” to “%(after)s”.",
            what=NAMES[name],
            before=value_in_words(name, action.before.get(name)),
            after=value_in_words(name, action.after.get(name)),
        )
        for name in changed(action)
    ]
    told += recorded_of_rooms(action)
    told += [
        aside_in_words(name, action.before[name], after)
        for name, after in action.after.items()
        if is_aside(name)
    ]
    return [*told, suspension(action)] if action.after.get(SUSPENDED) else told


def recorded_of_rooms(action: Action) -> list[str]:
    """Return what was recorded of rooms, in numbers."""
    return [
        _(
            "%(what)s: from “%(before)s” to “%(after)s”.",
            what=record_named(name),
            before=record_in_words(action.before[name]),
            after=record_in_words(action.after[name]),
        )
        for name in action.after
        if is_record(name)
    ]


def changed(action: Action) -> list[str]:
    """Return the fields that are told, in the order of the register."""
    return [name for name in NAMES if action.before.get(name) != action.after.get(name)]


def value_in_words(name: str, value: Any) -> str:
    """Return what a field holds, as readers know it."""
    if name in BY_NAME and (said := BY_NAME[name].label(value)):
        return said
    if value is None or value == "":
        return str(_("none"))
    if name == "deal":
        return " ".join(sentences(Terms.from_json(value).as_deal()))
    if name == "essay_id":
        essay = public_essay(value)
        return essay.title if essay else str(_("another discussion"))
    choices = dict(rules().get(name, ()))
    return str(choices.get(value, value))


def rules() -> dict[str, Any]:
    """Return the words of the rules of a discussion, by field and value."""
    fields = PolicyForm(formdata=None, meta={"csrf": False})
    return {name: fields[name].choices for name in PolicyForm.asks if name not in TYPED}


def public_essay(number: int) -> Essay | None:
    """Return an essay that everyone may read."""
    essay = db.session.get(Essay, number)
    return essay if essay is not None and essay.state != "draft" else None


def suspension(action: Action) -> str:
    """Return how long a suspension is, and until when."""
    end = datetime.fromisoformat(action.after[SUSPENDED])
    if end == FOR_GOOD:
        return str(_("For good."))
    if action.kind == UNDO:
        return str(_("Again %(until)s.", until=until(end)))
    days = max(1, round((end - action.at) / timedelta(days=1)))
    return str(
        ngettext(
            "For %(number)s day, %(until)s.",
            "For %(number)s days, %(until)s.",
            days,
            number=format_decimal(days),
            until=until(end),
        )
    )


def as_data(action: Action) -> list[dict[str, Any]]:
    """Return what the action changed, as codes: what was there before, and what is there now."""
    names = [*changed(action), *([SUSPENDED] if SUSPENDED in action.after else [])]
    names += filter(is_aside, action.after)
    return [
        {
            "field": name.partition(":")[0].removesuffix("_id"),
            "from": code(name, action.before.get(name)),
            "to": code(name, action.after.get(name)),
        }
        for name in names
    ]


def code(name: str, value: Any) -> Any:
    """Return a value as programs know it: an essay by its slug, where everyone may read it."""
    if name == "essay_id" and value is not None:
        essay = public_essay(value)
        return essay.slug if essay else None
    return "for good" if value == FOR_GOOD.isoformat() else value
