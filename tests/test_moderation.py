"""Reports, hiding and restoring with a reason, and the log that anyone can read."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.moderation.models import Action, Report
from tests.cast import Make
from tests.rows import number_of


def test_cam_reports_and_dee_hides_and_restores(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply = make.proposal(essay, ben, title="Buy my tea", body="Best tea in town.", support=2)
    cam, dee = visit(make.user("Cam")), visit(make.user("Dee", role="moderator"))
    sent = cam.post(f"/replies/{reply.id}/report", {"reason": "spam", "note": "It sells tea."})
    assert sent.status_code == 303
    queue = dee.get("/moderation").get_data(as_text=True)
    assert "Buy my tea" in queue
    assert "It sells tea." in dee.get(f"/moderation?item={reply.id}").get_data(as_text=True)
    hidden = dee.post(
        f"/moderation/{reply.id}/hide", {"reason": "spam", "note": "An advertisement."}
    )
    assert hidden.status_code == 303
    assert f"review-{reply.id}" not in dee.get("/moderation").get_data(as_text=True)
    for path in (f"/replies/{reply.id}", f"/replies/{reply.id}/history"):
        assert visit().get(path).status_code == 410
        assert cam.get(path).status_code == 410
        assert visit(ben).get(path).status_code == 200
    for path in (
        f"/essays/{essay.slug}",
        "/proposals",
        "/",
        f"/people/{ben.id}",
        f"/essays/{essay.slug}?q=tea&lever=policy",
    ):
        assert "tea in town" not in visit().get(path).get_data(as_text=True)
    log = visit().get("/moderation/log").get_data(as_text=True)
    assert "Buy my tea" not in log
    assert dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam"}).status_code == 409
    assert dee.post(f"/moderation/{reply.id}/restore", {"reason": "other"}).status_code == 303
    now = make.fresh(reply)
    assert (now.status, now.support, now.top) == ("visible", 2, reply.top)
    assert "Best tea in town." in visit().get(f"/replies/{reply.id}").get_data(as_text=True)
    with app.app_context():
        hide, restore = db.session.scalars(select(Action).order_by(Action.id))
        assert restore.undoes_id == hide.id
        report = db.session.scalars(select(Report)).one()
        assert report.action_id == hide.id


def test_a_long_text_folds_where_it_is_reported(make: Make, visit: Any) -> None:
    essay, cam = make.essay(), visit(make.user("Cam"))
    short, long = (make.proposal(essay, body="Tea. " * times) for times in (5, 100))
    fold = "<summary>Show the whole text</summary>"
    assert fold not in cam.get(f"/replies/{short.id}/report").get_data(as_text=True)
    page = cam.get(f"/replies/{long.id}/report").get_data(as_text=True)
    assert fold in page
    assert "Moderators read your report and see your name" in page


def test_hidden_proposals_are_not_counted(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="Shown")
    reply = make.proposal(essay, title="Gone")
    comment = make.comment(reply, body="A word under it.")
    dee = visit(make.user("Dee", role="moderator"))
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "abuse"})
    page = visit().get("/proposals?q=gone").get_data(as_text=True)
    assert "Gone" not in page
    assert visit().get(f"/replies/{comment.id}").status_code == 410
    assert "A word under it." not in visit().get(f"/people/{comment.author_id}").get_data(
        as_text=True
    )


def test_a_hidden_comment_is_not_counted_under_its_proposal(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply, body="A word.")
    assert make.fresh(reply).comments == 1
    dee = visit(make.user("Dee", role="moderator"))
    dee.post(f"/moderation/{comment.id}/hide", {"reason": "abuse"})
    assert make.fresh(reply).comments == 0
    assert "A word." not in visit().get(f"/replies/{reply.id}").get_data(as_text=True)


@pytest.mark.parametrize("action", ["hide", "restore", "keep"])
@pytest.mark.parametrize("role", ["reader", "facilitator"])
def test_only_moderators_moderate(
    app: Flask, make: Make, visit: Any, action: str, role: str
) -> None:
    reply = make.proposal(make.essay())
    answer = visit(make.user("Cam", role=role)).post(
        f"/moderation/{reply.id}/{action}", {"reason": "spam"}
    )
    assert answer.status_code == 403
    assert number_of(app, Action) == 0
    assert make.fresh(reply).status == "visible"


def test_nobody_moderates_their_own(app: Flask, make: Make, visit: Any) -> None:
    dee = make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), dee)
    answer = visit(dee).post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
    assert answer.status_code == 403
    assert number_of(app, Action) == 0


def test_an_action_needs_a_reason(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    dee = visit(make.user("Dee", role="moderator"))
    for reason in ("", "because"):
        answer = dee.post(f"/moderation/{reply.id}/hide", {"reason": reason, "note": "My note."})
        assert answer.status_code == 422
        assert "My note." in answer.get_data(as_text=True)
    assert number_of(app, Action) == 0


def test_one_open_report_a_person_and_reply(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(), support=3)
    cam = visit(make.user("Cam"))
    for _ in range(2):
        assert cam.post(f"/replies/{reply.id}/report", {"reason": "spam"}).status_code == 303
    assert number_of(app, Report) == 1
    assert make.fresh(reply).top == reply.top, "a report never changes a score"
    assert cam.post(f"/replies/{reply.id}/report", {"reason": "nonsense"}).status_code == 422


def test_the_log_is_open_and_paged(make: Make, visit: Any) -> None:
    dee = visit(make.user("Dee", role="moderator"))
    reply = make.proposal(make.essay())
    for n in range(52):
        dee.post(f"/moderation/{reply.id}/{('hide', 'restore')[n % 2]}", {"reason": "other"})
    first = visit().get("/moderation/log").get_data(as_text=True)
    assert "before=3" in first
    assert visit().get("/moderation/log?before=3").status_code == 200
    assert visit().get("/moderation/log?before=x").status_code == 200
    assert visit().get(f"/moderation/log?before={2**64}").status_code == 200
