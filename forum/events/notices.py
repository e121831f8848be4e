"""A person's notices: read page by page, those about one thing together, and taken as read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from ..accounts.contacts import Contact, keep_contact
from ..accounts.models import User
from ..db import db, now
from ..web.pager import PAGE, NewestFirst, newest_first
from .kinds import KINDS, KINDS_BY_NAME, EventKind
from .models import Event, Notice, Thing
from .subjects import Subject, details_of, subjects_of


@dataclass(frozen=True)
class NoticeFilter:
    """Which notices are asked for: of one topic, or those not read."""

    topic: str = ""
    unread: bool = False


@dataclass(frozen=True)
class ToldEvent:
    """One notice as it is shown: the event, its kind, and what more there is to say of it."""

    notice: Notice
    kind: EventKind
    details: list[str]

    @property
    def event(self) -> Event:
        """The event."""
        return self.notice.event

    @property
    def address(self) -> str:
        """Where the comment stands that it is about; nothing where it is about none."""
        if self.kind.part_is != "comment":
            return ""
        return f"/replies/{self.event.subject_id}#reply-{self.event.part_id}"

    def way_from(self, address: str) -> str:
        """Return where a person does what this invites to, by the address of what it is about."""
        number, part = self.event.subject_id, self.event.part_id
        return self.kind.way.format(address=address, number=number, part=part)


@dataclass(frozen=True)
class NoticeGroup:
    """What happened to one thing, the newest first."""

    thing: Thing
    subject: Subject | None
    told: list[ToldEvent]
    otherwise: str = ""
    """What stands in place of the title where that may not be read."""

    @property
    def title(self) -> str:
        """What the thing is called; of a person's own account, nothing."""
        return self.subject.title if self.subject else self.otherwise

    @property
    def is_new(self) -> bool:
        """Whether some of it is not read."""
        return any(each.notice.read_at is None for each in self.told)


def notices_of(
    user: User, wanted: NoticeFilter, before: int | None, most: int = PAGE
) -> NewestFirst[Notice]:
    """Return a page of what a person was told."""
    query = select(Notice).where(Notice.user_id == user.id)
    query = query.options(joinedload(Notice.event, innerjoin=True))
    if wanted.unread:
        query = query.where(Notice.read_at.is_(None))
    if wanted.topic:
        names = [kind.name for kind in KINDS if kind.topic_name == wanted.topic]
        query = query.join(Event, Event.id == Notice.event_id).where(Event.kind.in_(names))
    return newest_first(query, Notice.id, before, most)


def grouped(notices: list[Notice]) -> list[NoticeGroup]:
    """Return these notices by what they are about; what is not to be told any more is left out."""
    details = details_of(each.event for each in notices)
    subjects = subjects_of({each.event.subject for each in notices})
    groups: dict[Thing, NoticeGroup] = {}
    for notice in notices:
        event = notice.event
        if event.id not in details:
            continue
        thing = event.subject
        group = groups.setdefault(thing, NoticeGroup(thing, subjects.get(thing), []))
        kind = KINDS_BY_NAME[event.kind]
        group.told.append(ToldEvent(notice, kind, details[event.id]))
    return list(groups.values())


def told_lately(notices: list[Notice]) -> list[tuple[NoticeGroup, ToldEvent]]:
    """Return these notices one by one, what happened last first, each with what it is about."""
    each_with = [(group, told) for group in grouped(notices) for told in group.told]
    return sorted(each_with, key=lambda pair: pair[1].event.at, reverse=True)


def unread_by(user: User) -> int:
    """Return how many notices a person has not read, as it came with them: no query."""
    contact = user.contact if user.is_authenticated else None
    return contact.unread if contact else 0


def mark_read(user: User, until: int) -> None:
    """Take the notices up to this one as read, and count what is left from the rows."""
    keep_contact(user.id)
    held = select(Contact.user_id).where(Contact.user_id == user.id).with_for_update()
    db.session.execute(held)
    mine = Notice.user_id == user.id, Notice.read_at.is_(None)
    db.session.execute(update(Notice).where(*mine, Notice.id <= until).values(read_at=now()))
    left = select(func.count()).where(*mine).scalar_subquery()
    counted = update(Contact).where(Contact.user_id == user.id).values(unread=left)
    db.session.execute(counted.execution_options(synchronize_session=False))
