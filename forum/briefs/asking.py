"""What a brief says before its proposals: what was asked, of whom, and how these were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from ..accounts.grounds import GROUNDS, voters_in_words
from ..accounts.models import User
from ..essays.models import Essay, EssayEvent, takes_replies
from ..exports.outcomes import deals_in_words
from ..exports.phrases import whole
from ..exports.row_parts import PlaceAndRank
from ..replies.models import Reply
from ..votes.asides import set_aside_in
from ..votes.models import Vote
from ..votes.who_takes_part import who_takes_part_in_words
from ..web.dates import day, day_of, last_day, today
from ..web.languages import series
from .models import Shortlist, ShortlistItem, ShortlistQuote


def quotes_on(snapshot: Connection, item_ids: Sequence[int]) -> Sequence[Any]:
    """Return the comments picked for these items that everyone may read and that stand there."""
    query = (
        select(
            ShortlistQuote.item_id,
            ShortlistQuote.stance,
            ShortlistQuote.picked_by_id,
            Reply.id,
            Reply.body,
            User.name,
        )
        .join(Reply, Reply.id == ShortlistQuote.comment_id)
        .join(User, User.id == Reply.author_id)
        .join(ShortlistItem, ShortlistItem.id == ShortlistQuote.item_id)
        .where(ShortlistQuote.item_id.in_(item_ids), Reply.status == "visible")
        .where(Reply.thread_id == ShortlistItem.reply_id)
    )
    return snapshot.execute(query).all()


def standings(snapshot: Connection, ids: Sequence[int]) -> dict[int, PlaceAndRank]:
    """Return the readers' rank of these proposals among all of their essay; nobody's place."""
    essays = select(Reply.essay_id).where(Reply.id.in_(ids))
    best = Reply.top.desc()
    among = (
        select(
            Reply.id,
            func.rank().over(partition_by=Reply.essay_id, order_by=best).label("rank"),
            func.count().over(partition_by=Reply.essay_id).label("ranked"),
            func.rank().over(partition_by=(Reply.essay_id, Reply.lever), order_by=best).label("in"),
        )
        .where(Reply.essay_id.in_(essays), Reply.status == "visible", Reply.lever.is_not(None))
        .subquery()
    )
    rows = snapshot.execute(select(among).where(among.c.id.in_(ids)))
    return {number: PlaceAndRank(0, *map(int, stands)) for number, *stands in rows}


def essays_of(snapshot: Connection, reply_ids: Sequence[int], shortlist: Shortlist) -> list[Any]:
    """Return the essays that the proposals of a shortlist answer, its own where it has one."""
    if shortlist.essay is not None:
        return [shortlist.essay]
    answered = select(Reply.essay_id).where(Reply.id.in_(reply_ids))
    columns = (Essay.id, Essay.title, Essay.prompt, Essay.state, Essay.opened_at, Essay.closes_at)
    return list(snapshot.execute(select(*columns).where(Essay.id.in_(answered)).order_by(Essay.id)))


def said_of_asked(
    snapshot: Connection, essays: Sequence[Any], rows: int, chosen: str
) -> dict[str, Any]:
    """Return in words what was asked, of whom, and how many of the answers are here."""
    ids = [essay.id for essay in essays]
    shown = Reply.essay_id.in_(ids), Reply.status == "visible", Reply.lever.is_not(None)
    counted = select(func.count(), func.count(Reply.author_id.distinct())).where(*shown)
    proposals, authors = snapshot.execute(counted).one()
    on_shown = Vote.reply_id.in_(select(Reply.id).where(*shown))
    cast = select(func.count(), func.count(Vote.user_id.distinct())).where(on_shown)
    votes, voters = snapshot.execute(cast).one()
    closed = closings(snapshot, ids)
    return {
        "essay": series([essay.title for essay in essays]),
        "question": " / ".join(" ".join(essay.prompt.split()) for essay in essays),
        "open": series([opened(essay, closed.get(essay.id)) for essay in essays]),
        "participation": _(
            "%(proposals)s by %(authors)s; %(votes)s by %(voters)s",
            proposals=counted_in_words(proposals, "proposals"),
            authors=counted_in_words(authors, "people"),
            votes=counted_in_words(votes, "votes"),
            voters=counted_in_words(voters, "people"),
        )
        + set_aside_in_words(snapshot, ids),
        "selection": ngettext(
            "%(rows)s of %(all)s proposal",
            "%(rows)s of %(all)s proposals",
            proposals,
            rows=whole(rows),
            all=whole(proposals),
        ),
        "chosen": chosen,
        "voters": voters_in_words()
        + grounds_in_words(snapshot, on_shown)
        + who_takes_part_in_words(snapshot, ids),
        "deal": deals_in_words(snapshot, ids),
    }


def set_aside_in_words(snapshot: Connection, essay_ids: Sequence[int]) -> str:
    """Return how many votes are set aside and count nowhere, after other numbers."""
    people, votes = set_aside_in(*essay_ids, ask=snapshot)
    if not votes:
        return ""
    return "; " + _(
        "set aside: %(votes)s by %(voters)s",
        votes=counted_in_words(votes, "votes"),
        voters=counted_in_words(people, "people"),
    )


def grounds_in_words(snapshot: Connection, votes: ColumnElement[bool]) -> str:
    """Return how many of the voters count on which ground, in a sentence after others."""
    query = select(User.ground, func.count(User.id.distinct())).join(Vote, Vote.user_id == User.id)
    rows = snapshot.execute(query.where(votes).group_by(User.ground))
    numbers = {ground: int(number) for ground, number in rows}
    said = [
        _("%(number)s %(ground)s", number=whole(numbers[ground]), ground=words)
        for ground, words in GROUNDS.items()
        if numbers.get(ground)
    ]
    return " " + _("Of the voters here: %(said)s.", said="; ".join(said)) if said else ""


def counted_in_words(number: int, what: str) -> str:
    """Return a number with what it counts."""
    said = {
        "proposals": ngettext("%(number)s proposal", "%(number)s proposals", number, number="{}"),
        "people": ngettext("%(number)s person", "%(number)s people", number, number="{}"),
        "votes": ngettext("%(number)s vote", "%(number)s votes", number, number="{}"),
    }[what]
    return said.replace("{}", whole(number))


def closings(snapshot: Connection, essay_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when somebody last closed each of these essays' discussions."""
    query = (
        select(EssayEvent.essay_id, func.max(EssayEvent.at))
        .where(EssayEvent.essay_id.in_(essay_ids), EssayEvent.kind == "close")
        .group_by(EssayEvent.essay_id)
    )
    return {essay_id: at for essay_id, at in snapshot.execute(query) if at is not None}


def said_of_picking(snapshot: Connection, items: Sequence[Any], quotes: Sequence[Any]) -> str:
    """Return who picked the proposals and the comments of a shortlist."""
    proposals, comments = names(snapshot, items), names(snapshot, quotes)
    said = _("The proposals were picked and put in order by hand: %(names)s.", names=proposals)
    quoted = _("No comment is quoted.")
    if quotes:
        quoted = _("The comments quoted were picked one by one: %(names)s.", names=comments)
    return f"{said} {quoted}"


def names(snapshot: Connection, picked: Sequence[Any]) -> str:
    """Return the names of those who picked these, each once."""
    ids = {each.picked_by_id for each in picked if each.picked_by_id is not None}
    found = snapshot.scalars(select(User.name).where(User.id.in_(ids)).order_by(User.id))
    return ", ".join(found) or _("someone whose account was deleted since")


def opened(essay: Any, closed: datetime | None) -> str:
    """Return from when to when an essay's discussion was open, and for how many days."""
    if essay.opened_at is None:
        return ""
    begins = day_of(essay.opened_at)
    if takes_replies(essay.state, essay.closes_at):
        number = (today() - begins).days + 1
        return ngettext(
            "since %(first)s, still open, %(number)s day so far",
            "since %(first)s, still open, %(number)s days so far",
            number,
            first=day(begins),
            number=whole(number),
        )
    over = closed if essay.state == "closed" and closed else essay.closes_at
    ends = max(begins, last_day(over)) if over else begins
    number = (ends - begins).days + 1
    return ngettext(
        "from %(first)s to %(last)s, %(number)s day",
        "from %(first)s to %(last)s, %(number)s days",
        number,
        first=day(begins),
        last=day(ends),
        number=whole(number),
    )
