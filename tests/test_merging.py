"""Merging duplicates: nothing is lost by it, and all of it can be put back to the vote."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from forum.db import db
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.replies.tallies import Tally
from forum.votes.models import Vote
from tests.cast import Make

NUMBERS = ("support", "oppose", "neutral", "comments")


def merge(visitor: Any, source: Reply, target: Reply, **more: str) -> Any:
    """Send the form that the preview shows."""
    words = {"into": str(target.id), "reason": "duplicate", **more}
    return visitor.post(f"/moderation/{source.id}/merge", words)


def undo_last(app: Flask, visitor: Any) -> Any:
    """Undo the latest action."""
    with app.app_context():
        number = db.session.scalar(select(func.max(Action.id)))
    return visitor.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})


def counts(make: Make, reply: Reply) -> tuple[int, ...]:
    now = make.fresh(reply)
    return tuple(getattr(now, name) for name in NUMBERS)


def votes(app: Flask, reply: Reply) -> dict[int, tuple[str, int | None]]:
    """Return by person what they voted, and where the vote came from."""
    with app.app_context():
        rows = db.session.scalars(select(Vote).where(Vote.reply_id == reply.id))
        return {vote.user_id: (vote.value, vote.carried_from_id) for vote in rows}


def text_of(visitor: Any, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def test_distinct_voters_carry_over_once_and_come_back(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, ben, eve = make.essay(), make.user("Ben"), make.user("Eve")
    source = make.proposal(essay, ben, support=2, neutral=1)
    target = make.proposal(essay, eve, support=1, oppose=1)
    both = make.user("Both")
    make.vote(both, source, "oppose")
    make.vote(both, target, "support")
    make.vote(eve, source, "support")
    before = votes(app, source), votes(app, target), counts(make, source), counts(make, target)
    assert merge(dee, source, target).status_code == 303
    assert counts(make, target) == (1 + 1 + 2, 1, 1, 0)
    after = votes(app, target)
    assert after[both.id] == ("support", None), "a person's own vote on the target wins"
    assert eve.id not in after, "nobody votes on their own proposal"
    assert sum(where == source.id for _value, where in after.values()) == 3
    assert votes(app, source) == before[0], "what was voted on the source is untouched"
    now = make.fresh(source)
    assert (now.status, now.merged_into_id) == ("merged", target.id)
    assert undo_last(app, dee).status_code == 303
    assert before == (
        votes(app, source),
        votes(app, target),
        counts(make, source),
        counts(make, target),
    )
    assert make.fresh(source).status == "visible"
    assert make.fresh(source).merged_into_id is None


def test_votes_of_the_meantime_stay_where_they_were_given(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    source, target = make.proposal(essay), make.proposal(essay)
    kept, changed, withdrew, late = (make.user(name) for name in ("Kim", "Cho", "Wil", "Lou"))
    for person in (kept, changed, withdrew):
        make.vote(person, source, "support")
    merge(dee, source, target)
    visit(changed).post(f"/replies/{target.id}/vote", {"value": "oppose"})
    visit(withdrew).post(f"/replies/{target.id}/vote", {"value": "none"})
    visit(late).post(f"/replies/{target.id}/vote", {"value": "neutral"})
    assert counts(make, target)[:3] == (1, 1, 1)
    undo_last(app, dee)
    assert votes(app, source) == {each.id: ("support", None) for each in (kept, changed, withdrew)}
    assert votes(app, target) == {changed.id: ("oppose", None), late.id: ("neutral", None)}
    assert counts(make, target)[:3] == (0, 1, 1)
    assert counts(make, source)[:3] == (3, 0, 0)


def test_confirming_a_carried_vote_makes_it_ones_own(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, cam = make.essay(), make.user("Cam")
    source, target = make.proposal(essay), make.proposal(essay)
    make.vote(cam, source, "support")
    merge(dee, source, target)
    page = text_of(visit(cam), f"/replies/{target.id}")
    assert "was carried over from" in page
    assert f'href="/replies/{source.id}"' in page
    visit(cam).post(f"/replies/{target.id}/vote", {"value": "support"})
    assert votes(app, target) == {cam.id: ("support", None)}
    assert "was carried over from" not in text_of(visit(cam), f"/replies/{target.id}")
    undo_last(app, dee)
    assert votes(app, target) == votes(app, source) == {cam.id: ("support", None)}


def test_comments_move_with_a_mark_and_return(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay = make.essay()
    source, target = make.proposal(essay), make.proposal(essay)
    moved = make.comment(source, body="Said on the duplicate.")
    below = make.comment(moved, body="An answer to it.")
    unseen = make.comment(source, status="hidden")
    there = make.comment(target, body="Said on the other.")
    merge(dee, source, target)
    assert (counts(make, source)[3], counts(make, target)[3]) == (0, 3)
    for each in (moved, below, unseen):
        assert (make.fresh(each).thread_id, make.fresh(each).origin_id) == (target.id, source.id)
    assert make.fresh(moved).parent_id == target.id
    assert make.fresh(below).parent_id == moved.id
    page = text_of(visit(), f"/replies/{target.id}")
    assert "Said on the duplicate." in page
    assert page.count("came from a merged proposal") == 2
    assert "Said on the duplicate." not in text_of(visit(), f"/replies/{source.id}")
    late = make.comment(make.fresh(target), body="Said meanwhile.")
    answer = make.comment(make.fresh(moved), body="An answer given meanwhile.")
    undo_last(app, dee)
    where = {each.id: make.fresh(each) for each in (moved, below, unseen, there, late, answer)}
    assert {each.origin_id for each in where.values()} == {None}
    assert where[moved.id].parent_id == source.id
    assert [where[each.id].thread_id for each in (moved, below, unseen, answer)] == [source.id] * 4
    assert [where[each.id].thread_id for each in (there, late)] == [target.id] * 2
    assert (counts(make, source)[3], counts(make, target)[3]) == (3, 2)


def test_the_merged_one_is_read_at_its_address_and_nowhere_else(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    source = make.proposal(essay, ben, title="Zebra crossings", body="Paint zebra stripes.")
    target = make.proposal(essay, title="Crossings for all")
    make.vote(cam, source, "support")
    assert merge(dee, source, target).status_code == 303
    page = text_of(visit(), f"/replies/{source.id}")
    assert "Paint zebra stripes." in page
    assert "This proposal was merged into another" in page
    assert f'href="/replies/{target.id}"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Your vote was carried over." in text_of(visit(cam), f"/replies/{source.id}")
    fay = visit(make.user("Fay", role="facilitator"))
    for path in (
        "/",
        f"/essays/{essay.slug}",
        f"/essays/{essay.slug}?q=zebra&sort=top",
        "/proposals",
        "/proposals?q=zebra",
        f"/people/{ben.id}",
        "/moderation/log",
        f"/replies/{target.id}",
    ):
        for visitor in (visit(), visit(cam)):
            shown = text_of(visitor, path)
            assert "Zebra" not in shown, path
            assert "zebra stripes" not in shown, path
    for extension in ("csv", "json", "md"):
        for path in (f"/essays/{essay.slug}/proposals.{extension}", f"/proposals.{extension}"):
            assert "ebra" not in text_of(fay, path), path
    assert visit().get(f"/replies/{source.id}/history").status_code == 404
    assert visit(ben).get(f"/replies/{source.id}/history").status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.sum(Tally.proposals))) == 1


def test_readers_are_told_in_the_thread_and_the_author_by_a_notice(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    source, target = make.proposal(essay, ben), make.proposal(essay)
    merge(dee, source, target, note="They ask for the same.")
    thread = text_of(visit(), f"/replies/{target.id}")
    assert "Merged into another proposal" in thread
    assert "They ask for the same." in thread
    assert "They ask for the same." in text_of(visit(ben), "/notices")
    undo_last(app, dee)
    assert "Undone: Merged into another proposal" in text_of(visit(), f"/replies/{target.id}")


def test_nothing_can_be_done_with_a_merged_one(make: Make, visit: Any, dee: Any) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    source, target = make.proposal(essay, ben), make.proposal(essay)
    merge(dee, source, target)
    edit = {"lever": "policy", "title": "T", "body": "Changed."}
    for visitor, deed, words in (
        (visit(cam), "vote", {"value": "support"}),
        (visit(cam), "report", {"reason": "spam"}),
        (visit(cam), "comment", {"stance": "support", "body": "B"}),
        (visit(ben), "edit", edit),
    ):
        answer = visitor.post(f"/replies/{source.id}/{deed}", words)
        assert answer.status_code == 403, deed
        assert "merged into another proposal" in answer.get_data(as_text=True)
    for action in ("hide", "keep", "retag", "move", "to_comment", "restore"):
        assert dee.post(f"/moderation/{source.id}/{action}", {"reason": "spam"}).status_code in {
            409,
            422,
        }, action
    assert make.fresh(source).status == "merged"
    assert dee.get(f"/moderation/{source.id}").status_code == 200


def test_the_preview_shows_both_and_what_comes_of_it(make: Make, visit: Any, dee: Any) -> None:
    essay = make.essay()
    source = make.proposal(essay, support=2, body="The words of the one.")
    target = make.proposal(essay, oppose=1, body="The words of the other.")
    both = make.user()
    make.vote(both, source, "support")
    make.vote(both, target, "oppose")
    make.comment(source)
    for into in (str(target.id), f"http://localhost/replies/{target.id}#comments"):
        page = dee.get(f"/moderation/{source.id}/merge", query_string={"into": into})
        shown = page.get_data(as_text=True)
        assert "The words of the one." in shown
        assert "The words of the other." in shown
        assert "4 distinct people’s votes count afterwards." in shown
        assert "2 votes are carried over." in shown
        assert "1 person has voted on both" in shown
        assert "1 comment moves and says where it came from." in shown
    assert make.fresh(source).status == "visible"


def test_a_change_in_between_is_refused(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    source, target = make.proposal(essay), make.proposal(essay, ben)
    visit(ben).post(
        f"/replies/{target.id}/edit", {"lever": "policy", "title": "Other", "body": "Words."}
    )
    answer = merge(dee, source, target, state="1", target_state="1", note="My note.")
    assert answer.status_code == 409
    assert "My note." in answer.get_data(as_text=True)
    assert make.fresh(source).status == "visible"
    assert merge(dee, source, target, state="1", target_state="2").status_code == 303


@pytest.mark.parametrize("other", ["itself", "hidden", "waiting", "comment", "elsewhere", "merged"])
def test_what_cannot_be_merged_is_refused(app: Flask, make: Make, dee: Any, other: str) -> None:
    essay = make.essay()
    source, last = make.proposal(essay), make.proposal(essay)
    target = {
        "itself": lambda: source,
        "hidden": lambda: make.proposal(essay, status="hidden"),
        "waiting": lambda: make.proposal(essay, status="waiting"),
        "comment": lambda: make.comment(essay),
        "elsewhere": lambda: make.proposal(make.essay("Another")),
        "merged": lambda: make.proposal(essay),
    }[other]()
    if other == "merged":
        merge(dee, target, last)
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Action))
    assert merge(dee, source, target).status_code == 409
    assert dee.get(f"/moderation/{source.id}/merge?into={target.id}").status_code == 200
    assert make.fresh(source).status == "visible"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Action)) == before


def test_nobody_merges_where_they_wrote_one_of_them(make: Make, visit: Any) -> None:
    essay, eve = make.essay(), make.user("Eve", role="moderator")
    mine, other = make.proposal(essay, eve), make.proposal(essay)
    for source, target in ((mine, other), (other, mine)):
        assert merge(visit(eve), source, target).status_code == 403
        path = f"/moderation/{source.id}/merge?into={target.id}"
        assert visit(eve).get(path).status_code == 403
    assert make.fresh(mine).status == make.fresh(other).status == "visible"


def test_nobody_separates_what_was_merged_into_their_own(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, eve = make.essay(), make.user("Eve", role="moderator")
    source, target = make.proposal(essay), make.proposal(essay, eve)
    merge(dee, source, target)
    assert undo_last(app, visit(eve)).status_code == 403
    assert make.fresh(source).status == "merged"


def test_a_chain_is_followed_to_its_end_and_undone_from_there(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    one, two, three = (make.proposal(essay, support=2) for _ in range(3))
    comment = make.comment(one)
    merge(dee, one, two)
    merge(dee, two, three)
    assert counts(make, three) == (6, 0, 0, 1)
    assert make.fresh(comment).origin_id == one.id
    assert f'href="/replies/{three.id}"' in text_of(visit(), f"/replies/{one.id}")
    first = dee.post("/moderation/actions/1/undo", {"reason": "mistake"})
    assert first.status_code == 409
    assert "separate that one first" in first.get_data(as_text=True)
    assert dee.post("/moderation/actions/2/undo", {"reason": "mistake"}).status_code == 303
    assert counts(make, two) == (4, 0, 0, 1)
    assert (make.fresh(comment).thread_id, make.fresh(comment).origin_id) == (two.id, one.id)
    assert dee.post("/moderation/actions/1/undo", {"reason": "mistake"}).status_code == 303
    assert [counts(make, each) for each in (one, two, three)] == [
        (2, 0, 0, 1),
        (2, 0, 0, 0),
        (2, 0, 0, 0),
    ]


def test_separating_can_be_undone_too(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay = make.essay()
    source, target = make.proposal(essay, support=1), make.proposal(essay)
    merge(dee, source, target)
    undo_last(app, dee)
    undo_last(app, dee)
    assert make.fresh(source).merged_into_id == target.id
    assert counts(make, target)[:3] == (1, 0, 0)
    undo_last(app, dee)
    assert counts(make, target)[:3] == (0, 0, 0)
    assert make.fresh(source).status == "visible"


def test_merging_decides_the_reports_on_the_duplicate(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    source, target = make.proposal(essay, title="A double"), make.proposal(essay)
    cam = visit(make.user("Cam"))
    cam.post(f"/replies/{source.id}/report", {"reason": "duplicate"})
    assert "A double" in text_of(dee, "/moderation")
    merge(dee, source, target)
    dee.get("/")
    assert f"review-{source.id}" not in text_of(dee, "/moderation")
    assert "Merged into another proposal" in text_of(cam, "/notices")
    undo_last(app, dee)
    assert f"review-{source.id}" in text_of(dee, "/moderation")


def test_what_an_action_concerned_cannot_be_rewritten(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    source, target = make.proposal(essay), make.proposal(essay)
    merge(dee, source, target)
    with app.app_context():
        for value in ("NULL", str(source.id)):
            with pytest.raises(DBAPIError, match="only ever added"):
                db.session.execute(text(f"UPDATE actions SET target_id = {value}"))
            db.session.rollback()
        assert db.session.scalar(select(Action.target_id)) == target.id
