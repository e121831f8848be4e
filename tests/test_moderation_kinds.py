"""The register of actions: what stands on a kind's row is what happens, wherever it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from forum.accounts.models import User
from forum.db import db
from forum.events.models import Notice
from forum.moderation.kinds import KINDS
from forum.moderation.models import Action
from forum.worker import give_sign
from tests.cast import Make
from tests.test_briefs import text_of


def test_no_two_kinds_share_a_name_nor_two_that_are_done_to_many_a_key() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    in_bulk = [kind.key for kind in KINDS if kind.in_bulk]
    assert len(set(in_bulk)) == len(in_bulk)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("hide", {}),
        ("ask_rewrite", {}),
        ("merge", {"into": "other"}),
        ("edit_title", {"title": "Another title"}),
        ("undo", {}),
    ],
)
def test_a_file_is_not_handed_out_once_an_action_took_words_from_its_list(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner, name: str, given: dict[str, str]
) -> None:
    essay, dee = make.essay(), visit(make.user("Dee", role="moderator"))
    fay = visit(make.user("Fay", role="facilitator"))
    shown, other = make.proposal(essay, title="The title that goes"), make.proposal(essay)
    path = f"/moderation/{shown.id}/{name}"
    if name == "undo":
        make.decide("restore", make.proposal(essay, status="hidden"), make.user(role="moderator"))
        with app.app_context():
            path = f"/moderation/actions/{db.session.scalar(select(Action.id))}/undo"
    with app.app_context():
        give_sign()
    asked = fay.post(f"/essays/{essay.slug}/export", {"format": "csv"}).location
    runner.invoke(args=["worker", "--once"])
    assert fay.get(f"{asked}/file").status_code == 200
    sent = {field: str(other.id) if value == "other" else value for field, value in given.items()}
    assert dee.post(path, {"reason": "other", **sent}).status_code == 303
    assert fay.get(f"{asked}/file").status_code == 409


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.hides])
def test_a_brief_says_on_which_day_a_proposal_was_hidden_however_it_was(
    make: Make, visit: Any, name: str
) -> None:
    fay, dee = make.user("Fay", role="facilitator"), make.user("Dee", role="moderator")
    proposal = make.proposal(make.essay())
    brief = make.brief(fay, make.shortlist(fay, proposal))
    make.decide(name, proposal, dee)
    page = text_of(visit(), f"/briefs/{brief.reference}")
    assert "A proposal that moderators have withdrawn (<time" in page


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("keep", "visible", {"Zed"}),
        ("keep", "waiting", {"Ben", "Zed"}),
        ("hide", "visible", {"Ben", "Zed"}),
        ("ask_rewrite", "visible", {"Ben", "Zed"}),
        ("restore", "hidden", {"Ben", "Zed"}),
        ("uphold", "hidden", {"Ben", "Zed"}),
        ("to_comment", "visible", {"Ben"}),
        ("lock", "visible", {"Ben"}),
        ("feature", "visible", {"Ben"}),
    ],
)
def test_whom_an_action_tells_stands_on_its_row(
    app: Flask, make: Make, name: str, status: str, told: set[str]
) -> None:
    dee, zed = make.user("Dee", role="moderator"), make.user("Zed")
    reply = make.proposal(make.essay(), make.user("Ben"), status=status)
    make.report(reply, zed)
    make.decide(name, reply, dee)
    with app.app_context():
        names = select(User.name).join(Notice, Notice.user_id == User.id)
        assert set(db.session.scalars(names)) == told
