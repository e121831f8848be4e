"""Votes that wait in a browser's session: a stranger's until they have come in, and those of
whoever has yet to agree to a text until they do."""

from __future__ import annotations

from flask import session

KEY = "votes"
MOST = 100
"""Votes that a session holds, which is a cookie."""


def keep_vote(reply_id: int, value: str) -> None:
    """Keep a vote, or let go of the one kept before; of too many the first is let go."""
    votes = kept_votes()
    votes.pop(reply_id, None)
    if value != "none":
        votes[reply_id] = value
    keep_votes(votes)


def keep_votes(votes: dict[int, str]) -> None:
    """Keep exactly these votes, by the number of their proposal."""
    session.pop(KEY, None)
    if votes:
        session[KEY] = {str(number): votes[number] for number in list(votes)[-MOST:]}


def kept_votes() -> dict[int, str]:
    """Return the votes that this browser keeps, by the number of their proposal."""
    return {int(number): value for number, value in session.get(KEY, {}).items()}
