"""What people agreed to: which of the site's texts, as it was worded when, and on what day.

A site says in its settings whom it asks (``ASKED``). An agreement holds for as long as the text
stands as it did in one of its languages; another wording is agreed to anew, and one that is put
back is agreed to already. Until then a person reads, and neither writes nor votes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database.prepared import Prepared
from ..db import Base, UtcDateTime, db, now, upsert
from ..settings.current import setting, stored
from ..settings.own_texts import MARK_LENGTH, OwnText, earlier_words, standing_texts, texts_here
from ..words.differences import marked
from ..words.html import render

if TYPE_CHECKING:
    from .models import User

KEY = "agreements"
"""Where a session keeps what people have yet to agree to."""
ASKED = "agreement"
"""The setting: nobody is asked (off), whoever joins (joining), everyone at each change (again)."""


class Agreement(Base):
    """That a person agreed to a text in a language, as it was worded since a day."""

    __tablename__ = "agreements"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(String(10), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    mark: Mapped[str] = mapped_column(String(MARK_LENGTH), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


AGREED = Prepared(
    select(Agreement.text, Agreement.language, Agreement.mark).where(
        Agreement.user_id == bindparam("user_id")
    )
)


class TextToAgree(NamedTuple):
    """A text that a person is asked to agree to, and what changed since they did last.

    Without ``changes`` they agreed to none that is kept.
    """

    text: OwnText
    agreed_at: datetime | None
    changes: Markup | None

    @property
    def words(self) -> Markup:
        """The text as it stands, for a page that has it under a heading of its own."""
        return render(self.text.words, heading_offset=2)


def lacks_agreement(user: User) -> bool:
    """Say whether the person has to agree to a text before they take part.

    Of plain readers, for whom frames are made, it is known that they have not.
    """
    if not user.is_authenticated or user.is_plain:
        return False
    return bool(yet_to_agree(user.id, user.created_at))


def yet_to_agree(user_id: int, joined_at: datetime) -> frozenset[str]:
    """Return the names of the texts to which a person has to agree; asked once a session."""
    asked = setting(ASKED)
    if asked not in {"joining", "again"}:
        return frozenset()
    if asked == "joining" and joined_at < stored()[ASKED].since:
        return frozenset()
    known = db.session.info.setdefault(KEY, {})
    if user_id not in known:
        known[user_id] = lacking(AGREED.rows(user_id=user_id), by_wording=asked == "again")
    found: frozenset[str] = known[user_id]
    return found


def lacking(agreed: Sequence[tuple[Any, ...]], by_wording: bool) -> frozenset[str]:
    """Return the names of the texts that stand and were not agreed to: at all, or as worded."""
    standing = standing_texts()
    wordings, once = set(agreed), {text for text, _language, _mark in agreed}
    held = {
        text.name
        for text in standing
        if (text.name, text.language, text.mark) in wordings
        or (not by_wording and text.name in once)
    }
    return frozenset(text.name for text in standing) - held


def joining_texts() -> list[OwnText]:
    """Return what somebody agrees to who joins now; nothing where the site does not ask."""
    return texts_here() if setting(ASKED) in {"joining", "again"} else []


def agree(user_id: int, signs: str) -> None:
    """Note that a person agreed to the texts of these signs, as a form showed them.

    What a text says no longer is not agreed to, nor what never was one.
    """
    shown = set(signs.split())
    for text in standing_texts():
        if text.sign in shown:
            row = upsert(Agreement).values(
                user_id=user_id,
                text=text.name,
                language=text.language,
                mark=text.mark,
                since=text.since,
                at=now(),
            )
            db.session.execute(row.on_conflict_do_nothing())
    db.session.info.pop(KEY, None)


def texts_to_agree(user: User) -> list[TextToAgree]:
    """Return what a person is asked to agree to, each beside what they agreed to before."""
    names = yet_to_agree(user.id, user.created_at)
    return [beside_before(user.id, text) for text in texts_here(names)]


def beside_before(user_id: int, text: OwnText) -> TextToAgree:
    """Return a text beside the wording of it to which a person agreed last."""
    mine = Agreement.user_id == user_id, Agreement.text == text.name
    rows = db.session.scalars(select(Agreement).where(*mine).order_by(Agreement.at.desc())).all()
    if not rows:
        return TextToAgree(text, None, None)
    last = next((row for row in rows if row.language == text.language), None)
    before = earlier_words(text.setting, last.mark) if last else ""
    return TextToAgree(text, rows[0].at, marked(before, text.words) if before else None)


def signs_of(texts: Iterable[OwnText]) -> str:
    """Return what stands for these texts, as they are worded, in a form."""
    return " ".join(text.sign for text in texts)
