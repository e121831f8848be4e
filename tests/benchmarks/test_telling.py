"""An answer to a proposal on which very many voted: the request, telling them all, and memory.

``FORUM_BENCH_TELL`` says how many voted (5,000 without it; the promise is about 100,000).
"""

from __future__ import annotations

import os
import time
import tracemalloc

from flask import Flask
from sqlalchemy import func, insert, select

from forum.accounts.contacts import Contact
from forum.accounts.models import User
from forum.db import db, now
from forum.events import crowds
from forum.events.models import Notice
from forum.events.recording import record
from forum.mail.models import Letter
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.cast import HASH, Make
from tests.circle import Circle

VOTERS = int(os.environ.get("FORUM_BENCH_TELL", "5000"))
MOST_TO_ANSWER = 0.2
"""Seconds in which a body's answer is published."""
MOST_TO_TELL = 60.0
MOST_MEMORY = 16 * 1024 * 1024
"""Bytes above what was taken before."""


def fill(reply: Reply) -> None:
    """Let so many people with confirmed addresses vote on a proposal, as rows."""
    moment, first = now(), 10_000
    numbers = range(first, first + VOTERS)
    people = [
        {
            "id": number,
            "name": f"Reader {number}",
            "name_skeleton": f"reader {number}",
            "email": f"reader{number}@example.org",
            "password_hash": HASH,
        }
        for number in numbers
    ]
    votes = [
        {
            "reply_id": reply.id,
            "user_id": number,
            "essay_id": reply.essay_id,
            "value": "support",
            "version": 1,
            "voted_at": moment,
        }
        for number in numbers
    ]
    db.session.execute(insert(User), people)
    confirmed = {"confirmed_at": moment, "unread": 0, "bounces": 0, "mailed": 0}
    db.session.execute(insert(Contact), [{"user_id": number, **confirmed} for number in numbers])
    db.session.execute(insert(Vote), votes)
    db.session.commit()


def test_telling_everyone_who_voted(app: Flask, make: Make) -> None:
    reply, circle, ines = make.proposal(make.essay()), Circle(make), make.user("Ines")
    circle.seat(body := circle.body(), ines)
    with app.app_context():
        fill(reply)
        while crowds.tell_next():
            pass
    begin = time.perf_counter()
    circle.answer(reply, body, ines)
    answered_in = time.perf_counter() - begin
    with app.app_context():
        begin = time.perf_counter()
        longest = 0.0
        while True:
            batch = time.perf_counter()
            if not crowds.tell_next():
                break
            longest = max(longest, time.perf_counter() - batch)
        told = time.perf_counter() - begin
        print(
            f"{VOTERS:,}: answered {answered_in:.3f} s, told {told:.1f} s, a batch {longest:.2f} s"
        )
        answered = select(func.count(Notice.id)).join(Notice.event)
        assert (db.session.scalar(answered) or 0) >= VOTERS
        letters = db.session.scalar(select(func.count(Letter.id))) or 0
        assert letters == VOTERS
        assert answered_in < MOST_TO_ANSWER
        assert told < MOST_TO_TELL


def test_telling_takes_no_more_memory_for_more_people(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    with app.app_context():
        fill(reply)
        record("answered", ("reply", reply.id))
        db.session.commit()
        crowds.tell_next()
        tracemalloc.start()
        while crowds.tell_next():
            pass
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MOST_MEMORY
