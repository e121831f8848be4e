"""Essays: written, edited with their history, published, closed and opened again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.db import db, now
from forum.essays.editions import EssayEdition
from forum.essays.forms import is_web_address, reading_from, reading_lines
from forum.essays.models import Essay, EssayEvent
from forum.essays.opening import open_next
from tests.cast import Make
from tests.test_concurrency import sender, together

ESSAY = {
    "title": "Who answers for the queue?",
    "summary": "A queue is a decision.",
    "body": "## A queue\n\nA queue is a *decision* that nobody signed.",
    "prompt": "Circle back: which lever would shorten it?",
    "byline": "Fay Laurent",
    "source_name": "The Counter",
    "source_url": "https://example.org/queue",
    "first_published": "2024-05-02",
    "reading": "On waiting | https://example.org/waiting\nA book without an address",
    "language": "en",
}


def essay_of(app: Flask) -> Essay:
    with app.app_context():
        return db.session.scalars(select(Essay)).one()


def test_fay_writes_publishes_closes_and_reopens(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    answer = fay.post("/essays/new", ESSAY)
    assert answer.status_code == 303
    path = answer.location
    assert path == "/essays/who-answers-for-the-queue"
    assert visit().get(path).status_code == 404, "a draft is nobody else's to read"
    assert fay.post(f"{path}/publish").status_code == 303
    page = visit().get(path).get_data(as_text=True)
    for words in (
        "A queue is a <em>decision</em>",
        "Fay Laurent",
        "The Counter",
        "On waiting",
        "A book without an address",
        "would shorten it",
        "https://example.org/queue",
    ):
        assert words in page
    assert fay.post(f"{path}/close", {"reason": "We have heard enough."}).status_code == 303
    assert "We have heard enough." in visit().get(path).get_data(as_text=True)
    assert not essay_of(app).is_open
    assert fay.post(f"{path}/close").status_code == 409
    assert fay.post(f"{path}/reopen", {"reason": "New facts."}).status_code == 303
    assert essay_of(app).is_open
    with app.app_context():
        kinds = [event.kind for event in db.session.scalars(select(EssayEvent))]
    assert kinds == ["publish", "close", "reopen"]


def test_an_edit_keeps_the_earlier_edition(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    path = fay.post("/essays/new", ESSAY).location
    changed = {**ESSAY, "body": "A queue is a *choice*.", "note": "Shorter."}
    before = essay_of(app).version
    assert fay.post(f"{path}/edit", changed).status_code == 303
    assert essay_of(app).version > before
    assert fay.post(f"{path}/edit", changed).status_code == 303
    with app.app_context():
        editions = db.session.scalars(select(EssayEdition).order_by(EssayEdition.edition)).all()
    assert [edition.content["body"] for edition in editions] == [ESSAY["body"], changed["body"]]
    assert editions[0].content["first_published"] == "2024-05-02"
    history = fay.get(f"{path}/history").get_data(as_text=True)
    assert "<ins>" in history
    assert "Shorter." in history


def test_an_edit_that_leaves_fields_out_keeps_them(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    path = fay.post("/essays/new", {**ESSAY, "reading": "A book | https://example.org/"}).location
    assert fay.post(f"{path}/edit", {"title": "Another title"}).status_code == 303
    assert essay_of(app).reading == [{"title": "A book", "url": "https://example.org/"}]
    assert essay_of(app).title == "Another title"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"body": ""}, "body"),
        ({"prompt": ""}, "prompt"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "https://"}, "source_url"),
        ({"first_published": "soon"}, "first_published"),
        ({"reading": "A trap | javascript:alert(1)"}, "reading"),
        ({"reading": "\n".join(f"Book {n}" for n in range(21))}, "reading"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    app: Flask, make: Make, visit: Any, change: dict[str, str], named: str
) -> None:
    answer = visit(make.user("Fay", role="facilitator")).post("/essays/new", {**ESSAY, **change})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'id="{named}-error"' in page
    assert "A queue is a decision." in page
    with app.app_context():
        assert db.session.scalars(select(Essay)).all() == []


def test_two_essays_with_one_title_have_two_addresses(make: Make) -> None:
    assert [make.essay("Été à Montréal").slug for _ in range(2)] == [
        "ete-a-montreal",
        "ete-a-montreal-2",
    ]
    assert make.essay("New").slug == "new-2"
    assert make.essay("李小龍").slug


def test_a_closing_date_that_has_passed_closes_the_discussion(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    with app.app_context():
        db.session.get_one(Essay, essay.id).closes_at = now() - timedelta(minutes=1)
        db.session.commit()
    ben = visit(make.user("Ben"))
    assert ben.get(f"/essays/{essay.slug}/reply").status_code == 403
    fay = visit(make.user("Fay", role="facilitator"))
    assert fay.post(f"/essays/{essay.slug}/reopen", {"reason": "More time."}).status_code == 303
    assert ben.get(f"/essays/{essay.slug}/reply").status_code == 200


def test_a_reading_list_is_read_as_it_is_written() -> None:
    items = reading_from(
        "On waiting | https://example.org/a\n\n  A | B | https://example.org/b\nBook"
    )
    assert items == [
        {"title": "On waiting", "url": "https://example.org/a"},
        {"title": "A | B", "url": "https://example.org/b"},
        {"title": "Book", "url": ""},
    ]
    assert reading_from(reading_lines(items)) == items


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "//example.org",
        "ftp://example.org",
        "https://",
        "https://me@example.org",
        "http://[::1",
    ],
)
def test_what_is_no_web_address(address: str) -> None:
    assert not is_web_address(address)


def test_an_unknown_essay_is_no_page(visit: Any) -> None:
    for path in ("/essays/none", "/essays/none/edit", "/essays/none/reply", "/essays/none/history"):
        assert visit().get(path).status_code == 404


def opened(visitor: Any, path: str) -> str:
    """Return the state of the essay that the form carries which the visitor opens now."""
    page = visitor.get(f"{path}/edit").get_data(as_text=True)
    found = re.search(r'<input[^>]*name="edition"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_an_essay_that_a_colleague_changed_is_not_overwritten(
    app: Flask, make: Make, visit: Any
) -> None:
    fay, gus = (visit(make.user(name, role="facilitator")) for name in ("Fay", "Gus"))
    path = fay.post("/essays/new", ESSAY).location
    seen = opened(gus, path)
    theirs = {"body": "A paragraph of Fay.", "edition": opened(fay, path)}
    assert fay.post(f"{path}/edit", theirs).status_code == 303
    mine = {**ESSAY, "body": "A paragraph of Gus.", "edition": seen}
    refused = gus.post(f"{path}/edit", mine)
    assert refused.status_code == 409
    page = refused.get_data(as_text=True)
    assert "A paragraph of Fay.</textarea>" in page
    assert "A paragraph of Gus.</textarea>" in page
    assert "A paragraph of <del>Gus.</del><ins>Fay.</ins>" in page
    assert essay_of(app).body == "A paragraph of Fay."
    now_seen = re.search(r'<input[^>]*name="edition"[^>]*value="([^"]+)"', page)
    assert now_seen
    assert gus.post(f"{path}/edit", {**mine, "edition": now_seen[1]}).status_code == 303
    assert essay_of(app).body == "A paragraph of Gus.", "having read both, one may"


def test_a_date_that_a_colleague_changed_is_not_overwritten(
    app: Flask, make: Make, visit: Any
) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    path = fay.post("/essays/new", ESSAY).location
    seen = opened(fay, path)
    assert fay.post(f"{path}/edit", {**ESSAY, "closes_on": "2040-05-01"}).status_code == 303
    assert fay.post(f"{path}/edit", {**ESSAY, "edition": seen}).status_code == 409
    assert essay_of(app).closes_at is not None


def test_of_ten_edits_at_once_one_is_kept_and_nine_are_shown_it(
    app: Flask, make: Make, visit: Any
) -> None:
    essay = make.essay()
    path = f"/essays/{essay.slug}/edit"
    acts = []
    for n in range(10):
        fay = visit(make.user(role="facilitator"))
        words = {**ESSAY, "body": f"Text {n}.", "edition": opened(fay, path.removesuffix("/edit"))}
        acts.append(sender(app, fay, path, words))
    statuses = together(acts)
    assert sorted(statuses) == [303] + [409] * 9
    with app.app_context():
        editions = db.session.scalars(select(EssayEdition).order_by(EssayEdition.edition)).all()
        assert [each.edition for each in editions] == [1, 2]
        assert editions[1].content["body"] == f"Text {statuses.index(303)}."


def test_ten_essays_of_one_title_at_once_have_ten_addresses(
    app: Flask, make: Make, visit: Any
) -> None:
    acts = []
    for n in range(10):
        fay = visit(make.user(role="facilitator"))
        acts.append(sender(app, fay, "/essays/new", {**ESSAY, "body": f"Text {n}."}))
    assert together(acts) == [303] * 10
    with app.app_context():
        assert len(set(db.session.scalars(select(Essay.slug)))) == 10


def test_edits_at_once_that_carry_no_edition_are_all_kept(
    app: Flask, make: Make, visit: Any
) -> None:
    path = f"/essays/{make.essay().slug}/edit"
    fay = visit(make.user("Fay", role="facilitator"))
    acts = [sender(app, fay, path, {**ESSAY, "body": f"Text {n}."}) for n in range(10)]
    assert together(acts) == [303] * 10
    with app.app_context():
        numbers = select(EssayEdition.edition).order_by(EssayEdition.edition)
        assert list(db.session.scalars(numbers)) == list(range(1, 12))


def test_the_form_of_an_essay_keeps_a_draft_of_a_long_text(make: Make, visit: Any) -> None:
    fay, ben = visit(make.user("Fay", role="facilitator")), visit(make.user("Ben"))
    words = {**ESSAY, "body": "A long text. " * 10_000, "draft": "0.page"}
    assert fay.post("/drafts/essays/new", words).status_code == 303
    assert words["body"].strip() in fay.get("/essays/new").get_data(as_text=True)
    assert ben.post("/drafts/essays/new", words).status_code == 422, "room for whoever may send it"
    fay.post("/essays/new", {**words, "draft": "1.page"})
    assert "A long text" not in fay.get("/essays/new").get_data(as_text=True)


def test_an_essay_is_previewed_before_it_is_stored(app: Flask, make: Make, visit: Any) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    page = fay.post("/essays/new", {**ESSAY, "preview": "1"}).get_data(as_text=True)
    assert "A queue is a <em>decision</em>" in page
    with app.app_context():
        assert db.session.scalars(select(Essay)).all() == []


def test_an_essay_opens_at_its_time_whether_or_not_a_worker_runs(
    app: Flask, make: Make, visit: Any
) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    path = fay.post("/essays/new", {**ESSAY, "opens_at": "2040-05-01T09:00"}).location
    assert "It opens automatically" in fay.get(path).get_data(as_text=True)
    assert visit().get(path).status_code == 404
    with app.app_context():
        assert not open_next(), "its time has not come"
        db.session.execute(update(Essay).values(opened_at=now() - timedelta(minutes=1)))
        db.session.commit()
    stranger = visit()
    assert ESSAY["title"] in stranger.get("/").get_data(as_text=True)
    assert stranger.get(path).status_code == 200
    assert "A queue" in stranger.get("/feed.atom").get_data(as_text=True)
    assert essay_of(app).stored_state == "draft", "the worker is late"
    reply = {"lever": "policy", "title": "Now", "body": "At once."}
    assert visit(make.user("Ben")).post(f"{path}/reply", reply).status_code == 303
    with app.app_context():
        assert open_next()
        assert not open_next(), "once"
        event = db.session.scalars(select(EssayEvent)).one()
        essay = db.session.scalars(select(Essay)).one()
        assert (event.kind, event.at, essay.state) == ("publish", essay.opened_at, "open")
        assert essay.stored_state == "open"


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"opens_at": "2020-01-01T09:00"}, "opens_at"),
        ({"opens_at": "soon"}, "opens_at"),
        ({"opens_at": "9999-12-31T09:00"}, "opens_at"),
        ({"opens_at": "2040-05-01T09:00", "closes_on": "2040-04-30"}, "closes_on"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(
    make: Make, visit: Any, times: dict[str, str], field: str
) -> None:
    answer = visit(make.user("Fay", role="facilitator")).post("/essays/new", {**ESSAY, **times})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)


def test_an_open_essay_has_no_time_to_open_at(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    fay = visit(make.user("Fay", role="facilitator"))
    sent = {**ESSAY, "opens_at": "2040-05-01T09:00"}
    assert fay.post(f"/essays/{essay.slug}/edit", sent).status_code == 303
    assert essay_of(app).is_open
