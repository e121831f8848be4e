"""What the page of an essay tells of it beside its proposals, asked for when it is shown."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..accounts.admissions import OpenTo
from ..answers.outcome import Outcome, outcome_of
from ..briefs.models import Brief
from ..briefs.published import briefs
from ..deals.models import count_dues
from ..deals.plain_words import DealTold, told_of_deal
from ..essays.models import Essay, EssayEvent
from ..replies.shown_comments import comment_rows, shown_comments
from ..replies.threads import CommentThread, threads
from ..web.page_versions import versions_here
from ..words.outline import Heading, outline
from .models import events_of


@dataclass(frozen=True)
class AboutEssay:
    """An essay, and what is told of it: pieces that are kept ask for none of this."""

    essay: Essay

    @property
    def stands_on(self) -> tuple[Hashable, ...]:
        """What its top says that is not of the whole site: how many dues there are; where it is
        over, what came of it, and where people declared that they take part, how many did."""
        moves = self.essay.is_over or self.essay.open_to != OpenTo.EVERYONE
        return (self.essay.id, count_dues(self.essay.id), versions_here() if moves else "")

    @cached_property
    def parts(self) -> Sequence[Heading]:
        """The parts of a long essay."""
        return outline(self.essay.body_html)

    @cached_property
    def events(self) -> list[EssayEvent]:
        """When its discussion was opened and closed."""
        return events_of(self.essay)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What came of it, where it is over."""
        return outcome_of(self.essay)

    @cached_property
    def told(self) -> DealTold | None:
        """What is said of its deal."""
        return told_of_deal(self.essay.id)

    @cached_property
    def briefs(self) -> Sequence[Brief]:
        """The newest briefs made of it."""
        return briefs(self.essay.id, most=3)

    @cached_property
    def comments(self) -> tuple[tuple[Any, ...], ...]:
        """What is said in the comments on the essay itself, as rows."""
        return comment_rows(self.essay.id)

    @property
    def threads(self) -> list[CommentThread]:
        """The same as threads."""
        return threads(shown_comments(self.essay, self.comments))
