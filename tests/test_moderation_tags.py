"""What a moderator decided about tags, and what its author can still change."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.moderation.models import Action
from tests.cast import Make

TAGS = {"lever": "market", "jurisdiction": "municipal", "ambition": "replaces"}
MINE: dict[str, Any] = {
    "lever": "policy",
    "jurisdiction": "national",
    "ambition": "improves",
    "title": "Doors",
}


def undo_last(app: Flask, dee: Any) -> None:
    with app.app_context():
        number = db.session.scalars(select(Action.id).order_by(Action.id.desc())).first()
    answer = dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    assert answer.status_code == 303


def tags(make: Make, reply: Any) -> tuple[Any, ...]:
    now = make.fresh(reply)
    return now.lever, now.jurisdiction, now.ambition


def test_an_edit_does_not_take_a_moderators_tags_back(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, **MINE)
    author, path = visit(ben), f"/replies/{reply.id}/edit"
    assert 'name="lever"' in author.get(path).text
    sent = {"reason": "misplaced", "note": "It changes who pays.", **TAGS}
    assert dee.post(f"/moderation/{reply.id}/retag", sent).status_code == 303
    page = author.get(path).text
    assert 'name="lever"' not in page
    assert "Decided by a moderator" in page
    assert "It changes who pays." in page
    for edit in ({**MINE, "body": "At eight."}, {"lever": "", "body": "At nine."}):
        assert author.post(path, {"title": "Doors", **edit}).status_code == 303
        assert tags(make, reply) == tuple(TAGS.values())
        assert make.fresh(reply).body == edit["body"], "the words are the author's"
    same = dee.post(f"/moderation/{reply.id}/retag", {"reason": "misplaced", **TAGS})
    assert same.status_code == 409, "what is so already is nothing to do"
    undo_last(app, dee)
    assert tags(make, reply) == ("policy", "national", "improves")
    assert 'name="lever"' in author.get(path).text
    assert author.post(path, {**MINE, "lever": "regulatory", "body": "B"}).status_code == 303
    assert make.fresh(reply).lever == "regulatory"


def test_what_was_turned_into_a_comment_stays_one(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, **MINE)
    dee.post(f"/moderation/{reply.id}/to_comment", {"reason": "misplaced"})
    author, path = visit(ben), f"/replies/{reply.id}/edit"
    assert 'name="title"' not in author.get(path).text
    assert author.post(path, {**MINE, "body": "Still a proposal."}).status_code == 303
    now = make.fresh(reply)
    assert (now.lever, now.title, now.body) == (None, None, "Still a proposal.")


def test_an_edit_begun_before_a_moderators_replaces_nothing_unseen(
    make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, **MINE)
    author, path = visit(ben), f"/replies/{reply.id}/edit"
    began = re.search(r'name="version"[^>]*value="(\d+)"', author.get(path).text)
    assert began
    sent = {"reason": "unclear", "title": "Open the doors at eight"}
    assert dee.post(f"/moderation/{reply.id}/edit_title", sent).status_code == 303
    edit = {**MINE, "body": "My words.", "version": began[1]}
    answer = author.post(path, edit)
    page = answer.text
    assert answer.status_code == 409
    for said in (
        "It was changed after you started editing.",
        "Open the doors at eight",
        "My words.",
        "Doors",
    ):
        assert said in page
    now = make.fresh(reply)
    assert (now.title, now.version) == ("Open the doors at eight", 2)
    seen = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert seen
    again = author.post(path, {**edit, "version": seen[1]})
    assert (again.status_code, make.fresh(reply).title) == (303, "Doors"), "the title is Ben's"
