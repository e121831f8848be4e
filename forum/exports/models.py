"""Every export that was ever asked for: who took which list out of the forum, how, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, insert, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..essays.models import Essay
from ..replies.filters import Filter
from ..votes.judging import Judge
from ..web.languages import current_language
from ..web.pager import NewestFirst, newest_first
from .formats import ARCHIVE
from .rules import Rules
from .tables import Table, said_of


class State(StrEnum):
    """How far an export is: sent while it was written, or made in the background and kept."""

    SENT = "sent"
    WAITING = "waiting"
    MAKING = "making"
    DONE = "done"
    FAILED = "failed"


class Export(Base):
    """One export: what was asked for, as an address has it and in words, and what became of it.

    ``by`` is nobody where it was asked for in the shell. ``rows`` counts the proposals of the list
    and ``written`` those that stand in a kept file so far. ``tries`` counts the workers that took
    it, of which the last has it until ``taken_until``. ``size`` is that of the kept file in bytes.
    """

    __tablename__ = "exports"
    __table_args__ = (
        one_of("state", State),
        Index("ix_exports_state", "state", "id"),
        Index(
            "ix_exports_kept",
            "finished_at",
            sqlite_where=text("size IS NOT NULL"),
            postgresql_where=text("size IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    essay_id: Mapped[int | None] = mapped_column(ForeignKey("essays.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[str] = mapped_column(Text)
    filter: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(5))
    rows: Mapped[int]
    written: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    taken_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    size: Mapped[int | None]
    by: Mapped[User | None] = relationship()
    essay: Mapped[Essay | None] = relationship()

    @property
    def is_kept(self) -> bool:
        """Whether its file can be fetched."""
        return self.state == State.DONE and self.size is not None

    def asked(self) -> tuple[Filter, Rules]:
        """Return the filter and the rules that were asked for."""
        args = MultiDict(parse_qsl(self.query))
        reader = Judge(self.by_id) if self.by_id else None
        return Filter.from_query(args, reader)[0], Rules.from_query(args)[0]

    def in_words(self) -> str:
        """Say the filter in the reader's language: as recorded, or else said again."""
        as_recorded = self.language == current_language() or self.format == ARCHIVE
        return self.filter if as_recorded else said_of(*self.asked())


class ExportPart(Base):
    """A part of a kept file: parts in the order of their places, from 0, make the file."""

    __tablename__ = "export_parts"

    export_id: Mapped[int] = mapped_column(
        ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


def description(table: Table, essay: Essay | None, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is recorded of a list that is taken out."""
    return {
        "essay_id": essay.id if essay else None,
        "name": table.name,
        "query": urlencode(query, doseq=True),
        "filter": table.provenance.filter,
        "language": table.language,
        "rows": table.provenance.rows,
    }


def record_sent(**values: object) -> None:
    """Record an export that is sent at once, in a transaction of its own.

    It is written before the first byte leaves, and the page that asked for it goes on reading.
    """
    with db.engine.connect().execution_options(reading=False) as connection, connection.begin():
        connection.execute(insert(Export).values(state=State.SENT.value, **values))


def exports_log(before: int | None) -> NewestFirst[Export]:
    """Return a page of the exports."""
    query = select(Export).options(joinedload(Export.by), joinedload(Export.essay))
    return newest_first(query, Export.id, before)
