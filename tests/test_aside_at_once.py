"""Votes that are set aside while others act: decided once, and no vote slips past."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from flask import Flask

from forum.replies.changing import hold
from forum.votes import casting, setting_aside
from forum.votes.asides import AsideVote
from tests.asides import Asides
from tests.cast import Make
from tests.conftest import Browser
from tests.test_aside_counts import has_no_drift, rows_of
from tests.test_concurrency import sender


@pytest.fixture
def asides(make: Make) -> Asides:
    return Asides(make)


def test_a_vote_on_what_was_written_while_it_is_decided_is_set_aside_as_well(
    app: Flask, make: Make, visit: Browser, asides: Asides, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay, ben, cam = make.essay(), make.user(), make.user()
    make.vote(cam, make.proposal(essay, support=1))
    number = asides.propose(essay, make.user(role="moderator"), [cam])
    window, dee = visit(cam), make.user(role="moderator")
    voting, agreed, started = Event(), Event(), list[Future[tuple[Any, int]]]()
    record = casting.recorded

    def write_and_vote() -> tuple[Any, int]:
        reply = make.proposal(essay, ben)
        return reply, sender(app, window, f"/replies/{reply.id}/vote", {"value": "support"})()

    def hold_late(*rows: Any) -> None:
        """Hold the essay once somebody is voting on a proposal that is not held; SQLite, which has
        one writer at a time, lets nobody write meanwhile."""
        if not started:
            started.append(pool.submit(write_and_vote))
            voting.wait(timeout=1)
        hold(*rows)

    def record_late(*table: Any) -> Any:
        """Write a vote down after all is decided, unless that waits for it."""
        voting.set()
        agreed.wait(timeout=1)
        return record(*table)

    monkeypatch.setattr(setting_aside, "hold", hold_late)
    monkeypatch.setattr(casting, "recorded", record_late)
    with ThreadPoolExecutor(1) as pool:
        asides.agree(number, dee)
        agreed.set()
        reply, status = started[0].result(timeout=30)
    assert status == 303
    assert make.fresh(reply).support == 0
    assert len(rows_of(app, AsideVote)) == 2
    assert has_no_drift(app)
