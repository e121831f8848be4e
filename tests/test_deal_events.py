"""Who is told of deals: that one is met, that it has changed, and that a discussion is paused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import User
from forum.answers.timing import tell_of_due_days
from forum.bodies.models import Body
from forum.db import db
from forum.essays.models import Essay
from forum.events.following import follow
from forum.events.models import Event
from forum.moderation.acting import act, held, undo
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.replies.reasons import Reason
from tests.cast import Make
from tests.circle import Circle
from tests.clock import Clock, standing_clock
from tests.hearing import heard as listened
from tests.test_deals import START
from tests.test_events import told

TOOK_PART = {"Ben", "Cam", "Eve", "Gil"}
"""The author of the proposal, who voted on it, commented under it, and asked to be told of it."""
DISCUSSED = TOOK_PART - {"Gil"} | {"Fay", "Hal", "Ann"}
"""Whoever wrote or voted in the discussion, or asked to be told of it."""
OF_SEATS = ("due", "due_soon", "due_today", "overdue")


@pytest.fixture
def council(make: Make) -> Body:
    """A body for which Ines speaks; Jan's seat ended long ago. Kim follows it."""
    circle, body = Circle(make), make.body()
    circle.seat(body, make.user("Ines"))
    circle.seat(body, make.user("Jan"), -90, -60)
    circle.seat(circle.body("Another body"), make.user("Lou"))
    kim = make.user("Kim")
    with make.app.app_context():
        follow(kim, ("body", body.id), on=True)
        db.session.commit()
    return body


@pytest.fixture
def proposal(make: Make, council: Body) -> Reply:
    """Ben's proposal, one vote short of its deal; others took part in the discussion alone."""
    essay = make.deal(make.essay(), council, bound=0.1, voters=2, hold_days=0)
    reply = make.proposal(essay, make.user("Ben"))
    make.vote(make.user("Cam"), reply)
    make.comment(reply, make.user("Eve"))
    other = make.proposal(essay, make.user("Fay"))
    make.vote(make.user("Hal"), other, "oppose")
    make.vote(make.user("Zed"), make.proposal(make.essay("Another")))
    gil, ann = make.user("Gil"), make.user("Ann")
    with make.app.app_context():
        follow(gil, ("reply", reply.id), on=True)
        follow(ann, ("essay", essay.id), on=True)
        db.session.commit()
    return reply


def person(app: Flask, name: str) -> User:
    """Return the person of this name."""
    with app.app_context():
        return db.session.scalars(select(User).where(User.name == name)).one()


def on_discussion(make: Make, essay_id: int, name: str, by: User, **options: Any) -> Action:
    """Let a facilitator act on a discussion."""
    with make.app.app_context():
        decision = Decision(by, Reason.OTHER, "There is an election.")
        action = act(kind_named(name), held(Essay, essay_id), decision, options)
        db.session.commit()
        return action


def test_that_the_deal_is_met_reaches_those_who_took_part_and_who_is_to_answer(
    app: Flask, make: Make, visit: Any, council: Body, proposal: Reply
) -> None:
    assert told(app, "rule_met") == told(app, "due") == set()
    last = make.user("Mia")
    make.vote(last, proposal)
    assert told(app, "rule_met") == TOOK_PART | {"Mia", "Kim"}
    assert told(app, "due") == {"Ines"}
    page = visit(last).get("/notices").text
    assert "It has met the deal: an answer is due" in page
    assert f"{council.names['en']}, by " in page
    assert "has not agreed" not in page
    make.vote(make.user("Nan"), proposal)
    assert "Nan" not in told(app, "rule_met"), "it comes due once"


def test_that_a_body_was_only_asked_is_said_with_the_news(
    app: Flask, make: Make, visit: Any, council: Body
) -> None:
    essay = make.deal(make.essay(), council, agreed=False, bound=0.1, hold_days=0)
    make.proposal(essay, ben := make.user("Ben"), support=1)
    assert {"Ben", "Kim"} <= told(app, "rule_met")
    assert "It has been asked, and has not agreed." in visit(ben).get("/notices").text


@pytest.mark.parametrize("how", ["resumed", "undone"])
def test_a_pause_and_its_end_reach_those_who_took_part_with_the_reason(
    app: Flask, make: Make, visit: Any, proposal: Reply, how: str
) -> None:
    by = make.user("Fred", role="facilitator")
    paused = on_discussion(make, proposal.essay_id, "pause", by, because="There is an election.")
    assert told(app, "paused") == DISCUSSED
    if how == "resumed":
        on_discussion(make, proposal.essay_id, "resume", by)
    else:
        with app.app_context():
            essay = held(Essay, proposal.essay_id)
            undo(db.session.get_one(Action, paused.id), essay, Decision(by, Reason.MISTAKE))
            db.session.commit()
    assert told(app, "resumed") == DISCUSSED
    assert "There is an election." in visit(person(app, "Cam")).get("/notices").text


def test_that_a_deal_has_changed_reaches_those_who_took_part_with_the_reason(
    app: Flask, make: Make, visit: Any, council: Body, proposal: Reply
) -> None:
    fay = make.user("Fred", role="facilitator")
    path = f"/essays/{proposal.essay.slug}/deal/edit"
    form = {"promise": "no", "because": "The council has resigned.", "state": "1"}
    assert visit(fay).post(path, form).status_code == 303
    assert told(app, "deal_changed") == DISCUSSED
    page = visit(person(app, "Cam")).get("/notices").text
    assert "Who answers what by when has changed" in page
    assert "The council has resigned." in page


def test_a_deal_fixed_before_the_discussion_opens_tells_nobody(app: Flask, make: Make) -> None:
    make.deal(make.essay(state="draft"), bound=0.5, hold_days=7)
    assert told(app, "deal_changed") == set()


def test_a_body_is_told_seven_days_before_on_the_day_and_once_it_has_passed(
    app: Flask, make: Make, council: Body
) -> None:
    with standing_clock(START):
        essay = make.deal(make.essay(), council, bound=0.1, hold_days=0, days=20)
        make.proposal(essay, support=1)
        heard = {}
        for days in (0, 12, 13, 20, 21):
            Clock.moment = START + timedelta(days=days)
            with app.app_context():
                tell_of_due_days()
            heard[days] = {kind for kind in OF_SEATS if told(app, kind) == {"Ines"}}
    assert heard[0] == heard[12] == {"due"}
    assert heard[13] == {"due", "due_soon"}
    assert heard[20] == {"due", "due_soon", "due_today"}
    assert heard[21] == set(OF_SEATS)


def test_the_worker_looks_for_days_in_a_statement_a_kind_once_all_are_told(
    app: Flask, make: Make, council: Body
) -> None:
    circle = Circle(make)
    for days in (-3, -2, 0, 4):
        circle.due(make.proposal(make.essay()), council, days)
    sent: list[str] = []
    with app.app_context():
        assert tell_of_due_days()
        engine = db.engine
        with listened(engine, lambda statement, _given: sent.append(statement)):
            assert not tell_of_due_days()
    assert len([each for each in sent if each.startswith("SELECT")]) == 3
    assert not [each for each in sent if each.startswith("BEGIN IMMEDIATE")]


def test_whoever_was_only_asked_is_told_before_and_on_the_day_and_never_after(
    app: Flask, make: Make, council: Body
) -> None:
    circle, essay = Circle(make), make.essay()
    for days in (-1, 0, 3):
        circle.due(make.proposal(essay), council, days, agreed=False)
    with app.app_context():
        assert tell_of_due_days()
        kinds = select(Event.kind).where(Event.kind.in_(OF_SEATS)).order_by(Event.kind)
        assert list(db.session.scalars(kinds)) == ["due_soon", "due_today"]
