"""The voters of a discussion, as what stands out among them is looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import select

from ..accounts.grounds import VoterGround
from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.models import Vote
from ..votes.networks import VoterNetwork
from ..votes.who_voted import THEN
from .voters import Voter

MOST = 100_000
"""Votes that are compared: those on the proposals with the most."""
CHUNK = 500
"""Proposals asked for at a time."""
NO_SIGN = {VoterGround.IMPORT, VoterGround.ROOM}
"""Of whom the day of their account says nothing."""
PROVIDERS = frozenset(
    """
    aol.com bell.net bluewin.ch btinternet.com eircom.net fastmail.com free.fr gmail.com gmx.com
    gmx.de gmx.net googlemail.com hey.com hotmail.ca hotmail.com hotmail.co.uk hotmail.fr icloud.com
    laposte.net live.ca live.com live.fr mac.com mail.com me.com msn.com orange.fr outlook.com
    outlook.fr pm.me proton.me protonmail.com rogers.com rocketmail.com sfr.fr shaw.ca sky.com
    sympatico.ca t-online.de telus.net tutanota.com videotron.ca virginmedia.com wanadoo.fr web.de
    yahoo.ca yahoo.com yahoo.co.uk yahoo.fr yandex.com ymail.com zoho.com
    """.split()  # noqa: SIM905
)
"""Domains at which anyone may have an address, so that many there say nothing."""


@dataclass(frozen=True)
class Electorate:
    """The voters that are compared, and how many votes of how many those are."""

    voters: Sequence[Voter]
    compared: int
    votes: int

    @property
    def is_whole(self) -> bool:
        """Whether every vote of the discussion is among them."""
        return self.compared == self.votes


def electorate(essay: Essay) -> Electorate:
    """Return the voters of a discussion with their votes, of the most judged proposals at most."""
    number = Reply.support + Reply.oppose + Reply.neutral
    here = select(Reply.id, number).where(Reply.essay_id == essay.id, Reply.lever.is_not(None))
    counts = [(int(i), int(n)) for i, n in db.session.execute(here) if n]
    counts.sort(key=lambda each: (-each[1], each[0]))
    sums = list(accumulate(n for _reply, n in counts))
    taken = [reply for (reply, _n), total in zip(counts, sums, strict=True) if total <= MOST]
    ballots: dict[int, dict[int, str]] = defaultdict(dict)
    voted: dict[int, float] = {}
    for start in range(0, len(taken), CHUNK):
        part = Vote.reply_id.in_(taken[start : start + CHUNK])
        given = select(Vote.user_id, Vote.reply_id, Vote.value, THEN).where(part)
        for person, reply, value, at in db.session.execute(given):
            ballots[person][reply] = value
            voted[person] = min(at.timestamp(), voted.get(person, at.timestamp()))
    people = sorted(ballots)
    networks = networks_in(essay)
    voters = [
        Voter(
            person,
            ballots[person],
            voted[person] if ground != VoterGround.ROOM else None,
            joined.timestamp() if ground not in NO_SIGN else None,
            networks.get(person),
            domain_of(email),
        )
        for person, ground, joined, email in accounts(people)
    ]
    compared = sum(len(voter.ballot) for voter in voters)
    return Electorate(voters, compared, sums[-1] if sums else 0)


def accounts(people: Sequence[int]) -> Iterator[tuple[int, str, datetime, str | None]]:
    """Yield the ground, the beginning and the address of these people's accounts."""
    for start in range(0, len(people), CHUNK):
        some = User.id.in_(people[start : start + CHUNK])
        query = select(User.id, User.ground, User.created_at, User.email).where(some)
        yield from db.session.execute(query)


def networks_in(essay: Essay) -> dict[int, str]:
    """Return from which network each person voted in a discussion; of several, any one of them."""
    query = select(VoterNetwork.user_id, VoterNetwork.mark).where(VoterNetwork.essay_id == essay.id)
    return {row.user_id: row.mark for row in db.session.execute(query)}


def domain_of(email: str | None) -> str | None:
    """Return the domain of an address, where few have one; nothing where anyone may."""
    domain = (email or "").rpartition("@")[2].lower()
    return domain if domain and domain not in PROVIDERS else None
