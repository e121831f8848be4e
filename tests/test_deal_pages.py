"""The pages of a deal: what readers are told, and how facilitators fix, change and pause it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from forum.bodies.models import Body, Seat
from forum.db import db
from forum.deals.models import Deal, deals_of
from forum.essays.models import Essay
from forum.moderation.models import Action
from tests.cast import Make
from tests.clock import Clock, standing_clock

AGREED = "agreed to answer, within 60 days, every proposal whose support stays likely above 80%"


def page_of(visitor: Any, path: str) -> str:
    """Return the page, its white space as one reads it."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.get_data(as_text=True).split())


def typed(body: Body, **more: str) -> dict[str, str]:
    """Return a deal as a facilitator types it."""
    return {
        "promise": "yes",
        f"agreement_{body.id}": "agreed",
        f"source_{body.id}": "Their letter of May 3",
        "days": "60",
        "bound": "80",
        "hold_days": "7",
        "voters": "50",
        **more,
    }


def test_a_deal_fixed_before_opening_stands_under_the_question(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, body = make.essay(state="draft"), make.body("City Manager")
    fay = visit(make.user("Fay", role="facilitator"))
    assert fay.post(f"/essays/{essay.slug}/deal/edit", typed(body)).status_code == 303
    fay.post(f"/essays/{essay.slug}/publish")
    told = page_of(visit(), f"/essays/{essay.slug}")
    assert f"City Manager has {AGREED} for 7 days, with at least 50 voters." in told
    assert "bound" not in told.split("Who answers.")[1].split("</p>")[0]
    whole = page_of(visit(), f"/essays/{essay.slug}/deal")
    assert "Their letter of May 3" in whole
    with app.app_context():
        assert db.session.scalars(select(Action.kind).where(Action.kind == "deal")).all() == []


def test_whoever_was_only_asked_is_said_to_have_been_asked(make: Make, visit: Any) -> None:
    essay = make.deal(make.essay(), make.body("Treasury"), agreed=False, in_brief=True)
    told = page_of(visit(), f"/essays/{essay.slug}")
    assert "Treasury has been asked, and has not agreed, to answer, within 60 days" in told


def test_no_deal_is_said_plainly_and_nothing_said_is_no_deal(make: Make, visit: Any) -> None:
    essay, fay = make.essay(state="draft"), visit(make.user("Fay", role="facilitator"))
    assert "Who answers." not in page_of(fay, f"/essays/{essay.slug}")
    assert "Nothing has been said" in page_of(fay, f"/essays/{essay.slug}/deal")
    fay.post(f"/essays/{essay.slug}/deal/edit", {"promise": "no"})
    assert "Nobody has agreed to answer" in page_of(fay, f"/essays/{essay.slug}")


def test_a_seat_agrees_with_its_day(app: Flask, make: Make, visit: Any) -> None:
    essay, gwen = make.essay(state="draft"), make.user("Gwen")
    body = make.body("City Manager", gwen)
    with app.app_context():
        seat = db.session.scalars(select(Seat.id)).one()
    fay = visit(make.user("Fay", role="facilitator"))
    sent = typed(body, **{f"source_{body.id}": "", f"seat_{body.id}": str(seat)})
    assert fay.post(f"/essays/{essay.slug}/deal/edit", sent).status_code == 303
    with app.app_context():
        (deal,) = db.session.scalars(select(Deal)).all()
        assert (deal.bodies[0].seat_id, deal.bodies[0].agreed_on is not None) == (seat, True)
    assert "agreed through Gwen" in page_of(fay, f"/essays/{essay.slug}/deal")


def test_what_is_half_a_deal_is_said_to_be_and_kept_as_typed(make: Make, visit: Any) -> None:
    essay, body = make.essay(state="draft"), make.body("City Manager")
    fay, path = visit(make.user("Fay", role="facilitator")), f"/essays/{essay.slug}/deal/edit"
    for changes, why in (
        ({f"source_{body.id}": ""}, "Say how they agreed"),
        ({"days": ""}, "Say within how many days"),
        ({"bound": ""}, "give at least one rule"),
        ({f"agreement_{body.id}": ""}, "Name at least one body"),
        ({"bound": "130"}, "from 1 to 99"),
    ):
        answer = fay.post(path, typed(body, **{**changes, "voters": "37"}))
        page = answer.get_data(as_text=True)
        assert (answer.status_code, why in page, 'value="37"' in page) == (422, True, True), why


def test_a_change_of_a_running_discussion_needs_a_reason_and_is_logged(
    app: Flask, make: Make, visit: Any
) -> None:
    body = make.body("City Manager")
    essay = make.deal(make.essay(), body, bound=0.8, hold_days=7, voters=50)
    fay, path = visit(make.user("Fay", role="facilitator")), f"/essays/{essay.slug}/deal/edit"
    assert fay.post(path, typed(body, days="30")).status_code == 422
    changed = typed(body, days="30", because="They asked for it.", state="1")
    assert fay.post(path, changed).status_code == 303
    assert fay.post(path, changed).status_code == 409, "sent twice, it is stale"
    with app.app_context():
        assert [deal.days for deal in deals_of(essay.id)] == [30, 60]
    log = page_of(visit(), "/moderation/log")
    assert "Deal changed" in log
    assert "They asked for it." in log
    assert "within 30 days" in log
    entry = visit().get("/moderation/log.json").get_json()["actions"][0]
    assert entry["changes"][0]["field"] == "deal"
    assert (entry["changes"][0]["from"]["days"], entry["changes"][0]["to"]["days"]) == (60, 30)


def test_a_stale_deal_is_shown_beside_what_was_typed(make: Make, visit: Any) -> None:
    body = make.body("City Manager")
    essay = make.deal(make.essay(), body, bound=0.8, hold_days=7, voters=50)
    fay = visit(make.user("Fay", role="facilitator"))
    sent = typed(body, days="31", because="So.", state="0")
    answer = fay.post(f"/essays/{essay.slug}/deal/edit", sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "A colleague changed the deal meanwhile" in page
    assert "within 60 days" in page
    assert 'value="31"' in page


def test_a_paused_discussion_says_why_and_takes_nothing(make: Make, visit: Any) -> None:
    essay, cam = make.essay(), visit(make.user("Cam"))
    reply, fay = make.proposal(essay), visit(make.user("Fay", role="facilitator"))
    path = f"/essays/{essay.slug}/pause"
    assert fay.post(path, {"because": ""}).status_code == 422
    assert fay.post(path, {"because": "There is an election."}).status_code == 303
    told = page_of(cam, f"/essays/{essay.slug}")
    assert "Paused" in told
    assert "There is an election." in told
    assert cam.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403
    assert (
        cam.post(f"/replies/{reply.id}/comment", {"stance": "support", "body": "B"}).status_code
        == 403
    )
    assert cam.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "B"}).status_code == 403
    fay.post(path, {"because": "It is over."})
    assert cam.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 303


def test_the_page_of_a_deal_lists_what_is_due_and_what_became_of_its_day(
    make: Make, visit: Any, runner: FlaskCliRunner
) -> None:
    with standing_clock(datetime(2026, 11, 2, 15, tzinfo=UTC)):
        essay = make.deal(make.essay(), make.body("City Manager"), bound=0.6, voters=5, hold_days=0)
        reply = make.proposal(essay, support=5, title="Publish the queue")
        path = f"/essays/{essay.slug}/deal"
        told = page_of(visit(), path)
        assert "1 answer has come due" in told
        assert "Publish the queue" in told
        assert "by January 1, 2027" in told
        for _voter in range(5):
            make.vote(make.user(), reply, "oppose")
        assert "has since fallen below the rule" in page_of(visit(), path)
        Clock.moment += timedelta(days=61)
        assert "Its day was January 1, 2027" in page_of(visit(), path)
        make.decide("hide", reply, make.user(role="moderator"))
        hidden = page_of(visit(), path)
        assert "Publish the queue" not in hidden
        assert "On hold since" in hidden


def test_the_command_fixes_a_deal(app: Flask, make: Make, runner: FlaskCliRunner) -> None:
    essay, body = make.essay(state="draft"), make.body("City Manager")
    command = ["deal", "set", essay.slug, "--body", body.slug, "--days", "60"]
    assert "Say what is answered" in runner.invoke(args=command).output
    done = runner.invoke(args=[*command, "--bound", "0.80", "--voters", "50", "--hold", "7"])
    assert done.output == f"The deal of {essay.slug} is in force, as version 1.\n"
    with app.app_context():
        (deal,) = db.session.scalars(select(Deal)).all()
        assert (deal.bound, deal.voters, deal.hold_days, deal.at_closing) == (0.8, 50, 7, True)
        assert db.session.get_one(Essay, essay.id).deal_version == 1
    assert "as version 2" in runner.invoke(args=["deal", "none", essay.slug]).output
    with app.app_context():
        assert db.session.get_one(Essay, essay.id).deal_version is None
