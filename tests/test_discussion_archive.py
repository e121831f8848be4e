"""A discussion as one archive: everything, with checksums, and nobody's vote."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from forum.accounts.admissions import OpenTo, let_in
from forum.db import db, now
from forum.essays.models import Essay
from forum.exports.snapshot import open_snapshot
from forum.invitations.models import Invitation
from forum.privacy.discussion_archive import archive
from forum.rooms.entering import enter_room, open_room
from forum.votes.models import RoomVote
from tests.cast import Make
from tests.test_rooms import Workshop


def rows_of(packed: ZipFile, name: str) -> list[dict[str, Any]]:
    """Return a list of the archive."""
    return [json.loads(line) for line in packed.read(f"{name}.jsonl").splitlines()]


def test_an_archive_holds_the_whole_discussion_and_no_voter(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner
) -> None:
    essay, ben, fay = make.essay(), make.user("Ben"), make.user("Fay", role="facilitator")
    shown = make.proposal(essay, ben, title="Open the archive", support=3)
    hidden = make.proposal(essay, ben, title="Rude words")
    make.proposal(make.essay("Another"), ben, title="Elsewhere")
    make.decide("hide", hidden, make.user("Dee", role="moderator"))
    make.brief(fay, essay)
    asked = visit(fay).post(f"/essays/{essay.slug}/archive")
    assert asked.status_code == 303
    runner.invoke(args=["worker", "--once"])
    assert "seven days" in visit(fay).get(asked.location).get_data(as_text=True)
    answer = visit(fay).get(f"{asked.location}/file")
    assert answer.mimetype == "application/zip"
    with ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        listed = json.loads(packed.read("manifest.json"))["files"]
        assert {each["name"] for each in listed} | {"manifest.json"} == set(packed.namelist())
        for each in listed:
            content = packed.read(each["name"])
            assert each["size"] == len(content)
            assert each["sha256"] == hashlib.sha256(content).hexdigest()
        replies = {row["title"]: row for row in rows_of(packed, "replies")}
        assert set(replies) == {"Open the archive", "Rude words"}
        assert replies["Rude words"]["status"] == "hidden"
        assert replies["Open the archive"]["author"] == "Ben"
        assert [row["kind"] for row in rows_of(packed, "moderation")] == ["hide"]
        votes = rows_of(packed, "votes")
        assert [(row["reply_id"], row["value"]) for row in votes] == [(shown.id, "support")] * 3
        assert not {"user_id", "voted_at", "first_at"} & set(votes[0])
        assert any(name.endswith(".csv") for name in packed.namelist())


def test_an_archive_says_what_let_people_in_and_not_whom(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, ben, fay = make.essay(), make.user("Ben"), make.user("Fay", role="facilitator")
    proposal = make.proposal(essay)
    with app.test_request_context():
        let_in(ben, essay.id, OpenTo.DECLARED, "I live here")
        db.session.add(Invitation(address="cam@example.org", essay_id=essay.id))
        room = open_room(essay, fay, "Library", 10, now(), now() + timedelta(hours=1))
        zoe = enter_room(room, "Zoe")
        code = room.code
        db.session.add(
            RoomVote(
                reply_id=proposal.id, user_id=zoe.id, essay_id=essay.id, value="oppose", version=1
            )
        )
        db.session.commit()
        with open_snapshot() as snapshot:
            content = b"".join(archive(snapshot, essay))
    with ZipFile(io.BytesIO(content)) as packed:
        assert rows_of(packed, "admissions")[0]["said"] == "I live here"
        assert rows_of(packed, "room_votes")[0]["value"] == "oppose"
        assert [row["name"] for row in rows_of(packed, "rooms")] == ["Library"]
        names = ("admissions", "invitations", "rooms", "room_places", "room_votes")
        found = {name: rows_of(packed, name) for name in names}
        assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(names, 1)
        assert not {"user_id", "address", "code"} & {
            key for rows in found.values() for key in rows[0]
        }
        assert code not in str(found)


def test_names_are_withheld_where_the_site_withholds_them(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = make.essay()
    make.decide("hide", make.proposal(essay, make.user("Benedict")), make.user("Deirdre"))
    monkeypatch.setitem(app.config, "EXPORT_AUTHORS", "withheld")
    monkeypatch.setitem(app.config, "MODERATORS_SHOWN", False)
    with app.test_request_context(), open_snapshot() as snapshot:
        content = b"".join(archive(snapshot, essay))
    with ZipFile(io.BytesIO(content)) as packed:
        said = b"".join(packed.read(name) for name in packed.namelist())
        decided = rows_of(packed, "moderation")
    assert b"Benedict" not in said
    assert b"Deirdre" not in said
    assert [row["kind"] for row in decided] == ["hide"]
    assert not {"user_id", "by_id", "by_name"} & set(decided[0])


def test_of_who_is_struck_in_a_room_files_tell_how_many(app: Flask, make: Make, visit: Any) -> None:
    workshop = Workshop(make, make.essay())
    guests = workshop.crowd(3, make.proposal(workshop.essay))
    workshop.present(3)
    workshop.strike(guests[1:])
    with app.test_request_context(), open_snapshot() as snapshot:
        content = b"".join(archive(snapshot, workshop.essay))
    with ZipFile(io.BytesIO(content)) as packed:
        struck = rows_of(packed, "moderation")[-1]
    name = f"room:{workshop.room.id}"
    assert struck["before"] == {name: {"present": 3, "struck": 0}}
    assert struck["after"] == {name: {"present": 3, "struck": 2}}
    said = visit(make.user(role="moderator")).get("/moderation/log.csv").text
    assert "'struck': 2" in said


@pytest.mark.one_database
def test_an_archive_needs_no_more_memory_for_a_longer_discussion(app: Flask, make: Make) -> None:
    def peak(essay: Essay) -> int:
        tracemalloc.start()
        with app.test_request_context(), open_snapshot() as snapshot:
            assert sum(map(len, archive(snapshot, essay)))
            used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    short, long = make.essay("Short"), make.essay("Long")
    make.proposal(short, body="x" * 9_000)
    for number in range(120):
        make.proposal(long, body=f"{number} " + "y" * 9_000)
    peak(short)
    assert peak(long) < peak(short) + 4 * 1024**2
