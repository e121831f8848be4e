"""The worker is killed at random moments: every letter arrives, and none but its own twin twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.db import db, now
from forum.events import crowds
from forum.events.models import Notice
from forum.events.recording import record
from forum.mail import outbox
from forum.mail.models import Letter
from tests.cast import Make
from tests.crashes import ROOT
from tests.post_office import opened
from tests.test_letters import confirmed
from tests.thoroughness import examples

KILLS = examples(24)
READERS = 12

WORK = """
import sys
from forum import create_app
from forum.events import crowds
from forum.mail import outbox
crowds.BATCH = 2
app = create_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1], "MAIL_URL": sys.argv[2]})
with app.app_context():
    print("at work", flush=True)
    while True:
        crowds.tell_next()
        outbox.send_next()
"""


@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.slow
def test_killed_at_random_moments_it_loses_none_and_sends_none_but_twins(
    app: Flask, make: Make
) -> None:
    reply = make.proposal(make.essay())
    with app.app_context():
        address = db.engine.url.render_as_string(hide_password=False)
    chance = random.Random(7)
    with opened() as office:
        for kill in range(KILLS):
            if kill % 4 == 0:
                for _n in range(READERS // 4):
                    reader = confirmed(app, make.user())
                    make.vote(reader, reply)
                with app.app_context():
                    record("was_it_done", ("reply", reply.id))
                    db.session.commit()
            said = [sys.executable, "-c", WORK, address, office.url]
            place = {**os.environ, "FORUM_INSTANCE_PATH": app.instance_path}
            worker = subprocess.Popen(said, cwd=ROOT, env=place, stdout=subprocess.PIPE)
            assert worker.stdout is not None
            worker.stdout.readline()
            try:
                worker.wait(chance.uniform(0.0, 0.4))
            except subprocess.TimeoutExpired:
                worker.send_signal(signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
            with app.app_context():
                db.session.execute(update(Letter).values(next_at=now()))
                db.session.commit()
        finish(app, office.url)
        letters = list(office.letters)
    with app.app_context():
        told = db.session.scalar(select(func.count(Notice.id))) or 0
        unsent = Notice.rhythm.is_not(None), Notice.mailed_at.is_(None)
        assert db.session.scalar(select(func.count(Notice.id)).where(*unsent)) == 0
        assert told == sum((n + 1) * READERS // 4 for n in range(KILLS // 4))
    once = {(letter["To"], letter["Message-ID"]) for letter in letters}
    readers = Counter(to for to, _number in once)
    assert len(readers) == READERS // 4 * (KILLS // 4), "every reader got a letter"
    numbers = Counter(number for _to, number in once)
    assert set(numbers.values()) == {1}, "what comes twice is the same letter, to the same reader"
    assert len(letters) - len(once) <= KILLS, "one twin a kill at most"


def finish(app: Flask, url: str) -> None:
    """Let a worker that nobody kills do what is left."""
    before = app.config["MAIL_URL"]
    app.config["MAIL_URL"] = url
    with app.app_context():
        while crowds.tell_next() or outbox.send_next():
            pass
    app.config["MAIL_URL"] = before
