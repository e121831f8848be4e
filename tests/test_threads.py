"""Comments in threads one level deep: who answers whom, wherever comments stand."""

from __future__ import annotations

import re
from typing import Any

from forum.replies.models import Reply
from forum.replies.threads import threads
from tests.cast import Make


def outline_of(comments: list[Reply]) -> dict[int, list[tuple[int, int]]]:
    """Return the number of each answer and of the one it answers, by the comment they are under."""
    return {
        each.comment.id: [(a.comment.id, a.to.id if a.to else 0) for a in each.answers]
        for each in threads(comments)
    }


def test_an_answer_stands_under_the_comment_that_began(make: Make) -> None:
    reply = make.proposal(make.essay())
    first, second = make.comment(reply), make.comment(reply)
    answer = make.comment(first, stance=None)
    deep = make.comment(answer, stance=None)
    assert outline_of([first, second, answer, deep]) == {
        first.id: [(answer.id, 0), (deep.id, answer.id)],
        second.id: [],
    }


def test_an_answer_outlives_what_it_answered(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    first = make.comment(reply, status="hidden", body="A secret")
    answer = make.comment(first, stance=None, body="Indeed not.")
    assert [each.is_left for each in threads([answer])] == [True]
    page = visit().get(f"/replies/{reply.id}").get_data(as_text=True)
    assert "In reply to a comment that is no longer shown" in page
    assert "Indeed not." in page
    assert "A secret" not in page


def test_everyone_finds_reply_at_every_comment(make: Make, visit: Any) -> None:
    essay = make.essay()
    reply, on_essay = make.proposal(essay), make.comment(essay)
    first = make.comment(reply)
    answers = [make.comment(first, stance=None), make.comment(on_essay, stance=None)]
    for visitor in (visit(), visit(make.user())):
        pages = {
            f"/replies/{reply.id}": [first, answers[0]],
            f"/replies/{on_essay.id}": [answers[1]],
            f"/essays/{essay.slug}": [on_essay, answers[1]],
        }
        for path, comments in pages.items():
            page = visitor.get(path).get_data(as_text=True)
            for each in comments:
                assert f'href="/replies/{each.id}/comment"' in page, path


def test_cam_answers_a_comment_and_stands_below_it(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    first = make.comment(reply, make.user("Ben"), body="Too slow.")
    make.comment(reply, body="Another matter.")
    cam = visit(make.user("Cam"))
    form = cam.get(f"/replies/{first.id}/comment").get_data(as_text=True)
    assert "Reply to Ben" in form
    assert "Too slow." in form
    assert 'name="stance"' not in form
    sent = cam.post(f"/replies/{first.id}/comment", {"body": "Not at all."})
    assert sent.location.startswith(f"/replies/{reply.id}#reply-")
    page = cam.get(sent.location).get_data(as_text=True)
    below = page.partition("comment-answers")[2].partition("Another matter.")[0]
    assert "Not at all." in below


def test_a_stranger_signs_in_and_is_back_in_the_form(make: Make, visit: Any) -> None:
    first = make.comment(make.proposal(make.essay()))
    answer = visit().get(f"/replies/{first.id}/comment")
    assert re.search(
        rf"/sign-in\?next=(%2F|/)replies(%2F|/){first.id}(%2F|/)comment", answer.location
    )


def test_a_closed_discussion_has_no_reply_button(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay(state="closed"))
    first = make.comment(reply)
    page = visit(make.user()).get(f"/replies/{reply.id}").get_data(as_text=True)
    assert f"/replies/{first.id}/comment" not in page
    assert visit(make.user()).get(f"/replies/{first.id}/comment").status_code == 403


def test_answers_on_the_essays_page_cost_one_query(make: Make, visit: Any, statements: Any) -> None:
    essay, zed = make.essay(), visit()
    for _n in range(2):
        make.comment(make.comment(essay), stance=None)
    few = statements(zed, f"/essays/{essay.slug}")
    for _n in range(6):
        top = make.comment(essay)
        make.comment(make.comment(top, stance=None), stance=None)
    assert len(statements(zed, f"/essays/{essay.slug}")) <= len(few)
