"""Events: who hears of what, and nobody else; told once, whatever dies half-way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from forum.accounts.contacts import Contact
from forum.accounts.models import Moderator, User
from forum.db import db, now
from forum.essays.closing import tell_of_closing
from forum.essays.models import Essay
from forum.essays.opening import publish
from forum.events import crowds
from forum.events.following import follow, is_followed
from forum.events.kinds import KINDS
from forum.events.models import Event, Notice, Preference
from forum.events.recording import forget_event, record
from forum.moderation.timing import tell_of_waiting
from forum.replies.models import Reply, reply_for_update
from forum.replies.reviews import send_reply
from forum.replies.writing import Content
from tests import crashes
from tests.cast import Make
from tests.clock import Clock, standing_clock


def tell_all(app: Flask) -> None:
    """Let the worker tell everyone."""
    with app.app_context():
        while crowds.tell_next():
            pass


def told(app: Flask, kind: str = "") -> set[str]:
    """Return the names of those who have a notice of this kind."""
    tell_all(app)
    with app.app_context():
        query = select(User.name).join(Notice, Notice.user_id == User.id).join(Notice.event)
        return set(db.session.scalars(query.where(Event.kind == kind) if kind else query))


def say(app: Flask, author: User, on: Reply, body: str = "I have a thought.") -> int:
    """Comment as people do; return the comment's number."""
    with app.test_request_context():
        parent = reply_for_update(on.id)
        assert parent is not None
        words = Content(body=body, stance="support" if parent.is_proposal else None)
        comment, _new = send_reply(parent.essay, author, words, parent)
        db.session.commit()
        return comment.id


@pytest.fixture
def cast(make: Make) -> dict[str, User]:
    roles = {"Ada": "admin", "Dee": "moderator", "Fay": "facilitator"}
    names = ("Ada", "Ben", "Cam", "Dee", "Eve", "Fay", "Gil", "Zed")
    return {name: make.user(name, role=roles.get(name, "reader")) for name in names}


@pytest.fixture
def proposal(make: Make, cast: dict[str, User]) -> Reply:
    """Ben's proposal: Cam voted, Eve commented, Gil asked to be told, Zed did nothing of that.

    Fay voted on another proposal of the discussion.
    """
    essay = make.essay()
    reply = make.proposal(essay, cast["Ben"])
    make.vote(cast["Cam"], reply, "oppose")
    make.comment(reply, cast["Eve"])
    make.vote(cast["Fay"], make.proposal(essay, cast["Ben"]))
    other = make.proposal(make.essay("Another"), cast["Zed"])
    make.vote(cast["Ada"], other)
    with make.app.app_context():
        follow(cast["Gil"], ("reply", reply.id), on=True)
        db.session.commit()
    return reply


TOOK_PART = {"Cam", "Eve", "Gil"}
DISCUSSED = {"Ben", "Cam", "Eve", "Fay"}
MODERATE = {"Ada", "Dee", "Hal"}
NOBODY: set[str] = set()
HEARD = {
    "changed": {"Cam", "Gil"},
    **dict.fromkeys(("merged", "hidden", "moved", "restored"), TOOK_PART),
    **dict.fromkeys(("in_brief", "rule_met", "answered", "acknowledged"), TOOK_PART),
    **dict.fromkeys(("promise_late", "promise_kept", "was_it_done"), TOOK_PART),
    **dict.fromkeys(("closing_soon", "closed", "reopened", "paused"), DISCUSSED),
    **dict.fromkeys(("resumed", "deal_changed", "brief_published"), DISCUSSED),
    **dict.fromkeys(("waiting", "waits_long"), MODERATE),
    **dict.fromkeys(("due", "due_soon", "due_today", "overdue"), NOBODY),
    "opened": {"Ivy"},
    "proposed": {"Ivy", "Jan"},
    **dict.fromkeys(("commented", "replied", "mentioned"), NOBODY),
    **dict.fromkeys(("moderated", "report_decided", "quote_decided"), NOBODY),
    **dict.fromkeys(("votes_aside", "votes_counted", "votes_stay_aside"), NOBODY),
    **dict.fromkeys(("aside_waits", "aside_appealed"), NOBODY),
}
"""Whom the worker tells of each kind, of an event of the proposal's or of its discussion."""


def test_the_table_of_who_hears_knows_every_kind() -> None:
    assert set(HEARD) == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", sorted(HEARD))
def test_an_event_reaches_those_it_should_and_nobody_else(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply, kind: str
) -> None:
    hal, ivy, jan, kim = (make.user(name) for name in ("Hal", "Ivy", "Jan", "Kim"))
    of_essay = HEARD[kind] == DISCUSSED or kind in {"waiting", "opened"}
    with app.app_context():
        db.session.add(Moderator(essay_id=proposal.essay_id, user_id=hal.id))
        follow(ivy, ("site", 0), on=True)
        follow(ivy, ("essay", proposal.essay_id), on=True, lever="policy")
        follow(jan, ("essay", proposal.essay_id), on=True, lever="policy")
        follow(kim, ("essay", proposal.essay_id), on=True, lever="market")
        subject = ("essay", proposal.essay_id) if of_essay else ("reply", proposal.id)
        facts = {"lever": "policy", "closes_at": now().isoformat()}
        record(kind, subject, essay_id=proposal.essay_id, facts=facts)
        db.session.commit()
    assert told(app, kind) == HEARD[kind]


def test_whoever_did_it_is_not_told_nor_who_cannot_sign_in(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        pseudonym = db.session.get_one(User, cast["Eve"].id)
        pseudonym.email = pseudonym.password_hash = None
        record("answered", ("reply", proposal.id), by=cast["Cam"], but=[cast["Gil"].id])
        db.session.commit()
    assert told(app) == set()


def test_the_audience_is_that_of_the_moment(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        record("answered", ("reply", proposal.id))
        db.session.commit()
    make.vote(cast["Zed"], proposal)
    make.vote(cast["Cam"], proposal, "support")
    make.comment(proposal, cast["Fay"])
    assert told(app) == TOOK_PART, "a changed mind is no later vote"


def test_whoever_takes_their_hand_off_a_proposal_hears_no_more_of_it(
    app: Flask, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        follow(cast["Cam"], ("reply", proposal.id), on=False)
        follow(cast["Ben"], ("reply", proposal.id), on=False)
        record("answered", ("reply", proposal.id), to=[cast["Ben"].id])
        db.session.commit()
        assert is_followed(cast["Cam"], ("reply", proposal.id)) is False
    assert told(app) == {"Eve", "Gil"}
    with app.app_context():
        follow(cast["Cam"], ("reply", proposal.id), on=True)
        record("answered", ("reply", proposal.id))
        db.session.commit()
    assert told(app) == TOOK_PART


def test_who_wants_to_hear_nothing_of_a_topic_hears_only_what_is_always_said(
    app: Flask, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        for topic in ("answers", "moderation"):
            db.session.add(Preference(user_id=cast["Cam"].id, topic=topic, rhythm="never"))
        record("answered", ("reply", proposal.id))
        record("moderated", ("reply", proposal.id), to=[cast["Cam"].id])
        db.session.commit()
    assert told(app, "answered") == {"Eve", "Gil"}
    assert told(app, "moderated") == {"Cam"}


def test_a_comment_tells_the_author_a_reply_whom_it_answers(
    app: Flask, cast: dict[str, User], proposal: Reply, make: Make
) -> None:
    first = say(app, cast["Cam"], proposal, "First.")
    assert told(app, "commented") == {"Ben"}
    with app.app_context():
        comment = db.session.get_one(Reply, first)
    say(app, cast["Zed"], comment, "Second.")
    assert told(app, "replied") == {"Cam"}
    say(app, cast["Ben"], proposal, "My own words on my own proposal.")
    say(app, cast["Zed"], comment, "Second.")
    with app.app_context():
        number = db.session.scalar(select(func.count()).where(Event.kind == "commented"))
    assert number == 2, "one's own comments and what is sent twice tell nobody"


def test_a_comment_that_waits_tells_once_it_is_shown(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    with app.test_request_context():
        parent = reply_for_update(proposal.id)
        assert parent is not None
        words = Content(body="I wait.", stance="support")
        waits, _new = send_reply(parent.essay, cast["Cam"], words, parent, at_once=False)
        db.session.commit()
    assert told(app, "commented") == set()
    assert told(app, "waiting") == {"Ada", "Dee"}
    make.decide("keep", waits, cast["Dee"], "fits")
    assert told(app, "commented") == {"Ben"}


def test_names_reach_people_of_this_discussion_five_at_most(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    people = [make.user(f"Person Number {n}x") for n in range(7)]
    for person in people:
        make.comment(proposal, person)
    make.comment(proposal, make.user("Eve"))
    make.comment(proposal, make.user("Mallory"), status="hidden")
    body = "@zed @Mallory @Eve @Cam @Fay, and ben@Person. Then "
    say(app, cast["Cam"], proposal, body + " ".join(f"@{each.name}!" for each in people))
    assert told(app, "mentioned") == {f"Person Number {n}x" for n in range(5)}


def test_a_vote_is_its_own_follow_and_costs_no_row(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        count = text("SELECT (SELECT COUNT(*) FROM follows) + (SELECT COUNT(*) FROM events)")
        before = db.session.scalar(count)
        db.session.rollback()
        make.vote(cast["Zed"], proposal)
        assert db.session.scalar(count) == before


def test_an_event_with_a_key_happens_once_and_can_be_taken_back(
    app: Flask, cast: dict[str, User], proposal: Reply
) -> None:
    with app.app_context():
        for _time in range(2):
            record("answered", ("reply", proposal.id), key="answered:1", to=[cast["Ben"].id])
        db.session.commit()
    assert told(app, "answered") == {"Ben", *TOOK_PART}
    with app.app_context():
        forget_event("answered:1")
        db.session.commit()
        assert db.session.scalar(select(func.count(Notice.id))) == 0
        assert set(db.session.scalars(select(Contact.unread))) <= {0}


def test_a_crowd_is_told_in_batches_and_the_count_is_kept(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = make.proposal(make.essay(), support=4, oppose=4)
    tell_all(app)
    monkeypatch.setattr(crowds, "BATCH", 3)
    with app.app_context():
        record("answered", ("reply", reply.id))
        db.session.commit()
        seen = []
        while crowds.tell_next():
            event = db.session.scalars(select(Event).where(Event.kind == "answered")).one()
            seen.append(crowds.progress_of(event))
            db.session.rollback()
            db.session.expunge_all()
        assert [each.told for each in seen[:4]] == [3, 6, 8, 8]
        assert seen[-1] == crowds.Progress(8, True)
        assert list(db.session.scalars(select(Contact.unread))) == [1] * 8


DIE_HALF_WAY = """
import os, signal, sys
from forum import create_app
from forum.events import crowds, telling
app = create_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1]})
crowds.BATCH = 3
left = int(sys.argv[2])
count_up = telling.count_up
def dying(*given):
    global left
    left -= 1
    count_up(*given)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
telling.count_up = dying
with app.app_context():
    while crowds.tell_next():
        pass
"""


def test_whoever_dies_half_way_another_goes_on_and_nobody_is_told_twice(
    app: Flask, make: Make
) -> None:
    reply = make.proposal(make.essay(), support=10)
    with app.app_context():
        record("answered", ("reply", reply.id))
        db.session.commit()
    for batches in (1, 2):
        crashes.killed(app, DIE_HALF_WAY, batches)
    tell_all(app)
    with app.app_context():
        assert db.session.scalar(select(func.count(Notice.id))) == 10
        assert list(db.session.scalars(select(Contact.unread))) == [1] * 10
        answered = Event.kind == "answered"
        assert db.session.scalars(select(Event.told).where(answered)).one() == 10


def test_closing_dates_are_told_three_days_before_and_when_they_pass(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    begin = now()
    with app.app_context():
        essay = db.session.get_one(Essay, proposal.essay_id)
        essay.closes_at = begin + timedelta(days=10)
        db.session.commit()

    def on_day(days: float) -> list[str]:
        Clock.moment = begin + timedelta(days=days)
        with app.app_context():
            tell_of_closing()
            tell_of_closing()
            kinds = Event.kind.in_(("closing_soon", "closed"))
            return list(db.session.scalars(select(Event.kind).where(kinds).order_by(Event.id)))

    with standing_clock():
        assert on_day(6.9) == []
        assert on_day(7.1) == ["closing_soon"]
        assert on_day(10.1) == ["closing_soon", "closed"]
        assert told(app, "closed") == DISCUSSED


def test_those_who_asked_are_told_of_openings(app: Flask, make: Make) -> None:
    make.user("Zed")
    ivy, draft = make.user("Ivy"), make.essay("Later", state="draft")
    with app.app_context():
        follow(ivy, ("site", 0), on=True)
        publish(db.session.get_one(Essay, draft.id), None)
        db.session.commit()
    assert told(app, "opened") == {"Ivy"}


def test_moderators_are_told_what_has_waited_too_long(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    make.report(proposal, cast["Zed"])
    with app.app_context(), standing_clock():
        assert not tell_of_waiting()
        Clock.moment += timedelta(hours=25)
        assert tell_of_waiting()
        assert not tell_of_waiting()
    assert told(app, "waits_long") == {"Ada", "Dee"}
    assert told(app, "waiting") == {"Ada", "Dee"}


def test_a_brief_is_told_to_those_whose_proposal_stands_in_it(
    app: Flask, make: Make, cast: dict[str, User], proposal: Reply
) -> None:
    make.brief(cast["Fay"], make.shortlist(cast["Fay"], proposal))
    assert told(app, "in_brief") == {"Ben", *TOOK_PART}
    make.brief(cast["Ada"], proposal.essay)
    assert told(app, "brief_published") == DISCUSSED


@pytest.mark.parametrize(
    ("kind", "tells"), [("hide", "hidden"), ("ask_rewrite", "hidden"), ("restore", "restored")]
)
def test_moderation_is_told_to_those_who_took_part_without_words_they_may_not_read(
    app: Flask,
    make: Make,
    visit: Any,
    cast: dict[str, User],
    proposal: Reply,
    kind: str,
    tells: str,
) -> None:
    if kind == "restore":
        make.decide("hide", proposal, cast["Ada"])
    make.decide(kind, proposal, cast["Dee"])
    assert told(app, tells) == TOOK_PART
    assert "Ben" in told(app, "moderated")
    page = visit(cast["Cam"]).get("/notices").get_data(as_text=True)
    assert (proposal.title in page) == (kind == "restore")


def unread(browser: Any) -> int:
    """Return how many notices the masthead says are not read."""
    link = browser.get("/").get_data(as_text=True).partition('class="masthead-yours"')[2]
    number = link.partition("</a>")[0].partition('<b class="count">')[2]
    return int(number.partition("<")[0] or 0)


def test_notices_stand_together_by_what_they_are_about(
    app: Flask, make: Make, visit: Any, cast: dict[str, User], proposal: Reply, statements: Any
) -> None:
    other = make.proposal(proposal.essay, cast["Ben"], title="Another of mine")
    for on in (proposal, other, proposal):
        say(app, cast["Zed"], on, f"Words on {on.id}, {now()}")
    make.decide("feature", proposal, cast["Dee"])
    ben = visit(cast["Ben"])
    assert unread(ben) == 4
    page = ben.get("/notices").get_data(as_text=True)
    assert page.count('<article class="notice') == 2
    assert page.count(f">{proposal.title}<") == 1
    comments = ben.get("/notices?topic=comments").get_data(as_text=True)
    assert "Featured" not in comments
    assert comments.count("Someone commented") == 3
    assert "There is nothing to show" in ben.get("/notices?topic=answers").get_data(as_text=True)
    newest = page.split('name="until" value="')[1].split('"')[0]
    ben.post("/notices/read", {"until": newest})
    assert unread(ben) == 0
    assert "There is nothing to show" in ben.get("/notices?unread=yes").get_data(as_text=True)


def test_the_number_of_unread_notices_costs_no_query(
    app: Flask, make: Make, visit: Any, statements: Any, cast: dict[str, User], proposal: Reply
) -> None:
    say(app, cast["Zed"], proposal)
    ben = visit(cast["Ben"])
    assert unread(ben) == 1
    sent = statements(ben, "/")
    assert not [each for each in sent if "notices" in each]
    assert len([each for each in sent if "contacts" in each]) == 1, "it comes with the sign-in"
