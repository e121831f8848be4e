"""A person's own page: what happened since they were here, what they wrote, voted on and follow."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.events.following import follow
from forum.events.models import Follow, Thing
from forum.events.recording import record
from forum.replies.models import Reply
from tests.cast import Make
from tests.circle import Circle


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def tell(app: Flask, user: User, reply: Reply, kind: str = "changed") -> None:
    """Let a person be told of a reply."""
    with app.app_context():
        record(kind, ("reply", reply.id), essay_id=reply.essay_id, to=[user.id])
        db.session.commit()


def follows(app: Flask, user: User, thing: Thing) -> None:
    with app.app_context():
        follow(user, thing, on=True)
        db.session.commit()


def test_a_line_of_news_leads_to_what_can_be_done_about_it(
    app: Flask, make: Make, visit: Any
) -> None:
    ben, cam = make.user("Ben"), make.user("Cam")
    reply = make.proposal(make.essay(), cam)
    tell(app, ben, reply)
    assert f'<a href="/replies/{reply.id}/history">See what changed' in words(
        visit(ben).get("/yours")
    )


def test_what_i_wrote_stands_with_its_rank_votes_and_comments(make: Make, visit: Any) -> None:
    ben, essay = make.user("Ben"), make.essay("The queue")
    make.proposal(essay, support=9)
    mine = make.proposal(essay, ben, title="Publish the queue", support=3, oppose=1)
    make.comment(mine)
    make.comment(essay, ben)
    page = words(visit(ben).get("/yours"))
    assert "1 proposal, 1 comment" in page
    row = page.partition("What you wrote")[2].partition("What you voted on")[0]
    assert "Publish the queue" in row
    assert "The queue" in row
    assert "2 of 2" in row
    assert "Support <b>3</b>" in row
    assert "Open for votes" in row


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("hidden", "Hidden by moderators"),
        ("waiting", "Waiting for a moderator"),
        ("withdrawn", "Withdrawn by its author"),
    ],
)
def test_what_readers_do_not_see_says_so_and_has_no_rank(
    make: Make, visit: Any, status: str, said: str
) -> None:
    ben, essay = make.user("Ben"), make.essay()
    make.proposal(essay)
    make.proposal(essay, ben, status=status)
    page = words(visit(ben).get("/yours/proposals"))
    assert said in page
    assert "of 1" not in page


def test_where_a_proposal_stands_follows_its_answer(make: Make, visit: Any) -> None:
    circle, ben, clerk = Circle(make), make.user("Ben"), make.user("Ines")
    body, essay = circle.body("Council of Harrow Inlet"), make.essay()
    circle.seat(body, clerk)
    due, late, answered = (make.proposal(essay, ben) for _ in range(3))
    circle.due(due, body, 10)
    circle.due(late, body, -2)
    circle.due(answered, body, 3)
    circle.answer(answered, body, clerk, "declined")
    page = words(visit(ben).get("/yours"))
    for said in ("Answer due", "Overdue", "Declined", "Council of Harrow Inlet"):
        assert said in page


def test_what_i_voted_on_by_discussion_and_one_by_one(make: Make, visit: Any) -> None:
    cam, essay = make.user("Cam"), make.essay("The queue")
    for title, value in (("Publish it", "oppose"), ("Shorten it", "support"), ("Drop it", "")):
        reply = make.proposal(essay, title=title)
        if value:
            make.vote(cam, reply, value)
    browser = visit(cam)
    page = words(browser.get("/yours"))
    assert "2 of 3 judged" in page
    assert f"/essays/{essay.slug}/judge" in page
    assert "Oppose" not in page, "how somebody voted is a click further"
    voted = words(browser.get("/yours/votes"))
    assert "Publish it" in voted
    assert "Drop it" not in voted
    assert "Oppose" in voted


def test_what_was_hidden_leaves_my_votes(make: Make, visit: Any) -> None:
    cam, dee, reply = (
        make.user("Cam"),
        make.user("Dee", role="moderator"),
        make.proposal(make.essay()),
    )
    make.vote(cam, reply)
    make.decide("hide", reply, dee)
    browser = visit(cam)
    assert str(reply.title) not in words(browser.get("/yours/votes"))
    assert "You have not voted so far." in words(browser.get("/yours"))


def test_what_i_follow_can_be_left_from_here(app: Flask, make: Make, visit: Any) -> None:
    cam, essay = make.user("Cam"), make.essay("The queue")
    body = Circle(make).body("Council of Harrow Inlet", slug="harrow")
    browser = visit(cam)
    browser.post("/bodies/harrow/follow", {"value": "on"})
    browser.post(f"/essays/{essay.slug}/follow?lever=policy", {"value": "on"})
    page = words(browser.get("/yours"))
    for address in ("/bodies/harrow/follow", f"/essays/{essay.slug}/follow?lever=policy"):
        assert f'formaction="{address}"' in page
        browser.post(address, {"value": "off", "next": "/yours"})
    assert "Nothing. You can follow" in words(browser.get("/yours"))
    assert browser.post("/bodies/no-such/follow", {"value": "on"}).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Follow.wanted)) == 0
        assert body.id


def test_a_body_is_followed_from_its_page(make: Make, visit: Any) -> None:
    Circle(make).body(slug="harrow")
    browser = visit(make.user("Cam"))
    assert "Follow this body" in words(browser.get("/bodies/harrow"))
    assert browser.post("/bodies/harrow/follow", {"value": "on"}).status_code == 303
    assert "You are told of its answers and promises." in words(browser.get("/bodies/harrow"))


def test_what_happened_is_counted_and_taken_as_read(app: Flask, make: Make, visit: Any) -> None:
    cam, zed, reply = (
        make.user("Cam"),
        make.user("Zed"),
        make.proposal(make.essay(), title="Publish it"),
    )
    tell(app, cam, reply)
    browser = visit(cam)
    page = words(browser.get("/yours"))
    assert "1 new notice" in page
    assert "The text has changed" in page
    assert "You are told because you took part in this proposal." in page
    until = page.partition('name="until" value="')[2].partition('"')[0]
    back = browser.post("/notices/read", {"until": until, "next": "/yours"})
    assert back.location == "/yours"
    assert "nothing new" in words(browser.get("/yours"))
    assert "The text has changed" not in words(visit(zed).get("/yours"))


def test_of_what_i_may_not_read_no_word_stands_there(app: Flask, make: Make, visit: Any) -> None:
    cam, dee = make.user("Cam"), make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), title="Publish the secret")
    follows(app, cam, ("reply", reply.id))
    tell(app, cam, reply)
    make.decide("hide", reply, dee)
    assert "Publish the secret" not in words(visit(cam).get("/yours"))


def test_it_is_private_and_never_cached(make: Make, visit: Any) -> None:
    cam = make.user("Cam")
    for path in ("/yours", "/yours/proposals", "/yours/votes"):
        assert visit().get(path).status_code == 302
        assert visit(cam).get(path).headers["Cache-Control"] == "private, no-store"


def test_an_empty_page_says_what_to_do_next(make: Make, visit: Any) -> None:
    page = words(visit(make.user("Cam")).get("/yours"))
    assert "You have proposed nothing so far." in page
    assert "See what is being discussed" in page


def add(app: Flask, make: Make, cam: User, clerk: User, essay: Essay, circle: Circle) -> None:
    """Let Cam write, vote on and follow one thing more, and be told of another."""
    body = circle.body(f"Office of {essay.slug}")
    circle.seat(body, clerk)
    mine, other = make.proposal(essay, cam), make.proposal(essay)
    circle.due(mine, body)
    circle.answer(mine, body, clerk, promises=(("It", 3),))
    make.vote(cam, other)
    follows(app, cam, ("body", body.id))
    tell(app, cam, mine)


def test_it_costs_the_same_queries_however_much_is_mine(
    app: Flask, make: Make, visit: Any, statements: Any
) -> None:
    cam, clerk, circle = make.user("Cam"), make.user("Ines"), Circle(make)
    add(app, make, cam, clerk, make.essay(), circle)
    browser = visit(cam)
    paths = ("/yours", "/yours/proposals", "/yours/votes")
    few = [len(statements(browser, path)) for path in paths]
    for _ in range(4):
        add(app, make, cam, clerk, make.essay(), circle)
    assert [len(statements(browser, path)) for path in paths] == few
    assert max(few) <= 26


def test_what_i_wrote_goes_on_page_by_page(make: Make, visit: Any) -> None:
    ben, essay = make.user("Ben"), make.essay()
    for n in range(22):
        make.proposal(essay, ben, title=f"Proposal number {n:02}")
    browser = visit(ben)
    first = words(browser.get("/yours/proposals"))
    assert first.count("Proposal number") == 20
    before = first.partition("before=")[2].partition('"')[0]
    assert words(browser.get(f"/yours/proposals?before={before}")).count("Proposal number") == 2
