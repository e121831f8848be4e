"""The demo: loaded once into an empty forum, plausible to the last vote, with accounts to try."""

from __future__ import annotations

import re
import shutil
import stat
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from forum.accounts.models import User, user_by_password
from forum.accounts.passwords import is_common
from forum.answers.models import SENTENCE_LENGTH, AnswerEdition, PromiseStep
from forum.answers.standings import DueState, standings
from forum.answers.statuses import PromiseState
from forum.answers.voices import AnswerVerdict, verdict_counts
from forum.bodies.models import seats_of
from forum.briefs.models import Brief, BriefFile, Shortlist, ShortlistItem
from forum.db import db, now
from forum.deals.models import Due
from forum.demo import accounts, bulk, commands, loading
from forum.demo.indexes_aside import indexes_aside, indexes_of
from forum.essays.models import Essay, EssayEvent
from forum.events.models import Event, Notice
from forum.exports.formats import FORMATS
from forum.mail.models import DeadLetter, Letter
from forum.moderation.models import Action, Report
from forum.replies.models import Reply, ReplyVersion
from forum.votes.models import Vote
from forum.web.dates import today
from tests.cast import Make

ACCOUNT = re.compile(r"^  (\w+) +(\S+@demo\.example) +(\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def loaded(shared_app: Flask, once: Any, tmp_path_factory: Any) -> Callable[[], str]:
    """The demo, loaded once into each database: how to bring it back."""
    file = Path(shared_app.instance_path) / accounts.FILE
    copy = tmp_path_factory.mktemp("accounts") / accounts.FILE

    def load() -> str:
        done = shared_app.test_cli_runner().invoke(args=["demo", "--if-empty"])
        assert done.exit_code == 0, done.output
        shutil.copy2(file, copy)
        return done.output

    again = once(load)

    def bring_back() -> str:
        shutil.copy2(copy, file)
        return str(again())

    return bring_back


@pytest.fixture
def said(app: Flask, loaded: Callable[[], str]) -> str:
    """What the command printed as it filled the empty forum."""
    return loaded()


def written() -> dict[str, Any]:
    folder = Path(loading.__file__).parent / "replies"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    return {slug: yaml.safe_load(text) for slug, text in texts.items()}


def test_one_of_each_role_can_sign_in(app: Flask, said: str) -> None:
    found = ACCOUNT.findall(said)
    roles = ["admin", "moderator", "facilitator", "reader", "answers"]
    assert [role for role, _, _ in found] == roles
    with app.app_context():
        for role, email, password in found:
            assert len(password) >= 12
            assert not is_common(password)
            user = user_by_password(email, password)
            assert user is not None
            assert user.role == (role if role != "answers" else "reader")
            assert bool(seats_of(user, today())) == (role == "answers")
        others = select(func.count()).select_from(User).where(User.email.is_not(None))
        assert db.session.scalar(others) == 5


def test_the_accounts_are_kept_for_the_owner_and_said_again(
    app: Flask, runner: FlaskCliRunner, said: str
) -> None:
    path = Path(app.instance_path) / accounts.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = runner.invoke(args=["demo", "--if-empty"])
    assert (again.exit_code, ACCOUNT.findall(again.output)) == (0, ACCOUNT.findall(said))
    path.unlink()
    assert accounts.FORGOTTEN in runner.invoke(args=["demo", "--if-empty"]).output


def test_counts_are_those_of_the_files_and_do_not_drift(
    app: Flask, runner: FlaskCliRunner, said: str
) -> None:
    with app.app_context():
        query = select(Essay.slug, Reply.title, Reply.support, Reply.oppose, Reply.neutral)
        rows = db.session.execute(query.join(Reply.essay).where(Reply.lever.is_not(None))).all()
        replies = db.session.scalar(select(func.count()).select_from(Reply))
    expected = [
        (slug, words["title"], *(words["votes"][kind] for kind in ("support", "oppose", "neutral")))
        for slug, discussion in written().items()
        for words in discussion["proposals"]
    ]
    assert sorted(map(tuple, rows)) == sorted(expected)
    comments = [
        comment
        for discussion in written().values()
        for place in (*discussion["proposals"], discussion)
        for comment in place["comments"]
    ]
    assert replies == len(expected) + len(comments)
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0


def test_nobody_votes_for_their_own(app: Flask, said: str) -> None:
    with app.app_context():
        own = select(Vote).join(Reply, Reply.id == Vote.reply_id)
        assert db.session.scalars(own.where(Vote.user_id == Reply.author_id)).all() == []


def test_everything_happens_in_order_and_none_of_it_tomorrow(app: Flask, said: str) -> None:
    with app.app_context():
        times = db.session.scalars(select(Reply.created_at).order_by(Reply.id)).all()
        assert list(times) == sorted(times)
        assert (now() - times[0]).days >= 14
        latest = (Reply.edited_at, Vote.voted_at, ReplyVersion.at, Action.at, EssayEvent.at)
        circle = (Due.at, AnswerEdition.at, PromiseStep.at, AnswerVerdict.at)
        for column in (Reply.created_at, User.created_at, Report.created_at, *latest, *circle):
            moment = db.session.scalar(select(func.max(column)))
            assert moment is not None
            assert moment < now()
        early = select(Vote).join(Reply, Reply.id == Vote.reply_id)
        assert db.session.scalars(early.where(Vote.voted_at < Reply.created_at)).all() == []


def test_there_is_something_to_moderate_and_to_look_up(app: Flask, said: str) -> None:
    with app.app_context():
        action = db.session.scalars(select(Action)).one()
        assert (action.kind, action.by and action.by.role) == ("hide", "moderator")
        report = db.session.scalars(select(Report)).one()
        assert report.reporter_id != report.reply.author_id
        assert sorted(db.session.scalars(select(Essay.state))) == ["closed", "open", "open"]
        edited = db.session.scalars(select(Reply).where(Reply.version == 2)).all()
        assert len(edited) == 3
        french = select(Reply.language).join(Reply.essay).where(Essay.language == "fr").distinct()
        assert db.session.scalars(french).all() == ["fr"]


def test_a_brief_was_made_of_a_shortlist(app: Flask, said: str) -> None:
    client = app.test_client()
    with app.app_context():
        brief = db.session.scalars(select(Brief)).one()
        lists = [shortlist.essay_id is None for shortlist in db.session.scalars(select(Shortlist))]
        files = list(db.session.scalars(select(BriefFile.extension)))
        for item in db.session.scalars(select(ShortlistItem)):
            assert (item.support, item.score) == (item.reply.support, item.reply.top)
            assert item.support > 0
    assert sorted(lists) == [False, True]
    assert set(files) == set(FORMATS)
    page = client.get(f"/briefs/{brief.reference}").get_data(as_text=True)
    assert "Five ways to keep the date on a permit" in page
    assert "Costs nothing but a room and a rule." in page


def test_a_whole_circle_stands_on_the_closed_discussion(app: Flask, said: str) -> None:
    with app.test_request_context():
        essay = db.session.scalars(select(Essay).where(Essay.stored_state == "closed")).one()
        rows = standings(Due.essay_id == essay.id)
        states = Counter(row.state for row in rows)
        assert states == {DueState.ANSWERED: 4, DueState.OVERDUE: 1, DueState.WAITING: 3}
        statuses = {row.status for row in rows if row.state is DueState.ANSWERED}
        assert statuses == {"accepted", "accepted_in_part", "declined", "done"}
        promises = Counter(each.state for row in rows for each in row.promises)
        assert promises == {PromiseState.KEPT: 1, PromiseState.OPEN: 1, PromiseState.LATE: 1}
        declined = next(row.edition for row in rows if row.status == "declined")
        assert declined is not None
        assert all(declined.words[language]["change_mind"] for language in app.config["LANGUAGES"])
        judged = verdict_counts([row.answer for row in rows if row.answer and row.settled_on])
        assert all(each.said and each.said <= each.may_say for each in judged.values())
        assert not any(row.has_fallen for row in rows)


def test_every_answer_of_the_demo_is_in_both_languages(app: Flask, said: str) -> None:
    with app.app_context():
        for edition in db.session.scalars(select(AnswerEdition)):
            english, french = (edition.words[language] for language in ("en", "fr"))
            assert set(english) == set(french)
            assert all(len(each["sentence"]) <= SENTENCE_LENGTH for each in (english, french))


def test_its_people_were_told_and_no_letter_of_the_story_waits(app: Flask, said: str) -> None:
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Event.told_at.is_(None))) == 0
        for table in (Letter, DeadLetter):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
        kinds = select(Event.kind).join(Notice, Notice.event_id == Event.id).join(User)
        told = set(db.session.scalars(kinds.where(User.email == "ben@demo.example")))
        assert {"answered", "rule_met", "closed"} <= told


def test_its_ledger_and_its_pages_are_worth_a_look(app: Flask, said: str) -> None:
    visitor = app.test_client()
    ledger = visitor.get("/ledger").get_data(as_text=True)
    for words in ("Overdue", "Promise late", "Declined", "asked, has not agreed", "said aloud"):
        assert words in ledger
    page = visitor.get("/essays/a-permit-is-a-promise?lang=fr").get_data(as_text=True)
    assert "Direction générale de Harrow Inlet" in page
    assert "Nobody defended the framed card." in page


def test_a_forum_in_use_is_left_alone(app: Flask, runner: FlaskCliRunner, make: Make) -> None:
    make.essay()
    refused = runner.invoke(args=["demo"])
    assert (refused.exit_code, refused.output) == (1, f"Error: {commands.FILLED}\n")
    left = runner.invoke(args=["demo", "--if-empty"])
    assert (left.exit_code, left.output) == (0, f"{commands.OTHERS}\n")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize(("votes", "few"), [(0, 10_000), (900, 10_000), (900, 10)])
def test_a_discussion_of_any_size_can_be_added_and_every_count_is_true(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, votes: int, few: int
) -> None:
    monkeypatch.setattr(loading, "load", small_cast)
    monkeypatch.setattr(bulk, "CHUNK", 20)
    monkeypatch.setattr(bulk, "FEW", few)
    with app.app_context():
        indexes = {table: indexes_of(table) for table in bulk.FILLED}
    assert len(indexes["replies"]) > 10
    done = runner.invoke(args=["demo", "--proposals", "50", "--votes", str(votes)])
    assert done.exit_code == 0, done.output
    with app.app_context():
        essay = db.session.scalars(select(Essay)).one()
        number = select(func.count()).where(Reply.essay_id == essay.id)
        assert db.session.scalar(number.where(Reply.lever.is_not(None))) == 50
        assert db.session.scalar(select(func.count()).select_from(Vote)) == votes
        assert essay.title == "What 50 proposals look like"
        assert {table: sorted(indexes_of(table)) for table in bulk.FILLED} == {
            table: sorted(found) for table, found in indexes.items()
        }
    assert "No drift." in runner.invoke(args=["recount", "--check"]).output
    page = app.test_client().get(f"/essays/{essay.slug}?q=permit").get_data(as_text=True)
    assert "permit" in page
    again = runner.invoke(args=["demo", "--proposals", "1"])
    assert again.exit_code == 1
    assert commands.FILLED in again.output


def test_indexes_are_there_again_whatever_happened(app: Flask) -> None:
    with app.app_context():
        before = sorted(indexes_of("replies"))
        with suppress(KeyboardInterrupt), indexes_aside(["replies"]):
            assert not indexes_of("replies")
            raise KeyboardInterrupt
        assert sorted(indexes_of("replies")) == before


def small_cast() -> tuple[str, list[Any], User]:
    """Whoever opens the discussion, without the discussions of the demo."""
    fay = accounts.pseudonym("Fay", "demo:fay")
    db.session.flush()
    return "", [], fay
