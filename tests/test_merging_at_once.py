"""Merging while others vote, comment and merge: nothing lost, nothing twice, nobody stuck."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.votes.counters import check_comments, check_tallies, check_votes
from forum.votes.models import Vote
from tests.cast import Make
from tests.rows import number_of
from tests.test_concurrency import sender, together


def no_drift(app: Flask, essay_id: int) -> bool:
    """Say whether every counter is what its rows add up to."""
    with app.app_context():
        ids = list(db.session.scalars(select(Reply.id)))
        return not check_votes(ids) + check_comments(ids) + check_tallies([essay_id])


def test_two_merges_against_each_other_are_one(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    one, other = make.proposal(essay, support=2), make.proposal(essay, support=3)
    acts = []
    for n in range(10):
        source, target = ((one, other), (other, one))[n % 2]
        dee = visit(make.user(role="moderator"))
        words = {"into": str(target.id), "reason": "duplicate"}
        acts.append(sender(app, dee, f"/moderation/{source.id}/merge", words))
    statuses = together(acts)
    assert sorted(set(statuses)) == [303, 409]
    assert statuses.count(303) == 1
    assert number_of(app, Action) == 1
    assert no_drift(app, essay.id)


def test_votes_and_comments_during_a_merge_are_kept(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    source, target = make.proposal(essay, support=2), make.proposal(essay, support=1)
    words = {"into": str(target.id), "reason": "duplicate"}
    dee = visit(make.user("Dee", role="moderator"))
    acts = [sender(app, dee, f"/moderation/{source.id}/merge", words)]
    for n, reply in enumerate((source, source, source, target, target)):
        path = f"/replies/{reply.id}"
        said = {"stance": "refine", "body": f"Thought {n}."}
        acts.append(sender(app, visit(make.user()), f"{path}/vote", {"value": "support"}))
        acts.append(sender(app, visit(make.user()), f"{path}/comment", said))
    acts = acts[:10]
    statuses = together(acts)
    assert statuses[0] == 303
    assert set(statuses) <= {303, 403}
    with app.app_context():
        voters = select(func.count(Vote.user_id.distinct()))
        assert db.session.scalar(voters.where(Vote.reply_id == target.id)) == db.session.scalar(
            voters
        )
        under = select(func.count()).where(Reply.thread_id == source.id)
        assert db.session.scalar(under) == 0, "no comment is left behind"
        comments = select(func.count()).where(Reply.thread_id == target.id)
        said_so = sum(status == 303 for status in statuses[2::2])
        assert db.session.scalar(comments) == said_so
    assert no_drift(app, essay.id)
