"""What the people of the demo were told while its story was played, without a letter of it."""

from __future__ import annotations

from sqlalchemy import delete, update

from ..db import db, now
from ..events.crowds import tell_next
from ..events.models import Notice
from ..mail.models import Letter


def tell_the_story() -> None:
    """Tell everyone of all that happened, and let no letter of it wait; the caller commits."""
    while tell_next():
        pass
    db.session.execute(delete(Letter))
    db.session.execute(update(Notice).values(mailed_at=now()))
