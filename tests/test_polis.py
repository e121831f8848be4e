"""Discussions held with Polis: brought in whole or not at all, and once however often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.moderation.acting import act
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.replies.models import Reply, reply_for_update
from forum.replies.reasons import Reason
from forum.replies.tallies import Tally
from forum.replies.versions import versions_of
from forum.votes.models import Vote
from forum.words import html, text
from forum.words.plain_text import as_markdown
from tests.cast import Make

HEADING = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
COMMENTS = (
    HEADING + '1500000002000,x,1,7,0,0,-1,"Buy my ""sofa"", cheap\nand *soft*"\n'
    "1500000001000,x,0,5,2,1,1,Publish the wait.\n"
    f"1500000003000,x,2,5,0,0,0,{'Fewer forms for everyone. ' * 6}\n"
)
VOTES = """timestamp,comment-id,voter-id,vote
1500000009000,0,6,1
1500000005000,0,6,-1
1500000005000,0,7,0
1500000005000,0,7,-1
1500000005000,0,5,1
1500000006000,1,5,1
"""
WIDE = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2
5,0,2,2,2,0,1,1,
6,0,0,1,1,0,1,,
7,,1,1,0,1,-1,,
"""
MATRIX = "voter-id,comment-id,vote\n5,0,1\n6,0,1\n7,0,-1\n5,1,1\n"

Import = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "comments.csv").write_text(COMMENTS, encoding="utf-8")
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def essay(make: Make) -> Essay:
    return make.essay("Queues", language="fr")


@pytest.fixture
def bring(runner: FlaskCliRunner, folder: Path, essay: Essay) -> Import:
    def run(*more: str) -> Any:
        return runner.invoke(args=["import", "polis", str(folder), "--essay", essay.slug, *more])

    return run


def rows(app: Flask) -> list[int]:
    with app.app_context():
        counts = (select(func.count()).select_from(table) for table in (User, Reply, Vote, Tally))
        return [db.session.scalar(count) or 0 for count in counts]


def proposals(app: Flask) -> list[Reply]:
    with app.app_context():
        return list(db.session.scalars(select(Reply).order_by(Reply.source)))


def test_statements_become_proposals_and_the_rejected_ones_stay_hidden(
    app: Flask, bring: Import
) -> None:
    done = bring("--lever", "market")
    assert done.exit_code == 0, done.output
    shown, hidden, long = proposals(app)
    assert (shown.title, shown.body, shown.status) == ("Publish the wait.",) * 2 + ("visible",)
    assert (shown.lever, shown.jurisdiction, shown.ambition) == ("market", None, None)
    assert shown.created_at == datetime(2017, 7, 14, 2, 40, 1, tzinfo=UTC)
    assert (shown.language, shown.source) == ("en", "polis:0")  # by its words
    assert (hidden.status, hidden.title) == ("hidden", 'Buy my "sofa", cheap and *soft*')
    assert html.excerpt(hidden.body, 200) == 'Buy my "sofa", cheap and *soft*'
    assert long.title is not None
    assert long.title.endswith("everyone. Fewer forms for…")
    assert len(long.title) <= 120 < len(long.body)
    with app.app_context():
        first = versions_of(shown)[0]
        assert (first.content["title"], first.at) == (shown.title, shown.created_at)
        assert db.session.scalars(select(Tally.proposals)).all() == [2]


def test_the_last_vote_counts_and_none_on_ones_own(app: Flask, bring: Import) -> None:
    done = bring()
    assert "Left out: 1 votes of authors on their own statements" in done.output
    assert "Votes: 3 (2 support, 1 oppose, 0 neutral)" in done.output
    shown, hidden, _ = proposals(app)
    assert (shown.support, shown.oppose, shown.neutral) == (1, 1, 0)
    assert hidden.support == 1
    with app.app_context():
        times = select(Vote.voted_at).where(Vote.reply_id == shown.id).order_by(Vote.user_id)
        assert [time.second for time in db.session.scalars(times)] == [9, 5]


def test_people_become_pseudonyms(app: Flask, bring: Import) -> None:
    bring()
    with app.app_context():
        people = db.session.scalars(select(User).order_by(User.source)).all()
    assert [person.name for person in people] == [f"Participant {n}" for n in (5, 6, 7)]
    assert [person.source for person in people] == [f"polis:queues:{n}" for n in (5, 6, 7)]
    assert all(person.email is None and person.password_hash is None for person in people)


@pytest.mark.parametrize(
    ("name", "votes"), [("participants-votes.csv", WIDE), ("matrix_votes.csv", MATRIX)]
)
def test_the_other_files_of_votes_do_as_well(
    app: Flask, bring: Import, folder: Path, name: str, votes: str
) -> None:
    (folder / "votes.csv").unlink()
    (folder / name).write_text("\ufeff" + votes.replace("\n", "\r\n"), encoding="utf-8")
    assert bring().exit_code == 0
    shown, hidden, _ = proposals(app)
    assert (shown.support, shown.oppose, hidden.support) == (1, 1, 1)


def test_importing_twice_changes_nothing(app: Flask, bring: Import, essay: Essay) -> None:
    bring()
    before, draws = rows(app), [each.draw for each in proposals(app)]
    with app.app_context():
        version = db.session.get_one(Essay, essay.id).version
    again = bring()
    assert "New: 0 statements, 0 people, 0 votes; changed: 0 votes" in again.output
    assert "Already there: 3 statements, 3 people, 3 votes" in again.output
    assert (rows(app), [each.draw for each in proposals(app)]) == (before, draws)
    with app.app_context():
        assert db.session.get_one(Essay, essay.id).version == version


def test_a_later_export_adds_what_is_new(app: Flask, bring: Import, folder: Path) -> None:
    bring()
    with (folder / "comments.csv").open("a") as file:
        file.write("1500000009000,x,3,8,0,0,1,Open on Saturdays.\n")
    with (folder / "votes.csv").open("a") as file:
        file.write("1500000009500,0,6,0\n1500000009600,3,6,1\n")
    again = bring()
    assert "New: 1 statements, 1 people, 1 votes; changed: 1 votes" in again.output
    shown, _, _, new = proposals(app)
    assert (shown.support, shown.oppose, shown.neutral, new.support) == (0, 1, 1, 1)


def test_a_statement_that_was_moved_is_not_brought_in_again(
    app: Flask, make: Make, runner: FlaskCliRunner, bring: Import, folder: Path
) -> None:
    bring()
    there = make.essay("Elsewhere")
    runner.invoke(args=["import", "polis", str(folder), "--essay", there.slug])
    before, moved, dee = rows(app), proposals(app)[0], make.user("Dee", role="moderator")
    with app.app_context():
        held = reply_for_update(moved.id)
        assert held is not None
        target = there.id
        if held.essay_id == there.id:
            target = db.session.scalars(select(Essay.id).where(Essay.id != there.id)).one()
        act(kind_named("move"), held, Decision(dee, Reason.MISPLACED), {"essay_id": target})
        db.session.commit()
    with (folder / "votes.csv").open("a") as file:
        file.write("1500000009500,0,6,0\n1500000009600,0,3,1\n")
    slugs = ["queues", there.slug]
    for slug in slugs:
        done = runner.invoke(args=["import", "polis", str(folder), "--essay", slug])
        assert "New: 0 statements, 1 people, 1 votes; changed: 1 votes" in done.output
    people, replies, votes, _tallies = rows(app)
    assert (people, replies, votes) == (before[0] + 3, before[1], before[2] + 2)
    with app.app_context():
        astray = select(func.count()).select_from(Vote).join(Reply, Reply.id == Vote.reply_id)
        assert db.session.scalar(astray.where(Vote.essay_id != Reply.essay_id)) == 0
    assert "No drift." in runner.invoke(args=["recount", "--check"]).output


def test_what_was_imported_has_no_drift(runner: FlaskCliRunner, bring: Import) -> None:
    bring()
    assert "No drift." in runner.invoke(args=["recount", "--check"]).output


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "reason"),
    [
        ("comments.csv", "1500000001000", "soon", 4, "timestamp"),
        ("comments.csv", "1500000001000", "99999999999999999", 4, "timestamp"),
        ("comments.csv", "x,1,7", "x,one,7", 2, "comment-id must be a whole number, not 'one'"),
        ("comments.csv", ",-1,", ",2,", 2, "moderated must be one of"),
        ("comments.csv", "Publish", "\u202ePublish", 4, "comment-body"),
        ("comments.csv", "x,2,5", "x,1,5", 5, "twice"),
        ("comments.csv", "moderated", "checked", 1, "one column named moderated"),
        ("comments.csv", "1,Publish", "1,2,Publish", 4, "9 values for 8 columns"),
        ("comments.csv", '"Buy', '"Buy"', 2, "not CSV"),
        ("votes.csv", "0,6,1", "0,6,2", 2, "vote must be one of"),
        ("votes.csv", "0,6,-1", "9,6,-1", 3, "no statement 9"),
        ("votes.csv", "0,7,0", "0,7", 4, "3 values for 4 columns"),
        ("votes.csv", "0,5,1", "0,-5,1", 6, "voter-id"),
        ("votes.csv", "voter-id", "person", 1, "one column named voter-id"),
        ("votes.csv", VOTES, "", 1, "one column named timestamp"),
    ],
)
def test_a_mistake_stops_everything(
    app: Flask, bring: Import, folder: Path, name: str, old: str, new: str, line: int, reason: str
) -> None:
    path = folder / name
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    done = bring()
    assert done.exit_code == 1
    assert f"Error: {path}, line {line}: " in done.output, done.output
    assert reason in done.output
    assert rows(app) == [0, 0, 0, 0]


def test_bytes_that_are_no_text_stop_everything(app: Flask, bring: Import, folder: Path) -> None:
    with (folder / "votes.csv").open("ab") as file:
        file.write(b"\xff\n")
    done = bring()
    assert "votes.csv, line 8: This is not text in UTF-8." in done.output
    assert rows(app) == [0, 0, 0, 0]


@pytest.mark.parametrize("missing", ["comments.csv", "votes.csv"])
def test_a_missing_file_is_named(bring: Import, folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    done = bring()
    assert (done.exit_code, missing in done.output) == (1, True)


def test_an_essay_holds_one_such_discussion(app: Flask, bring: Import, folder: Path) -> None:
    bring()
    before = rows(app)
    other = COMMENTS.replace("1500000001000", "1400000000000")
    (folder / "comments.csv").write_text(other, encoding="utf-8")
    done = bring()
    assert (done.exit_code, rows(app)) == (1, before)
    assert "an essay of its own" in done.output


def test_the_essay_must_be_there(runner: FlaskCliRunner, folder: Path) -> None:
    done = runner.invoke(args=["import", "polis", str(folder), "--essay", "none"])
    assert (done.exit_code, done.output) == (1, "Error: There is no essay none.\n")


PIECES = [*"ab1 \n\t-+=>#:.)(*_`~[]<>|\\&;!^'\"/", "http://", "https://x.org/", "&amp;", "|--|"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("http://a&amp;")
@example("http://a*b* http://a:1_b_ https://x.org/?a&amp;b_c_")
def test_plain_text_reads_the_same_as_markdown(words: str) -> None:
    cleaned = text.clean(words)
    assert html.excerpt(as_markdown(cleaned), 1_000) == " ".join(cleaned.split())


SHAPES = Path(__file__).parent / "shapes" / "polis"


def bring_shape(runner: FlaskCliRunner, essay: Essay, name: str, *more: str) -> Any:
    return runner.invoke(args=["import", "polis", str(SHAPES / name), "--essay", essay.slug, *more])


@pytest.mark.parametrize("name", ["seconds", "milliseconds", "wide", "names-as-downloaded"])
def test_exports_are_read_as_polis_writes_them(
    app: Flask, runner: FlaskCliRunner, essay: Essay, name: str
) -> None:
    done = bring_shape(runner, essay, name)
    assert done.exit_code == 0, done.output
    first = proposals(app)[0]
    assert first.created_at == datetime(2025, 6, 1, tzinfo=UTC)
    assert "times are in milliseconds" in done.output or "times are in seconds" in done.output
    assert (first.support, first.oppose) == (2, 0)


def test_a_date_in_words_must_agree_with_its_number(bring: Import, folder: Path) -> None:
    said = COMMENTS.replace(",x,0,", ",Sun Jun 01 2025 00:00:00 GMT+0000,0,")
    (folder / "comments.csv").write_text(said, encoding="utf-8")
    done = bring()
    assert "would be 2017-07-14, and datetime says 2025-06-01" in done.output


def test_what_a_file_says_of_itself_is_checked(
    app: Flask, runner: FlaskCliRunner, essay: Essay
) -> None:
    refused = bring_shape(runner, essay, "sign-turned")
    assert (refused.exit_code, rows(app)) == (1, [0, 0, 0, 0])
    assert "--turn-signs" in refused.output
    assert bring_shape(runner, essay, "sign-turned", "--turn-signs").exit_code == 0
    assert (proposals(app)[0].support, proposals(app)[0].oppose) == (2, 0)


def test_votes_taken_as_they_are_keep_their_sign(
    app: Flask, runner: FlaskCliRunner, essay: Essay
) -> None:
    assert bring_shape(runner, essay, "sign-turned", "--as-they-are").exit_code == 0
    assert (proposals(app)[0].support, proposals(app)[0].oppose) == (0, 2)


def test_votes_of_another_discussion_are_refused(bring: Import, folder: Path) -> None:
    many = "".join(f"1500000009000,0,{n},1\n" for n in range(100, 140))
    (folder / "votes.csv").write_text(VOTES + many, encoding="utf-8")
    done = bring()
    assert (
        "The votes are not those that this file speaks of: statement 0 has 2 agrees" in done.output
    )


def test_a_blank_statement_is_left_out_with_its_votes(
    app: Flask, runner: FlaskCliRunner, essay: Essay
) -> None:
    done = bring_shape(runner, essay, "blank-statement")
    assert "Left out: 1 statements without a word, with 1 votes" in done.output
    assert len(proposals(app)) == 4


def test_statements_about_the_discussion_are_left_out_unless_asked_for(
    app: Flask, runner: FlaskCliRunner, essay: Essay
) -> None:
    done = bring_shape(runner, essay, "names-as-downloaded")
    assert "Left out: 1 statements about the discussion itself" in done.output
    assert len(proposals(app)) == 3
    assert bring_shape(runner, essay, "names-as-downloaded", "--with-meta").exit_code == 0
    assert len(proposals(app)) == 4


def test_the_essay_gets_the_topic_and_address_that_it_lacks(
    app: Flask, runner: FlaskCliRunner, essay: Essay, make: Make
) -> None:
    bring_shape(runner, essay, "names-as-downloaded")
    other = make.essay("Another", summary="Its own words.", first_published=date(2012, 1, 27))
    bring_shape(runner, other, "names-as-downloaded")
    with app.app_context():
        filled, kept = db.session.get_one(Essay, essay.id), db.session.get_one(Essay, other.id)
        assert (filled.summary, filled.source_url) == (
            "Snow and streets",
            "http://example.org/r4abcd",
        )
        assert kept.summary == "Its own words."
        assert kept.source_url == "http://example.org/r4abcd"


def test_semicolons_decimals_and_empty_rows_are_understood(
    app: Flask, bring: Import, folder: Path
) -> None:
    written = VOTES.replace(",1\n", ",1.0\n").replace(",", ";") + ";;;\n\n"
    (folder / "votes.csv").write_text(written, encoding="utf-8")
    assert bring().exit_code == 0
    assert (proposals(app)[0].support, proposals(app)[0].oppose) == (1, 1)


def test_two_files_of_the_same_name_are_both_named(bring: Import, folder: Path) -> None:
    (folder / "2025-01-01-r1-votes.csv").write_text(VOTES, encoding="utf-8")
    assert "It holds both 2025-01-01-r1-votes.csv and votes.csv: keep one." in bring().output


def stopped_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an import fail after so many steps, without taking anything back, as a killed one."""
    left = [steps]

    def breath(_seconds: float) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    monkeypatch.setattr("forum.votes.importing.time.sleep", breath)


@pytest.mark.parametrize("steps", [2, 5, 7, 8])
def test_an_import_that_stops_shows_nothing_and_is_taken_back(
    app: Flask, bring: Import, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    with monkeypatch.context() as patch:
        stopped_after(steps, patch)
        assert bring().exit_code != 0
    assert rows(app) == [0, 0, 0, 0]
    assert bring().exit_code == 0
    assert [each.source for each in proposals(app)] == ["polis:0", "polis:1", "polis:2"]


def test_an_import_that_was_killed_is_done_anew(
    app: Flask, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stopped_after(6, patch)
        patch.setattr("forum.votes.adopting.Adoption.take_back", lambda _self: iter(()))
        assert bring().exit_code != 0
    assert {each.status for each in proposals(app)} == {"hidden"}
    assert bring().exit_code == 0
    assert [each.source for each in proposals(app)] == ["polis:0", "polis:1", "polis:2"]
    assert rows(app)[2] == 3


def test_others_vote_while_an_import_goes_on(
    app: Flask, bring: Import, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = make.proposal(make.essay("Elsewhere"))
    cam = visit(make.user("Cam"))
    answers: list[int] = []

    def breath(_seconds: float) -> None:
        value = "support" if len(answers) % 2 else "oppose"
        answers.append(cam.post(f"/replies/{elsewhere.id}/vote", {"value": value}).status_code)

    monkeypatch.setattr("forum.votes.importing.time.sleep", breath)
    assert bring().exit_code == 0
    assert len(answers) > 8
    assert set(answers) == {303}
