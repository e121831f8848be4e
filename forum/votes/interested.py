"""Who decides nothing about votes: whose own they are, and whose proposals they are on."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..replies.models import Reply
from .asides import AsidePerson, AsideVote, voters_of
from .models import Vote


def why_interested(by: User, people: Collection[int], essay_id: int) -> str:
    """Return why somebody decides nothing about the votes of these people in a discussion; nothing
    where they may."""
    if by.id in people:
        return _("Nobody decides about their own votes.")
    mine = select(Reply.id).where(Reply.essay_id == essay_id, Reply.author_id == by.id)
    theirs = [
        select(said.user_id).where(said.reply_id.in_(mine), said.user_id.in_(people)).limit(1)
        for said in (Vote, AsideVote)
    ]
    if any(db.session.scalar(query) is not None for query in theirs):
        return _(
            "These people voted on a proposal of yours: somebody else proposes it and decides."
        )
    return ""


def concerned(person: AsidePerson, by: User) -> set[int]:
    """Return whose votes the answer to an appeal is about: theirs, and those of whoever answers
    where the same decision sets them aside."""
    return {person.user_id} | ({by.id} & voters_of(person.aside_id))
