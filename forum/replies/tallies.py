"""How many proposals are shown, by essay, lever, jurisdiction and ambition: counted as they come
and go, so that a page never counts rows. ``flask recount`` rebuilds the table from the replies."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, db, upsert


class Tally(Base):
    """The number of visible proposals of one essay with one combination of tags."""

    __tablename__ = "tallies"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    lever: Mapped[str] = mapped_column(String(12), primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(12), primary_key=True)
    ambition: Mapped[str] = mapped_column(String(12), primary_key=True)
    proposals: Mapped[int] = mapped_column(default=0)


def count_proposal(
    essay_id: int, lever: str | None, jurisdiction: str | None, ambition: str | None, change: int
) -> None:
    """Add to (or, with a negative change, take from) the tally of one combination of tags."""
    row = upsert(Tally).values(
        essay_id=essay_id,
        lever=lever,
        jurisdiction=jurisdiction,
        ambition=ambition,
        proposals=change,
    )
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["essay_id", "lever", "jurisdiction", "ambition"],
            set_={"proposals": Tally.proposals + change},
        )
    )
