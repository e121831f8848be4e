"""Answers: what they discharge, that they stay as published, and who may give, judge and keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User
from forum.answers.answering import SaidAloud
from forum.answers.models import AnswerDraft, AnswerEdition, OfficialAnswer, Promise
from forum.answers.promises import standing_of
from forum.answers.standings import DueState
from forum.answers.statuses import STATUSES, AnswerStatus
from forum.answers.voices import AnswerVerdict
from forum.bodies.models import Body
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.cast import Make
from tests.circle import Circle


class Council(NamedTuple):
    """A council, Ines who answers for it, and a proposal of Ben's on which Cam voted."""

    circle: Circle
    body: Body
    ines: User
    ben: User
    cam: User
    reply: Reply


@pytest.fixture
def council(app: Flask, make: Make) -> Council:
    """A body with a seat, and a proposal that it can answer."""
    circle = Circle(make)
    ben, cam, ines = make.user("Ben"), make.user("Cam"), make.user("Ines")
    reply = make.proposal(make.essay(), ben, support=4, title="Delete the parking rule")
    make.vote(cam, reply, "oppose")
    body = circle.body()
    circle.seat(body, ines, last=60)
    return Council(circle, body, ines, ben, cam, make.fresh(reply))


DISCHARGES = [
    ("received", False),
    ("under_review", False),
    ("accepted", True),
    ("accepted_in_part", True),
    ("in_progress", True),
    ("done", True),
    ("declined", True),
    ("not_ours", False),
]


def test_the_table_below_names_every_status() -> None:
    assert {status for status, _settles in DISCHARGES} == {each.value for each in AnswerStatus}
    assert set(STATUSES) == set(AnswerStatus)


@pytest.mark.parametrize(("status", "discharges"), DISCHARGES)
def test_which_statuses_discharge_what_is_due(
    council: Council, status: str, discharges: bool
) -> None:
    """``declined`` has its reason here; without one the database does not take it."""
    other = council.circle.body("Ministry of Housing")
    due = council.circle.due(council.reply, council.body, days=0)
    overdue = council.circle.due(
        council.circle.make.proposal(council.reply.essay), council.body, days=-1
    )
    more: Any = {"passed_to": other.slug} if status == "not_ours" else {}
    council.circle.answer(council.reply, council.body, council.ines, status, **more)
    standing = council.circle.standing(due)
    assert (standing.state is DueState.ANSWERED) is discharges
    assert council.circle.standing(overdue).is_overdue, "an answer is to one proposal"


def test_received_on_the_last_day_leaves_it_overdue_the_next(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = council.circle.due(council.reply, council.body, days=0)
    council.circle.answer(council.reply, council.body, council.ines, "received")
    assert council.circle.standing(due).state is DueState.WAITING
    tomorrow = council.circle.today() + timedelta(days=1)
    monkeypatch.setattr("forum.answers.standings.today", lambda: tomorrow)
    standing = council.circle.standing(due)
    assert standing.is_overdue
    assert "not an answer" in standing.says[0]


def test_what_was_only_asked_is_never_overdue(council: Council) -> None:
    due = council.circle.due(council.reply, council.body, days=-5, agreed=False)
    standing = council.circle.standing(due)
    assert standing.state is DueState.WAITING
    assert "asked, has not agreed" in standing.says


def test_what_is_not_ours_is_discharged_once_the_other_takes_it_over(council: Council) -> None:
    other, omar = council.circle.body("Ministry of Housing"), council.circle.make.user("Omar")
    council.circle.seat(other, omar)
    due = council.circle.due(council.reply, council.body, days=-3)
    answer = council.circle.answer(
        council.reply, council.body, council.ines, "not_ours", passed_to=other.slug
    )
    before = council.circle.standing(due)
    assert before.is_overdue
    assert "passed to Ministry of Housing, not taken over yet" in before.says
    council.circle.take_over(answer, other, omar)
    after = council.circle.standing(due)
    assert after.state is DueState.ANSWERED
    assert after.due.first_due_on == due.first_due_on, "the first day stays shown"


def test_another_body_discharges_nothing(council: Council) -> None:
    other, omar = council.circle.body("Ministry of Housing"), council.circle.make.user("Omar")
    due = council.circle.due(council.reply, council.body)
    council.circle.answer(council.reply, other, omar, "done")
    assert council.circle.standing(due).state is DueState.WAITING


def test_taken_back_it_is_due_again(council: Council) -> None:
    due = council.circle.due(council.reply, council.body, days=-1)
    answer = council.circle.answer(council.reply, council.body, council.ines)
    assert council.circle.standing(due).state is DueState.ANSWERED
    council.circle.take_back(answer, council.ines)
    assert council.circle.standing(due).is_overdue
    council.circle.answer(council.reply, council.body, council.ines, "done")
    assert council.circle.standing(due).state is DueState.ANSWERED


def test_what_was_said_aloud_settles_nothing_until_the_body_confirms(
    council: Council, visit: Any, make: Make
) -> None:
    fay = make.user("Fay", role="facilitator")
    due = council.circle.due(council.reply, council.body, days=3)
    said = SaidAloud(council.circle.today(), "Town hall", "The minutes")
    council.circle.answer(council.reply, council.body, fay, "accepted", said=said)
    assert council.circle.standing(due).state is DueState.WAITING
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "the body has not confirmed it" in page
    council.circle.answer(council.reply, council.body, council.ines, "accepted")
    assert council.circle.standing(due).state is DueState.ANSWERED
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "the body has not confirmed it" not in page


def test_a_declined_answer_without_a_reason_is_no_row(app: Flask, council: Council) -> None:
    council.circle.answer(council.reply, council.body, council.ines)
    with app.app_context():
        db.session.add(AnswerEdition(answer_id=1, number=2, status="declined", words={}, links=[]))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer_editions SET words = '{}'",
        "UPDATE answer_editions SET status = 'done'",
        "UPDATE answer_editions SET at = '2020-01-01'",
        "UPDATE answer_editions SET by_id = NULL",
        "UPDATE answer_editions SET number = 9",
        "DELETE FROM answer_editions",
        "UPDATE answers SET body_id = body_id + 1",
        "DELETE FROM answers",
        "UPDATE promises SET by_on = '2099-01-01'",
        "UPDATE promises SET what = 'Less'",
        "DELETE FROM promises",
    ],
)
def test_the_database_keeps_what_was_published(
    app: Flask, council: Council, statement: str
) -> None:
    council.circle.answer(
        council.reply, council.body, council.ines, promises=(("By-law adopted", 30),)
    )
    with app.app_context():
        with pytest.raises(IntegrityError, match="never changed"):
            db.session.execute(text(statement))
        db.session.rollback()
        edition = db.session.scalars(select(AnswerEdition)).one()
        assert edition.text("sentence", "en")[0] == "It will be done in April."


def test_on_sqlite_nothing_replaces_an_edition(app: Flask, council: Council) -> None:
    council.circle.answer(council.reply, council.body, council.ines)
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("Only SQLite replaces rows by inserting them.")
        names = ", ".join(column.key for column in AnswerEdition.__table__.columns)
        with pytest.raises(IntegrityError, match="never changed"):
            db.session.execute(
                text(f"INSERT OR REPLACE INTO answer_editions ({names}) SELECT {names} "
                     "FROM answer_editions")
            )  # fmt: skip
        db.session.rollback()


def test_what_an_answer_hangs_on_may_go(app: Flask, council: Council) -> None:
    council.circle.answer(council.reply, council.body, council.ines, promises=(("It", 3),))
    with app.app_context():
        db.session.execute(delete(Reply))
        db.session.execute(delete(Essay))
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(AnswerEdition)) == 0
        assert db.session.scalar(select(func.count()).select_from(Promise)) == 0


FORM = {"status": "accepted_in_part", "sentence_en": "Parking in April; setbacks later.",
        "version": "0", "edition": "0", "text_version": "1"}  # fmt: skip


def write(person: Any, council: Council, **changes: str) -> Any:
    """Send the form of an answer."""
    where = f"/answering/{council.body.slug}/replies/{council.reply.id}"
    return person.post(where, {**FORM, **changes})


def publish(person: Any, preview: str, version: str = "1", edition: str = "0") -> Any:
    """Press the button of a preview."""
    return person.post(f"{preview}/publish", {"version": version, "edition": edition})


def newest(app: Flask) -> AnswerEdition:
    """Return the edition that was published last."""
    with app.app_context():
        db.session.rollback()
        query = select(AnswerEdition).order_by(AnswerEdition.id.desc())
        return db.session.scalars(query.limit(1)).one()


def count(app: Flask, table: Any) -> int:
    """Return how many rows there are."""
    with app.app_context():
        db.session.rollback()
        return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_an_answer_is_written_previewed_and_published_once(
    app: Flask, council: Council, visit: Any
) -> None:
    council.circle.due(council.reply, council.body, days=5)
    ines = visit(council.ines)
    desk = ines.get(f"/answering?reply={council.reply.id}").get_data(as_text=True)
    assert "Delete the parking rule" in desk
    assert "What do you do with it?" in desk
    day = council.circle.today() + timedelta(days=20)
    sent = write(ines, council, what_1="By-law adopted", by_on_1=str(day), who_1="Council",
                 reasons_en="**Nine in ten** are granted.", lever="regulatory")  # fmt: skip
    assert sent.status_code == 303
    preview = sent.location
    page = ines.get(preview).get_data(as_text=True)
    assert "<strong>Nine in ten</strong> are granted." in page
    assert count(app, AnswerEdition) == 0, "a preview publishes nothing"
    done = publish(ines, preview)
    assert done.status_code == 303
    assert publish(ines, preview).location == done.location, "sent twice, it is one answer"
    assert count(app, AnswerEdition) == 1
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "Accepted in part" in page
    assert "Parking in April; setbacks later." in page
    assert "By-law adopted" in page
    assert "Nothing waits at the moment" in ines.get("/answering").get_data(as_text=True)


def test_one_drafts_and_another_publishes(app: Flask, council: Council, visit: Any) -> None:
    olga = council.circle.make.user("Olga")
    council.circle.seat(council.body, olga)
    ines = visit(council.ines)
    assert write(ines, council, do="ask").status_code == 303
    with app.app_context():
        draft = db.session.scalars(select(AnswerDraft)).one()
    preview = f"/answering/drafts/{draft.id}"
    refused = publish(ines, preview)
    assert refused.status_code == 403
    assert publish(visit(olga), preview).status_code == 303
    edition = newest(app)
    assert (edition.drafted_by_id, edition.by_id) == (council.ines.id, olga.id)
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "Given by Olga" in page
    assert "drafted by Ines" in page


def test_a_colleagues_newer_draft_stands_beside_mine(council: Council, visit: Any) -> None:
    olga = council.circle.make.user("Olga")
    council.circle.seat(council.body, olga)
    assert write(visit(council.ines), council, do="save").status_code == 303
    late = write(visit(olga), council, sentence_en="Never.", do="save")
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Parking in April; setbacks later." in page
    assert "Never." in page


def test_a_text_that_changed_while_writing_is_shown_beside_the_one_read(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    ines = visit(council.ines)
    preview = write(ines, council).location
    make.edit(council.reply, body="Delete it for four homes at most.")
    late = publish(ines, preview)
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Delete it for four homes at most." in page
    assert council.reply.body in page
    assert "Parking in April; setbacks later." in page
    assert count(app, AnswerEdition) == 0
    assert write(ines, council, version="1").status_code == 409
    again = write(ines, council, version="1", text_version="2")
    assert publish(ines, again.location, "2").status_code == 303
    assert newest(app).reply_version == 2


def test_an_edit_after_the_answer_is_said(council: Council, visit: Any, make: Make) -> None:
    council.circle.answer(council.reply, council.body, council.ines)
    make.edit(council.reply, body="Delete it for four homes at most.")
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "The text has changed since it was answered" in page


WRONG = [
    ({"status": ""}, "Choose what you do with it."),
    ({"sentence_en": ""}, "Say in one sentence what you will do."),
    ({"sentence_en": "x" * 201}, "Please keep this to 200 characters."),
    ({"status": "declined"}, "choose a reason"),
    ({"status": "not_ours"}, "Choose the body that it belongs to."),
    ({"status": "not_ours", "passed_to": "council-of-harrow-inlet"}, "Choose the body"),
    ({"what_1": "A by-law", "by_on_1": "2020-01-01"}, "This day is past."),
    ({"what_1": "A by-law"}, "Enter the day"),
    ({"what_1": "A by-law", "by_on_1": "soon"}, "Give a date as year, month and day"),
    ({"status": "perhaps"}, "Choose what you do with it."),
    ({"lever": "magic"}, ""),
    ({"links": "javascript:alert(1)"}, "Each must begin"),
    ({"reasons_fr": "Oui."}, "Say in one sentence what you will do."),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    app: Flask, council: Council, visit: Any, changes: dict[str, str], sentence: str
) -> None:
    answer = write(visit(council.ines), council, **{"cost_en": "18,000 dollars", **changes})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "18,000 dollars" in page
    assert count(app, AnswerDraft) == 0


@pytest.mark.parametrize("status", ["hidden", "waiting", "withdrawn"])
def test_what_is_not_shown_is_not_answered(
    app: Flask, council: Council, visit: Any, make: Make, status: str
) -> None:
    ines = visit(council.ines)
    preview = write(ines, council).location
    with app.app_context():
        db.session.execute(text(f"UPDATE replies SET status = '{status}'"))
        db.session.commit()
    assert write(ines, council).status_code in (403, 410)
    assert publish(ines, preview).status_code == 403
    assert count(app, AnswerEdition) == 0


def test_what_was_merged_is_not_answered(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    other = make.proposal(council.reply.essay)
    ines = visit(council.ines)
    preview = write(ines, council).location
    dee = visit(make.user("Dee", role="moderator"))
    merged = dee.post(
        f"/moderation/{council.reply.id}/merge", {"reason": "duplicate", "into": str(other.id)}
    )
    assert merged.status_code == 303
    assert write(ines, council).status_code == 403
    assert publish(ines, preview).status_code == 403
    assert count(app, AnswerEdition) == 0


def test_a_seat_answers_for_its_own_body_and_only_while_it_lasts(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    circle = council.circle
    other, past, coming = make.user("Omar"), make.user("Petra"), make.user("Quinn")
    circle.seat(circle.body("Ministry of Housing"), other)
    circle.seat(council.body, past, last=-1)
    circle.seat(council.body, coming, first=1)
    for person in (other, past, coming, make.user("Ada", role="admin")):
        assert write(visit(person), council).status_code == 403, person.name
    ended = write(visit(past), council).get_data(as_text=True)
    assert "Your seat in this body ended on" in ended
    today = make.user("Rosa")
    circle.seat(council.body, today, first=0, last=0)
    assert write(visit(today), council).status_code == 303


def test_nobody_answers_their_own_proposal(council: Council, visit: Any) -> None:
    council.circle.seat(council.body, council.ben)
    refused = write(visit(council.ben), council)
    assert refused.status_code == 403
    assert "Nobody answers their own proposal." in refused.get_data(as_text=True)


def say(person: Any, answer: OfficialAnswer, value: str, edition: int = 1) -> Any:
    """Send a verdict."""
    return person.post(f"/answers/{answer.id}/verdict", {"value": value, "edition": str(edition)})


def test_those_who_took_part_before_say_whether_it_is_an_answer(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    dan, late = make.user("Dan"), make.user("Late")
    make.comment(council.reply, dan)
    answer = council.circle.answer(council.reply, council.body, council.ines)
    make.vote(late, council.reply)
    cam = visit(council.cam)
    assert say(cam, answer, "no").status_code == 303, "whoever voted against may say as well"
    assert say(cam, answer, "partly").status_code == 303
    assert say(visit(dan), answer, "yes").status_code == 303
    assert say(visit(council.ben), answer, "yes").status_code == 303
    assert say(visit(late), answer, "yes").status_code == 403
    assert say(visit(make.user("Zoe")), answer, "yes").status_code == 403
    assert say(visit(council.ines), answer, "yes").status_code == 403
    assert say(cam, answer, "perhaps").status_code == 422
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "3 of the 7 people who may say" in page  # 5 voters, the author, Dan
    assert count(app, AnswerVerdict) == 3


def test_a_new_edition_asks_anew(app: Flask, council: Council, visit: Any) -> None:
    answer = council.circle.answer(council.reply, council.body, council.ines)
    cam = visit(council.cam)
    assert say(cam, answer, "no").status_code == 303
    council.circle.answer(council.reply, council.body, council.ines, "done")
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "0 of the 6 people who may say" in page
    assert say(cam, answer, "yes", edition=1).status_code == 409
    assert say(cam, answer, "yes", edition=2).status_code == 303
    assert count(app, AnswerVerdict) == 2


def test_taking_back_says_why_and_keeps_what_was_said(council: Council, visit: Any) -> None:
    answer = council.circle.answer(council.reply, council.body, council.ines)
    ines = visit(council.ines)
    where = f"/answers/{answer.id}/take-back"
    assert ines.post(where, {"note": "", "edition": "1"}).status_code == 422
    assert visit(council.cam).post(where, {"note": "No", "edition": "1"}).status_code == 403
    assert ines.post(where, {"note": "Wrong file.", "edition": "1"}).status_code == 303
    assert ines.post(where, {"note": "Wrong file.", "edition": "1"}).status_code == 303
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "Taken back" in page
    assert "Wrong file." in page
    editions = visit().get(f"/answers/{answer.id}").get_data(as_text=True)
    assert "It will be done in April." in editions
    assert "Edition 2" in editions


def test_a_promise_is_open_late_kept_or_withdrawn(
    app: Flask, council: Council, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    promises = (("First table held", 3), ("Both clocks published", 30))
    council.circle.answer(council.reply, council.body, council.ines, promises=promises)
    with app.test_request_context():
        first, second = db.session.scalars(select(Promise).order_by(Promise.by_on)).all()
        day = council.circle.today()
        assert standing_of(first, day + timedelta(days=3)).state == "open"
        assert standing_of(first, day + timedelta(days=4)).state == "late"
    ines = visit(council.ines)
    where = f"/promises/{first.id}"
    kept = {"kind": "kept", "on": str(day), "evidence": "https://example.org/m", "after": "0"}
    assert ines.post(where, {**kept, "evidence": ""}).status_code == 422
    assert ines.post(where, {**kept, "on": str(day + timedelta(days=1))}).status_code == 422
    assert visit(council.cam).post(where, kept).status_code == 403
    assert ines.post(where, kept).status_code == 303
    assert ines.post(where, kept).status_code == 303, "sent twice, it is said once"
    assert ines.post(where, {**kept, "kind": "withdrawn", "note": "No"}).status_code == 409
    gone = {"kind": "withdrawn", "on": str(day), "note": "No money.", "after": "0"}
    assert ines.post(f"/promises/{second.id}", gone).status_code == 303
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "Promise kept" in page
    assert "https://example.org/m" in page
    assert "No money." in page


def test_a_question_is_put_to_a_body_and_answered(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    fay, body = visit(make.user("Fay", role="facilitator")), council.body
    question = make.comment(council.reply, council.cam, stance="question", body="Who pays?")
    other = make.comment(council.reply, council.cam, stance="support")
    ines = visit(council.ines)
    where = f"/answering/{body.slug}/replies/{question.id}"
    assert ines.post(where, FORM).status_code == 403, "not put to this body yet"
    assert fay.post(f"/replies/{other.id}/raise", {"body": body.slug}).status_code == 403
    assert ines.post(f"/replies/{question.id}/raise", {"body": body.slug}).status_code == 403
    assert fay.post(f"/replies/{question.id}/raise", {"body": body.slug}).status_code == 303
    assert "Who pays?" in ines.get("/answering").get_data(as_text=True)
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "no answer yet" in page
    preview = ines.post(where, {**FORM, "sentence_en": "The city pays."}).location
    assert publish(ines, preview).status_code == 303
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "The city pays." in page
    assert "no answer yet" not in page


def test_what_was_said_aloud_is_recorded_by_facilitators(
    council: Council, visit: Any, make: Make
) -> None:
    where = f"/replies/{council.reply.id}/said-aloud"
    day = council.circle.today()
    said = {"body": council.body.slug, "status": "accepted", "sentence": "We will do it.",
            "said_on": str(day), "said_at": "Town hall", "said_source": "Minutes"}  # fmt: skip
    fay = visit(make.user("Fay", role="facilitator"))
    assert visit(council.ines).post(where, said).status_code == 403
    assert fay.post(where, {**said, "said_source": ""}).status_code == 422
    assert fay.post(where, {**said, "said_on": str(day + timedelta(days=1))}).status_code == 422
    assert fay.post(where, said).status_code == 303
    page = visit().get(f"/replies/{council.reply.id}").get_data(as_text=True)
    assert "Town hall" in page
    council.circle.answer(council.reply, council.body, council.ines, "done")
    assert fay.post(where, said).status_code == 422, "the body has answered itself"


def test_facilitators_add_bodies_and_appoint(app: Flask, make: Make, visit: Any) -> None:
    fay, ben = visit(make.user("Fay", role="facilitator")), make.user("Ben")
    added = fay.post("/bodies/new", {"name_fr": "Conseil du trésor", "kind": "ministry",
                                     "jurisdiction": "provincial"})  # fmt: skip
    assert added.status_code == 303
    where = added.location
    day = str(Circle(make).today())
    seat = {"email": ben.email or "", "title": "greffier", "from_day": day, "to_day": ""}
    assert fay.post(f"{where}/seats", {**seat, "to_day": "2020-01-01"}).status_code == 422
    assert fay.post(f"{where}/seats", {**seat, "email": "no@example.org"}).status_code == 422
    assert visit(ben).post(f"{where}/seats", seat).status_code == 403
    assert fay.post(f"{where}/seats", seat).status_code == 303
    page = visit().get(where).get_data(as_text=True)
    assert "Conseil du trésor" in page
    assert "greffier" in page
    assert "Nothing waits" in visit(ben).get("/answering").get_data(as_text=True)
    assert fay.post(f"{where}/seats/1/end").status_code == 303
    assert fay.post("/bodies/new", {"slug": "conseil-du-tresor", "name_en": "X"}).status_code == 422


def test_a_brief_as_a_whole_is_answered_by_its_checksum(
    app: Flask, council: Council, visit: Any, make: Make
) -> None:
    fay = make.user("Fay", role="facilitator")
    brief = make.brief(fay, make.shortlist(fay, council.reply, essay=council.reply.essay))
    ines, where = visit(council.ines), f"/answering/{council.body.slug}/briefs/{brief.reference}"
    assert where in ines.get(f"/briefs/{brief.reference}").get_data(as_text=True)
    assert visit(council.cam).post(where, FORM).status_code == 403
    preview = ines.post(where, {**FORM, "text_version": "0"}).location
    assert publish(ines, preview).status_code == 303
    edition = newest(app)
    assert edition.brief_sha256 is not None
    assert edition.reply_version is None
    page = visit().get(f"/briefs/{brief.reference}").get_data(as_text=True)
    assert "Parking in April; setbacks later." in page
    assert edition.brief_sha256[:12] in page
