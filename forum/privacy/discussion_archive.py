"""Everything about one discussion as one ZIP, as a request under access-to-information law asks.

It is made in the background, like any long export, and written a piece at a time: no file in it,
and no list, is in memory whole. Each list is a file of JSON Lines, each row as the database has it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, UnsupportedOperation
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.engine import Connection

from ..accounts.admissions import Admission
from ..accounts.models import User
from ..answers.models import AnswerEdition, OfficialAnswer, Promise, PromiseStep
from ..bodies.models import Body
from ..briefs.models import Brief, BriefFile, BriefQuote
from ..db import now
from ..deals.models import Deal, DealBody, Due
from ..essays.editions import EssayEdition
from ..essays.models import Essay, EssayEvent
from ..exports.tables import authors_shown
from ..invitations.models import Invitation
from ..moderation.log import names_shown
from ..moderation.models import Action, Report
from ..moderation.on_rooms import in_numbers
from ..replies.models import Reply, ReplyVersion
from ..rooms.models import Room, RoomPlace
from ..version import __version__
from ..votes.asides import AsideVote
from ..votes.models import RoomVote, Vote

SCHEMA = "circle-back-discussion/1"
AT_ONCE = 200
"""Rows in memory at a time."""
DERIVED = {"body_html", "excerpt", "renderer", "search", "fingerprint", "draw", "html", "source"}
"""Columns that are made of others, or that lead to a person elsewhere."""


class Outlet(BytesIO):
    """What a ZIP is written into; what has come is taken out piece by piece."""

    def seekable(self) -> bool:
        """Say that nothing can be written over: it may be gone already."""
        return False

    def tell(self) -> int:
        """Refuse to say where one is, so that the ZIP counts for itself."""
        raise UnsupportedOperation

    def taken(self) -> Iterator[bytes]:
        """Yield what has come since."""
        yield self.getvalue()
        self.seek(0)
        self.truncate()


@dataclass(frozen=True)
class ArchivedFile:
    """One file in the archive."""

    name: str
    content: Iterable[bytes]


def columns_of(model: Any, *but: str) -> list[Any]:
    """Return the columns of a table that are given, none of which names who voted or reported."""
    return [each for each in model.__table__.columns if each.name not in {*DERIVED, *but}]


def lists(essay: Essay) -> Iterator[tuple[str, Select[Any]]]:
    """Yield the lists of a discussion by the names of their files."""
    here, number = Reply.essay_id == essay.id, essay.id
    mine = select(Reply.id).where(here)
    briefs = select(BriefQuote.brief_id).where(BriefQuote.reply_id.in_(mine))
    answers = select(OfficialAnswer.id).where(
        or_(OfficialAnswer.reply_id.in_(mine), OfficialAnswer.brief_id.in_(briefs))
    )
    promises = select(Promise.id).where(Promise.answer_id.in_(answers))
    hand = () if names_shown() else ("by_id", "by_name")
    whose = () if authors_shown() else ("user_id",)
    replies = columns_of(Reply, *(() if authors_shown() else ("author_id",)))
    name = [User.name.label("author")] if authors_shown() else []
    yield "essay", select(*columns_of(Essay, "version")).where(Essay.id == number)
    yield "editions", of(EssayEdition, EssayEdition.essay_id == number)
    yield "opened_and_closed", of(EssayEvent, EssayEvent.essay_id == number)
    written = select(*replies, *name).join(User, User.id == Reply.author_id)
    yield "replies", written.where(here).order_by(Reply.id)
    yield "reply_versions", of(ReplyVersion, ReplyVersion.reply_id.in_(mine), but=("by_id",))
    rooms = select(Room.id).where(Room.essay_id == number)
    place, invited = ("user_id", "joined_at"), ("user_id", "address")
    yield "votes", nobodys(Vote, number).order_by(Vote.reply_id, Vote.value)
    yield "votes_aside", nobodys(AsideVote, number).order_by(AsideVote.reply_id, AsideVote.value)
    yield "room_votes", nobodys(RoomVote, number).order_by(RoomVote.reply_id, RoomVote.value)
    yield "rooms", of(Room, Room.essay_id == number, but=("code",))
    yield "room_places", of(RoomPlace, RoomPlace.room_id.in_(rooms), but=place)
    yield "admissions", nobodys(Admission, number).order_by(Admission.how, Admission.said)
    yield "invitations", of(Invitation, Invitation.essay_id == number, but=invited)
    yield "reports", of(Report, Report.essay_id == number, but=("reporter_id",))
    yield "moderation", of(Action, Action.essay_id == number, but=("private_note", *hand, *whose))
    yield "deals", of(Deal, Deal.essay_id == number)
    deals = select(Deal.id).where(Deal.essay_id == number)
    yield "deal_bodies", of(DealBody, DealBody.deal_id.in_(deals))
    yield "dues", of(Due, Due.essay_id == number)
    yield "bodies", of(Body)
    yield "briefs", of(Brief, or_(Brief.id.in_(briefs), Brief.essay_id == number))
    yield "answers", of(OfficialAnswer, OfficialAnswer.id.in_(answers))
    yield "answer_editions", of(AnswerEdition, AnswerEdition.answer_id.in_(answers))
    yield "promises", of(Promise, Promise.id.in_(promises))
    yield "promise_steps", of(PromiseStep, PromiseStep.promise_id.in_(promises))


def nobodys(model: Any, essay_id: int) -> Select[Any]:
    """Return a discussion's rows of a table without whose they are, and when that was."""
    given = columns_of(model, "user_id", "at", "voted_at", "first_at")
    return select(*given).where(model.essay_id == essay_id)


def of(model: Any, *conditions: Any, but: Iterable[str] = ()) -> Select[Any]:
    """Return the rows of a table in the order of its key."""
    query = select(*columns_of(model, *but)).where(*conditions)
    return query.order_by(*model.__table__.primary_key)


def lines(snapshot: Connection, query: Select[Any]) -> Iterator[bytes]:
    """Yield rows as lines of JSON."""
    found = snapshot.execution_options(yield_per=AT_ONCE).execute(query)
    for row in found.mappings():
        said = {str(name): told(str(name), value) for name, value in row.items()}
        yield json.dumps(said, ensure_ascii=False, default=plain).encode() + b"\n"


def told(column: str, value: Any) -> Any:
    """Return what stands in a column as a list tells it."""
    return in_numbers(value) if column in {"before", "after"} else value


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} stands in no list.")


def brief_files(snapshot: Connection, essay: Essay) -> Iterator[ArchivedFile]:
    """Yield the files of the discussion's briefs, one in memory at a time."""
    mine = select(BriefQuote.brief_id).join(Reply, Reply.id == BriefQuote.reply_id)
    which = or_(Brief.essay_id == essay.id, Brief.id.in_(mine.where(Reply.essay_id == essay.id)))
    query = select(Brief.id, Brief.year, Brief.number, BriefFile.extension)
    query = query.join(BriefFile, BriefFile.brief_id == Brief.id).where(which)
    for number, year, place, extension in snapshot.execute(query.order_by(Brief.id)).all():
        this = BriefFile.brief_id == number, BriefFile.extension == extension
        content = snapshot.scalar(select(BriefFile.content).where(*this))
        yield ArchivedFile(f"briefs/{year}-{place}.{extension}", [content or b""])


def entries(snapshot: Connection, essay: Essay) -> Iterator[ArchivedFile]:
    """Yield every file but the list of them."""
    yield ArchivedFile("README.txt", [about(essay).encode()])
    for name, query in lists(essay):
        yield ArchivedFile(f"{name}.jsonl", lines(snapshot, query))
    yield from brief_files(snapshot, essay)


def about(essay: Essay) -> str:
    """Return what the archive is, for whoever opens it."""
    address = f"{current_app.config['BASE_URL']}/essays/{essay.slug}"
    said = (
        _("Everything about the discussion “%(title)s” (%(url)s).", title=essay.title, url=address),
        _("Each list is a file of JSON Lines; replies are there whatever their status, also hidden "
          "ones, with the decisions on them in moderation.jsonl."),
        _("Votes are there without who gave them and when, reports without who made them. "
          "Notes among moderators are left out."),
        _("manifest.json has the size and the SHA-256 of every file."),
    )  # fmt: skip
    return "\n\n".join(said) + "\n"


def archive(snapshot: Connection, essay: Essay) -> Iterator[bytes]:
    """Yield the ZIP; the last file in it is the list of the others with their checksums."""
    outlet, made_at = Outlet(), now()
    day = made_at.timetuple()[:6]
    listed: list[dict[str, Any]] = []
    with closing(ZipFile(outlet, "w", ZIP_DEFLATED)) as packed:
        for entry in entries(snapshot, essay):
            digest, size = hashlib.sha256(), 0
            with packed.open(info(entry.name, day), "w", force_zip64=True) as file:
                for piece in entry.content:
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                    yield from outlet.taken()
            listed.append({"name": entry.name, "size": size, "sha256": digest.hexdigest()})
        said: dict[str, Any] = {"schema": SCHEMA, "software": f"Circle Back {__version__}"}
        said |= {"made_at": made_at.isoformat(), "essay": essay.slug, "files": listed}
        packed.writestr(info("manifest.json", day), json.dumps(said, indent=2) + "\n")
        yield from outlet.taken()
    yield from outlet.taken()


def info(name: str, day: Any) -> ZipInfo:
    """Return what the ZIP says of a file."""
    made = ZipInfo(name, day)
    made.compress_type = ZIP_DEFLATED
    return made
