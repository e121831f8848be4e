"""Why is this not shown, to this person? Answered on the page, in notices and on one's own page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.accounts.models import User
from forum.db import db
from forum.permissions import can_see
from forum.replies.absence import absence, absence_for, not_shown
from forum.replies.models import Reply
from forum.replies.reasons import REASON_LABELS, Reason
from tests.cast import Make

UNDER = "Moderators have hidden the reply that this belongs to"


def test_the_author_of_a_comment_whose_proposal_is_hidden_is_told_so_everywhere(
    make: Make, visit: Any
) -> None:
    ben, dee = make.user("Ben"), make.user("Dee", role="moderator")
    proposal = make.proposal(make.essay(), title="A title that is gone")
    comment = make.comment(proposal, ben, body="What I had to say.")
    author = visit(ben)
    make.decide("hide", proposal, dee, reason="abuse")
    answer = author.get(f"/replies/{comment.id}")
    assert answer.status_code == 410
    for shown in (answer.text, author.get("/notices").text, author.get(f"/people/{ben.id}").text):
        assert UNDER in shown
        assert "What I had to say." in shown
        assert "A title that is gone" not in shown
        assert "Everything you wrote is shown" not in shown
    assert str(REASON_LABELS[Reason.ABUSE]) in answer.text
    make.decide("restore", proposal, dee)
    assert author.get(f"/replies/{comment.id}").status_code == 200
    assert "Everything you wrote is shown" in author.get("/notices").text


@pytest.mark.parametrize(("status", "code"), [("hidden", 410), ("waiting", 403)])
def test_what_is_not_shown_is_never_called_mistyped(
    make: Make, visit: Any, status: str, code: int
) -> None:
    reply = make.proposal(make.essay(), status=status, title="Kept from sight", body="Its words.")
    zed = visit(make.user("Zed"))
    for path in (
        f"/replies/{reply.id}",
        f"/replies/{reply.id}/history",
        f"/replies/{reply.id}/report",
    ):
        answer = zed.get(path)
        assert answer.status_code == code, path
        for word in ("mistyped", "Kept from sight", "Its words."):
            assert word not in answer.text
    told = (
        "Moderators have hidden this" if status == "hidden" else "This is waiting for a moderator"
    )
    assert told in zed.get(f"/replies/{reply.id}").text
    assert told in zed.post(f"/replies/{reply.id}/vote", {"value": "support"}).text
    for_programs = zed.get(f"/replies/{reply.id}", headers={"Accept": "application/json"})
    assert for_programs.status_code == code
    assert told in for_programs.json["detail"]


def test_moderators_reason_is_told_to_whoever_follows_the_address(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    dee = visit(make.user("Dee", role="moderator"))
    sent = {"reason": "personal", "note": "It named a private person."}
    dee.post(f"/moderation/{reply.id}/hide", sent)
    page = visit().get(f"/replies/{reply.id}").text
    assert "It named a private person." in page
    assert "What you wrote is kept" not in page


def test_what_answers_a_draft_stays_no_page_at_all(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(state="draft"), status="hidden")
    assert visit().get(f"/replies/{reply.id}").status_code == 404


def test_nobody_else_sees_on_a_persons_page_what_is_not_shown(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    make.proposal(make.essay(), ben, title="Kept from sight", status="hidden")
    assert "Kept from sight" in visit(ben).get(f"/people/{ben.id}").text
    for other in (visit(), visit(make.user()), visit(make.user(role="moderator"))):
        assert "Kept from sight" not in other.get(f"/people/{ben.id}").text


def test_whatever_may_not_be_read_has_a_reason_and_nothing_else_has(app: Flask, make: Make) -> None:
    essay, ben = make.essay(), make.user("Ben")
    people = [ben, make.user("Zed"), make.user("Dee", role="moderator")]
    replies = []
    for above in ("visible", "hidden", "waiting"):
        proposal = make.proposal(essay, status=above)
        under = [
            make.comment(proposal, ben, status=own) for own in ("visible", "hidden", "waiting")
        ]
        replies += [proposal, *under]
    with app.app_context():
        held = [db.session.get_one(Reply, each.id) for each in replies]
        readers = [db.session.get_one(User, each.id) for each in people]
        for reply in held:
            for person in readers:
                assert bool(can_see(person, reply)) == (absence_for(person, reply) is None)
            shown = reply.status == "visible" and (reply.thread or reply).status == "visible"
            assert (absence(reply) is None) == shown
        of_ben = {each.id for each in held if each.author_id == ben.id and absence(each)}
        assert {each.reply.id for each in not_shown(readers[0])} == of_ben
