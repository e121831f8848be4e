"""How many of a proposal's votes came from rooms: part of the whole, and said apart."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column


class RoomCounts:
    """What is counted from rooms; of that, ``on_paper`` were papers."""

    room_support: Mapped[int] = mapped_column(default=0)
    room_oppose: Mapped[int] = mapped_column(default=0)
    room_neutral: Mapped[int] = mapped_column(default=0)
    on_paper: Mapped[int] = mapped_column(default=0)
