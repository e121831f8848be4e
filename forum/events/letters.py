"""The letters that tell people of events: what goes into one, and what is noted once it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..db import db, now
from ..mail.letters import KINDS, LetterKind, NotNow
from ..mail.models import DeadLetter, Letter
from ..settings.current import postal_address, site_name
from ..web.dates import day, day_of
from .kinds import KINDS_BY_NAME
from .models import Event, Follow, Notice, Rhythm
from .notices import NoticeGroup, ToldEvent, grouped
from .post import NEWS, next_digest, queue
from .subjects import Subject
from .unsubscribing import unsubscribe_address

LIFE = timedelta(days=3)
"""How long after its time a letter is still worth sending."""

MOST = 100
"""Events in one letter."""

COVERED: WeakKeyDictionary[Letter, list[int]] = WeakKeyDictionary()
"""The notices that a letter tells which is being sent, noted once it is."""

BOUNCES_MOST = 3
"""Letters in a row that came back before none is sent to an address any more."""


@dataclass(frozen=True)
class LetterKey:
    """What a line in the outbox is to tell: in which rhythm, and at once of which thing."""

    rhythm: str
    thing: tuple[str, int] | None

    @classmethod
    def of(cls, letter: Letter | DeadLetter) -> LetterKey:
        """Read it off a letter's key."""
        rhythm, *thing, _user = (letter.key or "").split(":")
        return cls(rhythm, (thing[0], int(thing[1])) if thing else None)


def waiting_notices(letter: Letter) -> Any:
    """Return the query of the notices that belong into this letter and are in none yet."""
    key = LetterKey.of(letter)
    query = (
        select(Notice)
        .join(Notice.event)
        .where(
            Notice.user_id == letter.user_id,
            Notice.rhythm == key.rhythm,
            Notice.mailed_at.is_(None),
        )
    )
    if key.thing is not None:
        query = query.where(Event.subject_kind == key.thing[0], Event.subject_id == key.thing[1])
    return query


def fill_news(letter: Letter) -> dict[str, Any] | None:
    """Return what a letter tells its reader, who may still read of it; nothing where that is none.

    Raises NotNow where the person got as many letters today as they may: the next daily one tells.
    """
    user = db.session.get(User, letter.user_id or 0, populate_existing=True)
    contact = db.session.get(Contact, letter.user_id or 0, populate_existing=True)
    ready = waiting_notices(letter).where(Event.letters_from <= now()).order_by(Notice.id)
    notices = list(db.session.scalars(ready.options(contains_eager(Notice.event)).limit(MOST)))
    COVERED[letter] = [notice.id for notice in notices]
    if user is None or user.email is None or contact is None or not is_reached(contact):
        return None
    letter.address, letter.language = user.email, contact.language or letter.language
    if LetterKey.of(letter).rhythm == Rhythm.AT_ONCE and is_enough(contact):
        raise NotNow
    with force_locale(letter.language):
        groups = [told for group in grouped(notices[::-1]) if (told := readable(group, user))]
        return known_of(letter, groups, user) if groups else None


def is_reached(contact: Contact) -> bool:
    """Say whether letters go to a person: at a confirmed address from which none came back."""
    return contact.confirmed_at is not None and contact.silent_since is None


def is_enough(contact: Contact) -> bool:
    """Say whether a person got as many letters today as they may."""
    most: int = current_app.config["LETTERS_A_DAY"]
    return contact.mailed_on == day_of(now()) and contact.mailed >= most


def readable(group: NoticeGroup, user: User) -> NoticeGroup | None:
    """Return what of a group may be told to a person now; of what they may not read, decisions."""
    if group.subject is None and group.thing[0] != "person":
        return None
    if group.subject is None or group.subject.may_read(user):
        return group
    told = [each for each in group.told if each.kind.part_is == "action"]
    return NoticeGroup(group.thing, None, told, group.subject.otherwise) if told else None


def known_of(letter: Letter, groups: list[NoticeGroup], user: User) -> dict[str, Any]:
    """Return what the templates of a letter need to know, in the language in use."""
    key, first = LetterKey.of(letter), groups[0].told[0]
    base = current_app.config["BASE_URL"]
    what = first.kind.topic_name if key.thing else key.rhythm
    leave = unsubscribe_address(user, what)
    return {
        "subject": subject_of(key, groups),
        "because": because(key, groups, user),
        "groups": groups,
        "base": base,
        "leave": leave,
        "preferences": f"{base}/account/letters",
        "postal": postal_address(),
        "headers": {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "thread": f"{key.thing[0]}-{key.thing[1]}" if key.thing else "",
    }


def subject_of(key: LetterKey, groups: list[NoticeGroup]) -> str:
    """Return the subject: what happened to what; never how anyone voted."""
    if key.thing is None:
        if key.rhythm == Rhythm.WEEKLY:
            return _("Your week on %(site)s", site=site_name())
        return _("Your day on %(site)s", site=site_name())
    happened = {str(each.kind.words) for each in groups[0].told}
    title = groups[0].title
    if len(happened) > 1:
        return title
    return _("%(what)s – %(title)s", what=happened.pop(), title=title) if title else happened.pop()


def because(key: LetterKey, groups: list[NoticeGroup], user: User) -> str:
    """Return why the person gets the letter."""
    if key.thing is None:
        return _("This is what happened to what you wrote, voted on and follow.")
    mine = Follow.user_id == user.id, Follow.wanted
    this = Follow.subject_kind == key.thing[0], Follow.subject_id == key.thing[1]
    asked = db.session.scalar(select(Follow.at).where(*mine, *this).limit(1))
    if asked is not None:
        return _("You are told because you asked for it on %(day)s.", day=day(asked))
    return str(groups[0].told[0].kind.because)


def note_sent(session: Session, letter: Letter, outcome: str) -> datetime | None:
    """Note what a letter told, in the transaction that strikes it out.

    Return when another is to be made, where something has come to wait for it meanwhile.
    """
    covered = COVERED.pop(letter, [])
    note_for_person(session, letter, outcome)
    told = update(Notice).where(Notice.id.in_(covered))
    if outcome == "later":
        session.execute(told.values(rhythm=Rhythm.DAILY.value))
        start, moment = f"{Rhythm.DAILY}:", next_digest(Rhythm.DAILY, now())
        queue(session, start, moment, Notice.id.in_(covered))
    else:
        session.execute(told.values(mailed_at=now()))
    rest = waiting_notices(letter).with_only_columns(Event.letters_from)
    first: datetime | None = session.scalar(rest.order_by(Event.letters_from).limit(1))
    if first is None:
        return None
    key = LetterKey.of(letter)
    return max(first, now()) if key.thing else next_digest(key.rhythm, now())


def note_for_person(session: Session, letter: Letter, outcome: str) -> None:
    """Count a letter of today, or one that came back, for its reader."""
    contact = session.get(Contact, letter.user_id or 0, with_for_update=True)
    if contact is None:
        return
    if outcome == "sent":
        today = day_of(now())
        contact.mailed = contact.mailed + 1 if contact.mailed_on == today else 1
        contact.mailed_on, contact.bounces = today, 0
    elif outcome.startswith("recipient refused"):
        contact.bounces += 1
        if contact.bounces >= BOUNCES_MOST:
            contact.silent_since = now()


def tell_again(letter: DeadLetter) -> None:
    """Let the notices wait that a letter was to tell as it was given up, to an address that counts
    as good once more."""
    contact = update(Contact).where(Contact.user_id == letter.user_id)
    db.session.execute(contact.values(bounces=0, silent_since=None))
    told = select(Notice.id).where(
        Notice.user_id == letter.user_id,
        Notice.rhythm == LetterKey.of(letter).rhythm,
        Notice.mailed_at == letter.died_at,
    )
    again = update(Notice).where(Notice.id.in_(told)).values(mailed_at=None)
    db.session.execute(again.execution_options(synchronize_session=False))


def sample_news() -> dict[str, Any]:
    """Return what a letter tells of a comment that nobody wrote."""
    title, kind = _l("Publish how long people wait"), KINDS_BY_NAME["commented"]
    event = Event(kind=kind.name, subject_kind="reply", subject_id=1, part_id=2, at=now())
    words = _l("Publish them by office and by month, and say beside them how they were counted.")
    said = _l("%(name)s: “%(words)s”", name="Cam", words=words)
    told = ToldEvent(Notice(event=event), kind, [said])
    base = current_app.config["BASE_URL"]
    return {
        "subject": _l("%(what)s – %(title)s", what=kind.words, title=title),
        "because": kind.because,
        "groups": [NoticeGroup(event.subject, Subject(title, "/replies/1"), [told])],
        "base": base,
        "leave": f"{base}/unsubscribe/a-sample-that-ends-nothing",
        "preferences": f"{base}/account/letters",
        "postal": postal_address(),
    }


KINDS[NEWS] = LetterKind(_l("News"), LIFE, fill_news, sample_news, note_sent, tell_again)
