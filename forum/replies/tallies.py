"""How many proposals are shown, by essay, lever, jurisdiction and ambition: counted as they come
and go, so that a page never counts rows. ``flask recount`` rebuilds the table from the replies."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database.made_once import made_once
from ..database.prepared import Prepared, PreparedChange
from ..db import Base, upsert
from ..essays.models import Essay
from ..settings.jurisdictions import SLUG_LENGTH
from .tags import TAG_NAMES, Combination


class Tally(Base):
    """The number of visible proposals of one essay with one combination of tags.

    What nothing was said of is kept as an empty text, since nothing cannot be part of a key.
    """

    __tablename__ = "tallies"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    lever: Mapped[str] = mapped_column(String(12), primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(SLUG_LENGTH), primary_key=True)
    ambition: Mapped[str] = mapped_column(String(12), primary_key=True)
    proposals: Mapped[int] = mapped_column(default=0)


KEY = ("essay_id", *TAG_NAMES)
TAGGED = [getattr(Tally, name) for name in TAG_NAMES]


def count_proposal(essay_id: int, tagged: Combination, change: int) -> None:
    """Add to (or, with a negative change, take from) the tally of one combination of tags."""
    key = dict(zip(KEY, (essay_id, *key_of(tagged)), strict=True))
    added_up().run(**key, proposals=change)


@made_once
def added_up() -> PreparedChange:
    """Return the statement that adds to a tally, or begins it."""
    row = upsert(Tally)
    more = {"proposals": Tally.proposals + row.excluded.proposals}
    added = row.on_conflict_do_update(index_elements=KEY, set_=more)
    return PreparedChange(added, *KEY, "proposals")


def key_of(tagged: Combination) -> tuple[str, ...]:
    """Return a combination of tags as it is part of a key."""
    return tuple(value or "" for value in tagged)


BY_TAGS = select(*TAGGED, func.sum(Tally.proposals)).group_by(*TAGGED)
OF_ALL = Prepared(BY_TAGS.join(Essay, Essay.id == Tally.essay_id).where(Essay.state != "draft"))
OF_ESSAY = Prepared(BY_TAGS.where(Tally.essay_id == bindparam("of")))


def tallied(essay_id: int | None) -> dict[Combination, int]:
    """Return how many proposals are shown with each combination of tags: of an essay, or of all
    that were opened."""
    rows = OF_ALL.rows() if essay_id is None else OF_ESSAY.rows(of=essay_id)
    return {tuple(value or None for value in key): int(number) for *key, number in rows}
