"""What a line of the ledger says beside what became of a due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from ..web import dates
from ..web.dates import day_of
from ..web.numbers import format_decimal
from .models import AnswerEdition
from .statuses import DECLINE_REASONS, STATUSES, AnswerStatus, DeclineReason, PromiseState

if TYPE_CHECKING:
    from .standings import DueStanding

PROMISES_SAID: Mapping[PromiseState, Callable[[int], str]] = {
    PromiseState.KEPT: lambda n: ngettext(
        "%(number)s promise kept", "%(number)s promises kept", n, number=format_decimal(n)
    ),
    PromiseState.OPEN: lambda n: ngettext(
        "%(number)s promise open", "%(number)s promises open", n, number=format_decimal(n)
    ),
    PromiseState.LATE: lambda n: ngettext(
        "%(number)s promise late", "%(number)s promises late", n, number=format_decimal(n)
    ),
}
"""How many promises stand so, in words."""


def what_it_says(row: DueStanding) -> Iterator[str]:
    """Yield what a line of the ledger says beside what became of a due."""
    if row.settled_on is not None:
        yield dates.short_day(row.settled_on)
    elif row.edition is not None and row.status is not None:
        yield what_is_no_answer(row.edition, row.status)
    elif row.answer is not None and row.answer.is_taken_back:
        yield _("the answer was taken back")
    if row.edition is not None and row.edition.reason:
        yield str(DECLINE_REASONS[DeclineReason(row.edition.reason)])
    for state, words in PROMISES_SAID.items():
        if number := row.promised(state):
            yield words(number)
    if not row.due.agreed and row.settled_on is None:
        yield _("asked, has not agreed")
    if row.has_fallen:
        yield _(
            "support has since fallen below the rule: %(share)s", share=format_percent(row.low_now)
        )
    if row.aside:
        yield set_aside_since(row.aside, row.voters)


def set_aside_since(number: int, voters: int) -> str:
    """Return how many of the votes by which an answer came due were set aside since."""
    return ngettext(
        "%(number)s of the %(all)s votes by which it came due has been set aside since",
        "%(number)s of the %(all)s votes by which it came due have been set aside since",
        number,
        number=format_decimal(number),
        all=format_decimal(voters),
    )


def what_is_no_answer(edition: AnswerEdition, status: AnswerStatus) -> str:
    """Return what an edition says that settles nothing."""
    if edition.said_on is not None:
        return _("said aloud on %(day)s, not confirmed", day=dates.short_day(edition.said_on))
    if edition.passed_to is not None:
        return _("passed to %(body)s, not taken over yet", body=edition.passed_to.name)
    day = dates.short_day(day_of(edition.at))
    return _("%(status)s %(day)s, not an answer", status=STATUSES[status].label, day=day)
