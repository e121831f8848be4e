"""What Dee can do to replies, people and discussions, and that she can take all of it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from forum.accounts.models import Moderator, User
from forum.db import db, now
from forum.essays.models import Essay
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.replies.reviews import HOLD, Review
from forum.replies.versions import versions_of
from forum.votes.models import Vote
from tests.cast import Make
from tests.rows import rows_of

TAGS = {"lever": "market", "jurisdiction": "municipal", "ambition": "replaces"}


def undo_last(app: Flask, dee: Any) -> int:
    number = rows_of(app, Action)[-1].id
    answer = dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    return int(answer.status_code)


def test_a_proposal_becomes_a_comment_and_comes_back_with_its_votes(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    reply = make.proposal(essay, support=3, oppose=1, title="A title", trade_off="a against b")
    comment = make.comment(reply)
    sent = {"reason": "misplaced", "note": "It asks rather than proposes."}
    assert dee.post(f"/moderation/{reply.id}/to_comment", sent).status_code == 303
    now = make.fresh(reply)
    assert (now.lever, now.title, now.trade_off) == (None, None, None)
    assert "A title" not in visit().get(f"/essays/{essay.slug}").text
    voter = visit(make.user("Cam"))
    assert voter.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 403
    with app.app_context():
        assert len(list(db.session.scalars(select(Vote)))) == 4, "votes keep their rows"
    assert undo_last(app, dee) == 303
    back = make.fresh(reply)
    assert (back.title, back.trade_off, back.lever) == ("A title", "a against b", "policy")
    assert (back.support, back.oppose, back.top, back.draw) == (3, 1, reply.top, reply.draw)
    assert make.fresh(comment).thread_id == reply.id


def test_a_comment_becomes_a_proposal_with_what_was_said_below_it(
    app: Flask, make: Make, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply, stance="refine")
    below = make.comment(comment)
    deeper = make.comment(below)
    beside = make.comment(reply)
    assert make.fresh(reply).comments == 4
    sent = {"reason": "misplaced", "title": "Publish the queue", **TAGS}
    assert dee.post(f"/moderation/{comment.id}/to_proposal", sent).status_code == 303
    assert (make.fresh(reply).comments, make.fresh(comment).comments) == (1, 2)
    assert make.fresh(comment).parent_id is None
    assert {make.fresh(each).thread_id for each in (below, deeper)} == {comment.id}
    assert make.fresh(beside).thread_id == reply.id
    assert undo_last(app, dee) == 303
    assert make.fresh(comment).stance == "refine"
    assert {make.fresh(each).thread_id for each in (comment, below, deeper)} == {reply.id}
    assert make.fresh(reply).comments == 4


def test_moving_takes_votes_and_discussion_along(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    here, there = make.essay("Here"), make.essay("There")
    reply = make.proposal(here, support=2, title="On the move")
    comment = make.comment(reply)
    sent = {"reason": "misplaced", "essay": there.slug}
    assert dee.post(f"/moderation/{reply.id}/move", sent).status_code == 303
    assert "On the move" not in visit().get(f"/essays/{here.slug}").text
    assert "On the move" in visit().get(f"/essays/{there.slug}").text
    assert make.fresh(comment).essay_id == there.id
    assert "Moved to another essay" in visit().get(f"/replies/{reply.id}").text
    with app.app_context():
        assert set(db.session.scalars(select(Vote.essay_id))) == {there.id}
    assert undo_last(app, dee) == 303
    with app.app_context():
        assert set(db.session.scalars(select(Vote.essay_id))) == {here.id}
    assert "On the move" in visit().get(f"/essays/{here.slug}").text


def test_an_edited_title_is_marked_and_stays_in_the_history(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay(), title="Stuff about offices", body="Doors open at eight.")
    sent = {"reason": "unclear", "title": "Open the offices at eight", "note": "Says what it asks."}
    assert dee.post(f"/moderation/{reply.id}/edit_title", sent).status_code == 303
    page = visit().get(f"/replies/{reply.id}").text
    assert "Open the offices at eight" in page
    assert "Title edited for clarity" in page
    history = visit().get(f"/replies/{reply.id}/history").text
    assert "<del>Stuff" in history
    with app.app_context():
        versions = versions_of(make.fresh(reply))
        assert [version.content["title"] for version in versions] == [
            "Open the offices at eight",
            "Stuff about offices",
        ]
    assert make.fresh(reply).edited_at is None, "its author did not edit it"


def test_a_locked_discussion_takes_no_comments(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    dee.post(f"/moderation/{reply.id}/lock", {"reason": "heated"})
    sent = {"stance": "support", "body": "Me too."}
    assert cam.post(f"/replies/{reply.id}/comment", sent).status_code == 403
    assert "Moderators have locked this discussion" in cam.get(f"/replies/{reply.id}").text
    assert dee.post(f"/moderation/{reply.id}/lock", {"reason": "heated"}).status_code == 409
    assert undo_last(app, dee) == 303
    assert cam.post(f"/replies/{reply.id}/comment", sent).status_code == 303


def test_a_slowed_discussion_takes_a_comment_now_and_then(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    dee.post(f"/moderation/{reply.id}/slow", {"reason": "heated", "minutes": "15"})
    path = f"/replies/{reply.id}/comment"
    assert cam.post(path, {"stance": "support", "body": "First."}).status_code == 303
    second = cam.post(path, {"stance": "support", "body": "And another thing."})
    assert second.status_code == 429
    assert 0 < int(second.headers["Retry-After"]) <= 900
    assert "And another thing." in second.text
    others = visit(make.user()).post(path, {"stance": "refine", "body": "Mine."})
    assert others.status_code == 303
    with app.app_context():
        earlier = {"created_at": now() - timedelta(minutes=16)}
        db.session.execute(update(Reply).where(Reply.thread_id == reply.id).values(earlier))
        db.session.commit()
    assert cam.post(path, {"stance": "support", "body": "And another thing."}).status_code == 303


def test_who_is_suspended_only_reads(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    mine, theirs = make.proposal(essay, cam), make.proposal(essay)
    visitor = visit(cam)
    sent = {"reason": "abuse", "days": "7", "note": "Three insults in an hour."}
    assert dee.post(f"/moderation/people/{cam.id}/suspend", sent).status_code == 303
    deeds = [
        (f"/essays/{essay.slug}/reply", {"lever": "", "body": "B"}),
        (f"/replies/{theirs.id}/vote", {"value": "support"}),
        (f"/replies/{theirs.id}/comment", {"stance": "support", "body": "B"}),
        (f"/replies/{theirs.id}/report", {"reason": "spam"}),
        (f"/replies/{mine.id}/edit", {"lever": "", "body": "B"}),
    ]
    for path, data in deeds:
        assert visitor.post(path, data).status_code == 403, path
    assert "Three insults in an hour." in visitor.get("/notices").text
    assert undo_last(app, dee) == 303
    for path, data in deeds[:4]:
        assert visitor.post(path, data).status_code == 303, path


def test_a_suspension_ends_by_itself(make: Make, visit: Any) -> None:
    essay = make.essay()
    cam = visit(make.user("Cam", suspended_until=now() - timedelta(seconds=1)))
    assert cam.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "B"}).status_code == 303


@pytest.mark.parametrize("role", ["moderator", "facilitator", "admin"])
def test_only_readers_are_suspended_by_moderators(
    app: Flask, make: Make, dee: Any, role: str
) -> None:
    other = make.user("Eve", role=role)
    sent = {"reason": "abuse", "days": "0"}
    assert dee.post(f"/moderation/people/{other.id}/suspend", sent).status_code == 403
    assert not rows_of(app, Action)


def test_warnings_stand_in_the_record_until_taken_back(app: Flask, make: Make, dee: Any) -> None:
    ben = make.user("Ben")
    make.proposal(make.essay(), ben, status="hidden")
    assert dee.post(f"/moderation/people/{ben.id}/warn", {"reason": "abuse"}).status_code == 303
    page = dee.get(f"/moderation/people/{ben.id}").text
    assert "Warned: 1" in page
    assert "Hidden: 1" in page
    assert undo_last(app, dee) == 303
    assert "Warned: 0" in dee.get(f"/moderation/people/{ben.id}").text
    first = rows_of(app, Action)[0].id
    again = dee.post(f"/moderation/actions/{first}/undo", {"reason": "mistake"})
    assert again.status_code == 409, "nothing is undone twice"


def test_closing_and_reopening_a_discussion_brings_its_date_back(
    app: Flask, make: Make, dee: Any
) -> None:
    essay = make.essay()
    with app.app_context():
        passed = now() - timedelta(days=1)
        db.session.execute(update(Essay).values(closes_at=passed))
        db.session.commit()
    path = f"/moderation/essays/{essay.slug}"
    assert dee.post(f"{path}/close", {"reason": "other"}).status_code == 409
    assert dee.post(f"{path}/reopen", {"reason": "other"}).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(Essay.closes_at)) is None
    assert undo_last(app, dee) == 303
    with app.app_context():
        assert db.session.scalar(select(Essay.closes_at)) == passed


def test_undoing_is_refused_where_something_changed_since(app: Flask, make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay(), title="First")
    dee.post(f"/moderation/{reply.id}/edit_title", {"reason": "unclear", "title": "Second"})
    first = rows_of(app, Action)[-1].id
    dee.post(f"/moderation/{reply.id}/edit_title", {"reason": "unclear", "title": "Third"})
    answer = dee.post(f"/moderation/actions/{first}/undo", {"reason": "mistake"})
    assert answer.status_code == 409
    assert "has been changed since" in answer.text
    assert (make.fresh(reply).title, len(rows_of(app, Action))) == ("Third", 2)


def test_undoing_a_decision_puts_it_back_into_the_queue(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    visit(make.user("Cam")).post(f"/replies/{reply.id}/report", {"reason": "spam"})
    with app.app_context():
        before = db.session.scalars(select(Review)).one()
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
    assert f"review-{reply.id}" not in dee.get("/moderation").text
    assert undo_last(app, dee) == 303
    assert f"review-{reply.id}" in dee.get("/moderation").text
    with app.app_context():
        after = db.session.scalars(select(Review)).one()
    assert (after.opened_at, after.reports, after.spam) == (before.opened_at, 1, 1)


def test_the_log_cannot_be_changed_or_shortened(app: Flask, make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay())
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam", "note": "As it was."})
    attempts = [
        update(Action).values(note="As I wish it had been."),
        update(Action).values(at=now()),
        update(Action).values(before={}),
        update(Action).values(by_id=None),
        update(Action).values(reply_id=None),
        delete(Action),
    ]
    for attempt in attempts:
        with app.app_context(), pytest.raises(DBAPIError, match="only ever added"):
            db.session.execute(attempt)
    assert rows_of(app, Action)[0].note == "As it was."


def test_the_log_survives_what_it_is_about(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay, ben = make.essay("An essay"), make.user("Ben")
    reply = make.proposal(essay, ben, title="Gone with its reply")
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam", "note": "Said in the log."})
    with app.app_context():
        db.session.execute(delete(Reply))
        db.session.execute(delete(Essay))
        db.session.execute(text("DELETE FROM users WHERE role = 'moderator'"))
        db.session.execute(delete(User).where(User.id == ben.id))
        db.session.commit()
    action = rows_of(app, Action)[0]
    pointers = action.reply_id, action.essay_id, action.by_id, action.user_id
    assert pointers == (None, None, None, None)
    assert (action.by_name, action.subject) == ("Dee", "Gone with its reply")
    log = visit().get("/moderation/log").text
    assert "Said in the log." in log
    assert "Dee" in log
    assert "An essay" in log
    assert "Gone with its reply" not in log, "it was hidden, and stays so"


def test_a_decision_on_another_version_changes_nothing_and_says_so(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, body="Version one.")
    edit = {"lever": "policy", "title": "A title", "body": "Version two."}
    visit(ben).post(f"/replies/{reply.id}/edit", edit)
    sent = {"reason": "spam", "state": "1", "note": "My careful words."}
    answer = dee.post(f"/moderation/{reply.id}/hide", sent)
    assert answer.status_code == 409
    assert "The case has changed since you opened it" in answer.text
    assert "My careful words." in answer.text
    assert "Version two." in answer.text
    assert make.fresh(reply).status == "visible"
    assert not rows_of(app, Action)
    again = dee.post(f"/moderation/{reply.id}/hide", {**sent, "state": "2"})
    assert again.status_code == 303


def test_two_moderators_do_not_collide(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    reply = make.proposal(make.essay())
    visit(make.user("Cam")).post(f"/replies/{reply.id}/report", {"reason": "spam"})
    eve = visit(make.user("Eve", role="moderator"))
    assert dee.post(f"/moderation/{reply.id}/hold").status_code == 303
    assert "Dee has it" in eve.get("/moderation").text
    answer = eve.post(f"/moderation/{reply.id}/hide", {"reason": "spam", "note": "Mine."})
    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert not rows_of(app, Action)
    eve.post(f"/moderation/{reply.id}/hold")
    assert "Dee is looking" in eve.get(f"/moderation/{reply.id}").text, "asking is not taking"
    with app.app_context():
        db.session.execute(update(Review).values(held_until=now() - HOLD))
        db.session.commit()
    assert eve.post(f"/moderation/{reply.id}/hide", {"reason": "spam"}).status_code == 303


def test_who_moderates_where_it_stands_now_does_not_move_it_back(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    here, there, eve = make.essay("Here"), make.essay("There"), make.user("Eve")
    with app.app_context():
        db.session.add(Moderator(essay_id=there.id, user_id=eve.id))
        db.session.commit()
    reply = make.proposal(here)
    dee.post(f"/moderation/{reply.id}/move", {"reason": "misplaced", "essay": there.slug})
    assert undo_last(app, visit(eve)) == 403
    assert (make.fresh(reply).essay_id, len(rows_of(app, Action))) == (there.id, 1)
    assert undo_last(app, dee) == 303


def test_a_moderator_who_is_suspended_only_reads(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    dee = make.user("Dee", role="moderator", suspended_until=now() + timedelta(days=1))
    visitor = visit(dee)
    assert visitor.get("/moderation").status_code == 403
    hide = visitor.post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
    assert (hide.status_code, make.fresh(reply).status) == (403, "visible")
    assert visitor.get(f"/replies/{reply.id}").status_code == 200


def test_a_moderator_of_one_essay_moderates_that_one(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    mine, other = make.essay("Mine"), make.essay("Other")
    eve = make.user("Eve")
    with app.app_context():
        db.session.add(Moderator(essay_id=mine.id, user_id=eve.id))
        db.session.commit()
    here, there = make.proposal(mine, title="Over here"), make.proposal(other, title="Over there")
    hidden = make.proposal(other, status="hidden")
    own = make.proposal(mine, eve)
    cam, visitor = visit(make.user("Cam")), visit(eve)
    for reply in (here, there):
        cam.post(f"/replies/{reply.id}/report", {"reason": "spam"})
    queue = visitor.get("/moderation").text
    assert "Over here" in queue
    assert "Over there" not in queue
    assert visitor.get(f"/replies/{hidden.id}").status_code == 410
    for reply in (there, own):
        answer = visitor.post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
        assert answer.status_code == 403
        assert visitor.get(f"/moderation/{reply.id}").status_code == 403
    sent = {"reason": "misplaced", "essay": other.slug}
    assert visitor.post(f"/moderation/{here.id}/move", sent).status_code == 422
    assert not rows_of(app, Action)
    assert visitor.post(f"/moderation/{here.id}/hide", {"reason": "spam"}).status_code == 303
    number = rows_of(app, Action)[0].id
    assert dee.post(f"/moderation/actions/{number}/undo", {"reason": "other"}).status_code == 303
    for path in ("/moderation/overview", "/moderation/log.csv", f"/moderation/people/{eve.id}"):
        assert visitor.get(path).status_code == 403
