"""Who took part: a number that is kept as people come and go, whoever writes and by which way."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, text, update

from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.replies.writing import set_status
from forum.votes.models import Vote
from forum.votes.people import EssayPerson, PeopleCount, check_people, mend_people, people_by_essay
from tests.cast import Make


def number(essay: Essay) -> int:
    return people_by_essay([essay.id]).get(essay.id, 0)


def test_whoever_writes_or_votes_took_part_once(app: Flask, make: Make) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    reply = make.proposal(essay, ben)
    other = make.proposal(essay, ben)
    with app.app_context():
        assert number(essay) == 1
    for value in ("support", "oppose"):
        make.vote(cam, reply, value)
        make.vote(cam, other, value)
    with app.app_context():
        assert number(essay) == 2
        db.session.execute(delete(Vote).where(Vote.reply_id == other.id))
        assert number(essay) == 2
        db.session.execute(delete(Vote))
        assert number(essay) == 1
        assert check_people([essay.id]) == []
        db.session.commit()


def test_what_is_not_shown_makes_nobody_take_part(app: Flask, make: Make) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben)
    with app.app_context():
        for status, there in (("hidden", 0), ("visible", 1), ("withdrawn", 0)):
            set_status(db.session.get_one(Reply, reply.id), status)
            db.session.commit()
            assert number(essay) == there
            assert check_people([essay.id]) == []


def test_a_discussion_that_moves_takes_its_people_with_it(app: Flask, make: Make) -> None:
    one, other, cam = make.essay(), make.essay("Another"), make.user("Cam")
    reply = make.proposal(one)
    make.vote(cam, reply)
    with app.app_context():
        for table in (Reply, Vote):
            db.session.execute(update(table).values(essay_id=other.id))
        db.session.commit()
        assert (number(one), number(other)) == (0, 2)
        assert check_people([one.id, other.id]) == []


def test_who_leaves_the_forum_leaves_its_discussions(app: Flask, make: Make) -> None:
    essay, cam = make.essay(), make.user("Cam")
    make.vote(cam, make.proposal(essay))
    with app.app_context():
        db.session.execute(text("DELETE FROM users WHERE id = :id"), {"id": cam.id})
        db.session.commit()
        assert number(essay) == 1
        assert check_people([essay.id]) == []


def test_many_at_once_are_counted_as_one_by_one(app: Flask, make: Make) -> None:
    essay = make.essay()
    replies = [make.proposal(essay, support=2) for _ in range(2)]
    people = [make.user() for _ in range(5)]
    rows = [
        {"reply_id": r.id, "user_id": p.id, "essay_id": essay.id, "value": "support", "version": 1}
        for r in replies
        for p in people
    ]
    with app.app_context():
        before = number(essay)
        db.session.execute(insert(Vote), rows)
        db.session.commit()
        assert number(essay) == before + 5
        assert check_people([essay.id]) == []


def test_what_went_astray_is_found_and_mended(app: Flask, make: Make) -> None:
    essay = make.essay()
    make.proposal(essay, support=3)
    with app.app_context():
        db.session.execute(update(PeopleCount).values(people=PeopleCount.people + 1))
        db.session.execute(update(EssayPerson).values(marks=7))
        drifts = check_people([essay.id])
        assert {drift.table for drift in drifts} == {"essay_people", "essay_people_counts"}
        mend_people(drifts)
        assert check_people([essay.id]) == []
        assert number(essay) == 4


def test_the_first_page_reads_no_votes(make: Make, visit: Any, statements: Any) -> None:
    make.proposal(make.essay(), support=2)
    assert not [each for each in statements(visit(), "/") if "FROM votes" in each]
