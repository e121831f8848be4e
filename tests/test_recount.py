"""Counts can be rebuilt: drift is found, named, mended, and never made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, insert, select, update

from forum import create_app
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.replies.tallies import Tally
from forum.votes import recounting
from forum.votes.models import Vote
from tests.cast import Make


def spoil(app: Flask, *statements: object) -> None:
    with app.app_context():
        for statement in statements:
            db.session.execute(statement)  # type: ignore[call-overload]
        db.session.commit()


@pytest.fixture
def proposal(make: Make) -> Reply:
    """A proposal with votes and comments, beside a hidden one and a comment on the essay."""
    essay = make.essay()
    found = make.proposal(essay, support=3, oppose=1, neutral=1)
    make.comment(make.comment(found))
    make.comment(found, status="hidden")
    make.proposal(essay, support=1, status="hidden", lever="market")
    make.comment(essay)
    return make.fresh(found)


def test_what_the_forum_counted_has_no_drift(runner: FlaskCliRunner, proposal: Reply) -> None:
    assert proposal.comments == 2
    done = runner.invoke(args=["recount", "--check"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "No drift.")


def test_an_empty_forum_has_no_drift(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["recount", "--check"])
    assert (done.exit_code, "No drift." in done.output) == (0, True)


def test_a_database_without_tables_is_said_plainly(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    bare = create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "for tests only"})
    done = bare.test_cli_runner().invoke(args=["recount"])
    said = "Error: The database is not up to date. Run flask db upgrade first.\n"
    assert (done.exit_code, done.output) == (1, said)


def test_check_names_every_drift_and_changes_nothing(
    app: Flask, runner: FlaskCliRunner, make: Make, proposal: Reply
) -> None:
    changes = {"support": 9, "top": proposal.top + 1e-15, "comments": 5}
    spoil(
        app,
        update(Reply).where(Reply.id == proposal.id).values(**changes),
        update(Tally).where(Tally.lever == "policy").values(proposals=7),
    )
    done = runner.invoke(args=["recount", "--check"])
    assert done.exit_code == 1
    for line in (
        f"replies {proposal.id} support: stored 9, counted 3",
        f"replies {proposal.id} top: stored {proposal.top + 1e-15!r}, counted {proposal.top!r}",
        f"replies {proposal.id} comments: stored 5, counted 2",
        f"tallies {proposal.essay_id}/policy/any/improves proposals: stored 7, counted 1",
        "4 numbers have drifted. Run flask recount to mend them.",
    ):
        assert line in done.output.splitlines()
    assert make.fresh(proposal).support == 9


def test_recount_mends_what_drifted_and_only_that(
    app: Flask, runner: FlaskCliRunner, make: Make, proposal: Reply
) -> None:
    other = make.proposal(proposal.essay, support=2)
    one_vote = select(Vote.user_id).where(Vote.reply_id == proposal.id, Vote.value == "support")
    spoil(
        app,
        update(Reply).where(Reply.id == proposal.id).values(comments=0),
        delete(Vote).where(
            Vote.reply_id == proposal.id, Vote.user_id == one_vote.limit(1).scalar_subquery()
        ),
        delete(Tally),
        insert(Tally).values(
            essay_id=proposal.essay_id,
            lever="market",
            jurisdiction="any",
            ambition="improves",
            proposals=4,
        ),
    )
    with app.app_context():
        version = db.session.get_one(Essay, proposal.essay_id).version
    done = runner.invoke(args=["recount"])
    assert (done.exit_code, "are mended" in done.output) == (0, True)
    mended = make.fresh(proposal)
    assert (mended.support, mended.oppose, mended.comments) == (2, 1, 2)
    assert make.fresh(other).draw == other.draw
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
    with app.app_context():
        assert db.session.get_one(Essay, proposal.essay_id).version > version


def test_many_drifts_are_numbered_and_not_all_named(
    app: Flask, runner: FlaskCliRunner, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "CHUNK", 2)
    monkeypatch.setattr(recounting, "LINES", 3)
    essay = make.essay()
    for _ in range(5):
        make.proposal(essay)
    spoil(app, update(Reply).values(neutral=1))
    done = runner.invoke(args=["recount", "--check"])
    assert done.output.count("neutral: stored 1, counted 0") == 3
    assert "… and 2 more." in done.output
    assert "5 numbers have drifted" in done.output
