"""The rules of one discussion: what waits, who may reply, and when reports hide."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Moderator, User
from forum.db import db, now
from forum.essays.models import Essay
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.replies.reviews import Review
from forum.replies.tallies import Tally
from tests.cast import Make
from tests.counting_anew import count_anew

PROPOSAL = {"lever": "policy", "title": "Open the doors", "body": "At eight every day."}


def rule(app: Flask, essay: Essay, **rules: Any) -> None:
    with app.app_context():
        db.session.execute(update(Essay).where(Essay.id == essay.id).values(**rules))
        db.session.commit()


def newest(app: Flask) -> Reply:
    with app.app_context():
        return db.session.scalars(select(Reply).order_by(Reply.id.desc())).first()  # type: ignore[return-value]


def newest_action(app: Flask) -> int | None:
    with app.app_context():
        return db.session.scalar(select(func.max(Action.id)))


@pytest.mark.parametrize("premoderation", ["first_post", "full"])
def test_a_reply_that_waits_is_its_authors_and_the_moderators_alone(
    app: Flask, make: Make, visit: Any, premoderation: str
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    rule(app, essay, premoderation=premoderation)
    author = visit(ben)
    assert "A moderator reads" in author.get(f"/essays/{essay.slug}/reply").text.replace(
        "a moderator reads", "A moderator reads"
    )
    sent = author.post(f"/essays/{essay.slug}/reply", PROPOSAL)
    reply = newest(app)
    assert (sent.status_code, reply.status) == (303, "waiting")
    page = author.get(f"/replies/{reply.id}").text
    assert "This is waiting for a moderator." in page
    assert "Open the doors" in author.get("/notices").text
    cam = visit(make.user("Cam"))
    for path in (f"/replies/{reply.id}", f"/replies/{reply.id}/history"):
        assert cam.get(path).status_code == 403
    for path in (f"/essays/{essay.slug}", "/proposals?q=doors", f"/people/{ben.id}", "/"):
        assert "every day" not in cam.get(path).text, path
    with app.app_context():
        assert not list(db.session.scalars(select(Tally).where(Tally.proposals > 0)))
    edit = {**PROPOSAL, "body": "At seven every day."}
    assert author.post(f"/replies/{reply.id}/edit", edit).status_code == 303
    assert newest(app).status == "waiting"
    dee = visit(make.user("Dee", role="moderator"))
    queue = dee.get(f"/moderation?item={reply.id}").text
    assert "<b>Waiting</b>" in queue
    assert "Publish it" in queue
    assert dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"}).status_code == 303
    assert "At seven" in cam.get(f"/essays/{essay.slug}").text
    assert "Kept" in author.get("/notices").text
    second = author.post(f"/essays/{essay.slug}/reply", {**PROPOSAL, "title": "Second"})
    assert second.status_code == 303
    waits = premoderation == "full"
    assert newest(app).status == ("waiting" if waits else "visible")


def test_where_everything_waits_so_does_an_edit(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben, support=2)
    rule(app, essay, premoderation="full")
    visit(ben).post(f"/replies/{reply.id}/edit", PROPOSAL)
    assert make.fresh(reply).status == "waiting"
    dee = visit(make.user("Dee", role="moderator"))
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    assert (make.fresh(reply).status, make.fresh(reply).support) == ("visible", 2)


def test_what_waits_is_not_lost_by_an_old_decision_done_again(
    app: Flask, make: Make, visit: Any
) -> None:
    """Dee keeps a proposal and takes that back; its edit waits; the old keeping is not for it."""
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben)
    dee = visit(make.user("Dee", role="moderator"))
    mistake = {"reason": "mistake"}
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    kept = newest_action(app)
    assert dee.post(f"/moderation/actions/{kept}/undo", mistake).status_code == 303
    taken_back = newest_action(app)
    rule(app, essay, premoderation="full")
    visit(ben).post(f"/replies/{reply.id}/edit", PROPOSAL)
    assert make.fresh(reply).status == "waiting"
    assert dee.post(f"/moderation/actions/{taken_back}/undo", mistake).status_code == 409
    assert "Open the doors" in dee.get("/moderation?why=waiting").text


def test_a_comment_waits_too_and_its_author_is_taken_to_it(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    reply = make.proposal(essay)
    rule(app, essay, premoderation="full")
    cam = visit(make.user("Cam"))
    sent = cam.post(f"/replies/{reply.id}/comment", {"stance": "support", "body": "Yes indeed."})
    comment = newest(app)
    assert sent.location == f"/replies/{comment.id}#reply-{comment.id}"
    assert "Yes indeed." in cam.get(sent.location).text
    assert "Yes indeed." not in visit().get(f"/replies/{reply.id}").text
    assert make.fresh(reply).comments == 0


def test_who_may_reply(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    people = {
        "new": visit(make.user("Cam")),
        "vouched": visit(make.user("Ben", approved_at=now())),
        "staff": visit(make.user("Fay", role="facilitator")),
    }
    for rules, allowed in [
        ("everyone", {"new", "vouched", "staff"}),
        ("vouched", {"vouched", "staff"}),
        ("staff", {"staff"}),
    ]:
        rule(app, essay, replies_from=rules)
        for name, visitor in people.items():
            sent = {**PROPOSAL, "title": f"{rules} {name}"}
            status = visitor.post(f"/essays/{essay.slug}/reply", sent).status_code
            assert status == (303 if name in allowed else 403), (rules, name)


def test_enough_reports_hide_until_a_moderator_has_looked(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    rule(app, essay, report_threshold=3)
    reply = make.proposal(essay, ben, support=4)
    for n in range(3):
        assert make.fresh(reply).status == "visible"
        visit(make.user()).post(
            f"/replies/{reply.id}/report", {"reason": ("spam", "abuse", "spam")[n]}
        )
    assert make.fresh(reply).status == "hidden"
    with app.app_context():
        action = db.session.scalars(select(Action)).one()
        review = db.session.scalars(select(Review)).one()
    assert (action.kind, action.reason, action.by_id) == ("hide", "spam", None)
    assert review.closed_at is None, "nobody has decided yet"
    assert "by the forum" in visit().get("/moderation/log").text
    assert "Hidden" in visit(ben).get("/notices").text
    dee = visit(make.user("Dee", role="moderator"))
    dee.post(f"/moderation/{reply.id}/restore", {"reason": "fits"})
    now_ = make.fresh(reply)
    assert (now_.status, now_.support, now_.top) == ("visible", 4, reply.top)


def test_a_hidden_reply_that_is_edited_is_an_appeal(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben)
    dee = visit(make.user("Dee", role="moderator"))
    sent = {"reason": "unclear", "note": "Say who should act."}
    dee.post(f"/moderation/{reply.id}/ask_rewrite", sent)
    assert make.fresh(reply).status == "hidden"
    author = visit(ben)
    assert "Say who should act." in author.get("/notices").text
    answer = author.post(f"/replies/{reply.id}/edit", PROPOSAL)
    assert answer.status_code == 303
    assert make.fresh(reply).status == "hidden"
    assert "<b>Appealed</b>" in dee.get(f"/moderation?why=appeal&item={reply.id}").text
    assert dee.post(f"/moderation/{reply.id}/uphold", {"reason": "spam"}).status_code == 303
    assert "Left hidden" in author.get("/notices").text
    assert dee.post(f"/moderation/{reply.id}/uphold", {"reason": "spam"}).status_code == 409


def test_fay_sets_the_rules_and_the_log_says_so(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    fay = visit(make.user("Fay", role="facilitator"))
    path = f"/essays/{essay.slug}/policy"
    rules = {"premoderation": "first_post", "replies_from": "vouched", "report_threshold": "5"}
    assert fay.post(path, {"reason": "heated", **rules}).status_code == 303
    with app.app_context():
        found = db.session.get_one(Essay, essay.id)
        assert (found.premoderation, found.replies_from, found.report_threshold) == (
            "first_post",
            "vouched",
            5,
        )
        number = db.session.scalars(select(Action.id)).one()
    assert "Rules of the discussion changed" in visit().get("/moderation/log").text
    for wrong in ({"premoderation": "never"}, {"report_threshold": "0"}, {"reason": ""}):
        answer = fay.post(path, {"reason": "heated", **rules, **wrong})
        assert answer.status_code == 422, wrong
    undo = f"/moderation/actions/{number}/undo"
    assert f'action="{undo}"' in fay.get(path).text  # whose other way asks for a moderator
    assert fay.post(undo, {"reason": "mistake"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Essay, essay.id).report_threshold is None


def test_fay_names_a_moderator_of_one_essay(app: Flask, make: Make, visit: Any) -> None:
    essay, eve = make.essay(), make.user("Eve")
    assert eve.email
    fay = visit(make.user("Fay", role="facilitator"))
    path = f"/essays/{essay.slug}/moderators"
    assert fay.post(path, {"email": "nobody@example.org"}).status_code == 422
    for _ in range(2):
        assert fay.post(path, {"email": str(eve.email).upper()}).status_code == 303
    assert "Eve" in fay.get(f"/essays/{essay.slug}/policy").text
    assert visit(eve).get("/moderation").status_code == 200
    assert fay.post(f"{path}/{eve.id}/remove").status_code == 303
    assert visit(eve).get("/moderation").status_code == 403
    with app.app_context():
        assert not list(db.session.scalars(select(Moderator)))
        assert db.session.get_one(User, eve.id).role == "reader"


def test_deciding_knows_no_limit(app: Flask, make: Make, visit: Any) -> None:
    from forum.web.limits import limiter

    essay = make.essay()
    replies = [make.proposal(essay, status="waiting") for _ in range(35)]
    dee = visit(make.user("Dee", role="moderator"))
    count_anew(app)
    try:
        for reply in replies:
            sent = dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
            assert sent.status_code == 303
    finally:
        limiter.enabled = False
