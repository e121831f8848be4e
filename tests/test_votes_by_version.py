"""Votes by version: how many were given to a text that has changed since, or came by a merge."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.exports.phrases import not_for_this_text
from forum.replies.models import Reply
from forum.votes.counting import counted_votes
from tests.cast import Make
from tests.test_deals import on_reply, take_back
from tests.test_merging import merge


def said(make: Make, reply: Reply) -> tuple[int, int]:
    """Return what is stored of earlier and carried votes, which is what the rows say."""
    fresh = make.fresh(reply)
    with make.app.app_context():
        rows = counted_votes([reply.id])[reply.id]
    assert (fresh.earlier, fresh.carried) == (rows.earlier, rows.carried)
    return fresh.earlier, fresh.carried


def test_votes_are_for_an_earlier_version_once_the_words_change(make: Make, visit: Any) -> None:
    essay = make.essay()
    reply = make.proposal(essay, support=3, oppose=1)
    voter = make.user("Cam")
    make.vote(voter, reply, "support")
    assert said(make, reply) == (0, 0)
    make.edit(reply, body="Every office publishes how long people wait, each week.")
    assert said(make, reply) == (5, 0)
    make.vote(make.user(), reply, "support")
    make.vote(voter, reply, "support")
    assert said(make, reply) == (4, 0)
    for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}"):
        assert "4 of 6 votes were for an earlier version" in visit().get(path).text
    fay = visit(make.user("Fay", role="facilitator"))
    rows = fay.get(f"/essays/{essay.slug}/proposals.json").get_json()["proposals"]
    assert (rows[0]["earlier"], rows[0]["carried"]) == (4, 0)


def test_tags_make_no_other_text(make: Make) -> None:
    reply = make.proposal(make.essay(), support=2)
    make.edit(reply, jurisdiction="municipal")
    assert said(make, reply) == (0, 0)


def test_a_moderator_may_say_that_only_the_wording_changed_and_take_it_back(
    app: Flask, make: Make
) -> None:
    reply = make.proposal(make.essay(), support=2)
    make.edit(reply, body="Every office publishes how long people have to wait.")
    assert said(make, reply) == (2, 0)
    found = on_reply(app, reply, "wording", make)
    assert said(make, reply) == (0, 0)
    make.vote(make.user(), reply, "support")
    take_back(app, found, make)
    assert said(make, reply) == (2, 0)


def test_a_correction_that_is_undone_leaves_votes_as_they_were(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay(), support=2)
    found = on_reply(app, reply, "edit_title", make, title="Another title")
    assert said(make, reply) == (2, 0)
    take_back(app, found, make)
    assert said(make, reply) == (0, 0)


def test_an_author_who_goes_back_to_the_first_words_gets_no_vote_for_others(make: Make) -> None:
    reply = make.proposal(make.essay(), support=2)
    for body in ("Something that many like.", reply.body):
        make.edit(reply, body=body)
        make.vote(make.user(), reply, "support")
    assert said(make, reply) == (3, 0)


def test_votes_that_a_merge_carried_say_so(make: Make, visit: Any) -> None:
    essay = make.essay()
    target, source = make.proposal(essay, support=1), make.proposal(essay, support=2)
    voter = make.user("Cam")
    make.vote(voter, source, "support")
    dee = visit(make.user("Dee", role="moderator"))
    assert merge(dee, source, target).status_code == 303
    assert said(make, target) == (0, 3)
    assert "3 of 4 votes were for a proposal merged into this one" in (
        visit().get(f"/replies/{target.id}").text
    )
    make.vote(voter, target, "oppose")
    assert said(make, target) == (0, 2)
    make.edit(target, body="Every office publishes how long people wait, each week.")
    assert said(make, target) == (2, 2)


@pytest.mark.any_database
def test_documents_say_it_only_where_it_is_so(app: Flask) -> None:
    row = {"support": 30, "oppose": 8, "neutral": 2, "earlier": 31, "carried": 0}
    with app.test_request_context():
        assert not_for_this_text(row) == ["31 of 40 votes were for an earlier version"]
        assert not_for_this_text({**row, "earlier": 0}) == []
