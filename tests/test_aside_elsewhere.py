"""Votes set aside among everything else: imports, backups, pictures, feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.votes.asides import AsideVote, set_aside_in
from tests.asides import Asides
from tests.cast import Make
from tests.conftest import Browser
from tests.test_aside import Crowd
from tests.test_aside_counts import has_no_drift, rows_of
from tests.test_backup import Command, file, flask, postgresql
from tests.test_polis import VOTES, Import, bring, essay, folder, proposals

__all__ = ["bring", "essay", "file", "flask", "folder", "postgresql"]


@pytest.fixture
def asides(make: Make) -> Asides:
    return Asides(make)


def test_an_imported_voter_stays_set_aside_when_the_discussion_is_imported_again(
    app: Flask, bring: Import, essay: Essay, folder: Path, asides: Asides
) -> None:
    assert bring().exit_code == 0
    before = rows_of(app)
    first = proposals(app)[0]
    with app.app_context():
        six = db.session.scalars(select(User).where(User.source.endswith(":6"))).one()
    number = asides.set_aside(essay, six)
    assert {row[1] for row in rows_of(app, AsideVote)} == {six.id}
    assert bring().exit_code == 0
    assert rows_of(app) | rows_of(app, AsideVote) == before
    more = "1500000011000,0,6,-1\n1500000011000,2,6,1\n"
    (folder / "votes.csv").write_text(VOTES + more, encoding="utf-8")
    assert bring().exit_code == 0
    aside = {row[0]: row[2] for row in rows_of(app, AsideVote)}
    third = next(each for each in proposals(app) if each.source == "polis:2")
    assert aside == {first.id: "oppose", third.id: "support"}
    assert six.id not in {row[1] for row in rows_of(app)}
    assert has_no_drift(app)
    asides.undo(number)
    assert {row[:3] for row in rows_of(app)} >= {
        (first.id, six.id, "oppose"),
        (third.id, six.id, "support"),
    }
    assert has_no_drift(app)


def test_a_backup_brings_back_what_is_set_aside_and_by_whom(
    app: Flask, flask: Command, make: Make, file: Path, asides: Asides
) -> None:
    where, cam = make.essay(), make.user()
    reply = make.proposal(where, support=1)
    make.vote(cam, reply)
    number = asides.set_aside(where, cam)
    kept = rows_of(app), rows_of(app, AsideVote)
    assert flask("backup", str(file)).exit_code == 0
    asides.undo(number)
    assert make.fresh(reply).support == 2
    assert flask("restore", str(file), "--yes").exit_code == 0
    assert (rows_of(app), rows_of(app, AsideVote)) == kept
    with app.app_context():
        assert set_aside_in(where.id) == (1, 1)
    assert make.fresh(reply).support == 1
    assert has_no_drift(app)
    asides.undo(number)
    assert make.fresh(reply).support == 2


def test_the_landscape_shows_what_counts_alone(app: Flask, make: Make, visit: Browser) -> None:
    crowd = Crowd(app, make, visit)
    path = f"/essays/{crowd.essay.slug}/landscape"
    lifted = visit().get(path).text
    assert "14 support, 5 oppose" in lifted
    crowd.agreed()
    page = visit().get(path).text
    assert "14 support" not in page
    assert "2 support, 5 oppose" in page
    assert "9 support, 1 oppose" in page


def test_feeds_tell_of_it_in_the_log_and_of_no_voter(
    app: Flask, make: Make, visit: Browser
) -> None:
    crowd = Crowd(app, make, visit)
    zed = visit()
    paths = ("/feed.atom", f"/essays/{crowd.essay.slug}/feed.atom", "/moderation/log.atom")
    before = {path: zed.get(path).text for path in paths}
    number = crowd.agreed()
    told: dict[str, Any] = {path: zed.get(path).text for path in paths}
    assert "24 votes of 12 people" in told["/moderation/log.atom"]
    assert "24 votes of 12 people" not in before["/moderation/log.atom"]
    assert not any(person.name in text for person in crowd.people for text in told.values())
    Asides(make).undo(number)
    assert "Undone: Votes set aside" in zed.get("/moderation/log.atom").text
