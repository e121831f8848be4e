"""What moderation leaves behind: the log, the file, notices, marks in discussions, the overview."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.moderation.acting import act
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.moderation.models import Report
from forum.replies.models import reply_for_update
from forum.replies.reasons import Reason
from tests.cast import Make
from tests.conftest import forget_pages


def test_the_author_and_the_reporters_are_told(make: Make, visit: Any, dee: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, title="Buy my tea")
    cam, eve = visit(make.user("Cam")), visit(make.user("Eve"))
    for visitor in (cam, eve):
        visitor.post(f"/replies/{reply.id}/report", {"reason": "spam"})
    sent = {"reason": "spam", "note": "An advertisement.", "private_note": "Third time."}
    dee.post(f"/moderation/{reply.id}/hide", sent)
    author = visit(ben)
    unread = '<b class="count">1<'
    assert unread in author.get("/").text
    page = author.get("/notices").text
    for said in ("Buy my tea", "Hidden", "Advertising or spam", "An advertisement."):
        assert said in page
    for visitor in (cam, eve):
        theirs = visitor.get("/notices").text
        assert "A decision on what you reported" in theirs
        assert "Buy my tea" not in theirs, "what is hidden is not shown to them either"
    for each in (page, theirs, visit().get("/moderation/log").text):
        assert "Third time." not in each
    assert "Third time." in dee.get(f"/moderation/{reply.id}").text
    until = re.search(r'name="until" value="(\d+)"', author.get("/notices").text)
    assert until
    author.post("/notices/read", {"until": until[1]})
    assert unread not in author.get("/").text


def test_what_was_decided_is_not_reported_again_until_it_is_edited(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    cam = visit(make.user("Cam"))

    def reports() -> int:
        cam.post(f"/replies/{reply.id}/report", {"reason": "spam"})
        with app.app_context():
            return len(list(db.session.scalars(select(Report))))

    assert reports() == 1
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    assert reports() == 1
    assert "Moderators have already decided on this." in cam.get(f"/replies/{reply.id}").text
    edit = {"lever": "policy", "title": "New", "body": "Changed."}
    visit(ben).post(f"/replies/{reply.id}/edit", edit)
    assert reports() == 2
    assert make.fresh(reply).top == reply.top


def test_what_may_stand_does_not_stand_because_of_a_complaint(
    make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    replies = [make.proposal(essay) for _ in range(2)]
    for reply in replies:
        make.report(reply, reason="abuse")
    opened = dee.get(f"/moderation?item={replies[0].id}").text
    assert '<option value="abuse" selected>' not in opened, "nothing is chosen for anyone"
    dee.post(f"/moderation/{replies[0].id}/keep", {"reason": "abuse"})
    dee.post("/moderation/bulk/keep", {"reason": "spam", "item": [f"{replies[1].id}:1"]})
    log = visit().get("/moderation/log").text
    assert log.count("Within the rules") == 2
    assert "Abusive" not in log


def test_the_log_is_filtered_by_essay_and_action(make: Make, visit: Any, dee: Any) -> None:
    one, two = make.essay("One"), make.essay("Two")
    first, second = make.proposal(one, title="In one"), make.proposal(two, title="In two")
    dee.post(f"/moderation/{first.id}/feature", {"reason": "good"})
    dee.post(f"/moderation/{second.id}/lock", {"reason": "heated"})
    for query, shown in [
        ("", {"In one", "In two"}),
        ("?essay=one", {"In one"}),
        ("?kind=lock", {"In two"}),
        ("?kind=lock&essay=one", set()),
        ("?kind=nonsense&essay=nowhere", {"In one", "In two"}),
    ]:
        page = visit().get(f"/moderation/log{query}").text
        assert {title for title in ("In one", "In two") if title in page} == shown, query


def test_names_are_withheld_everywhere_when_the_site_says_so(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    essay = make.essay()
    reply = make.proposal(essay, ben, title="A title")
    dee.post(f"/moderation/{reply.id}/edit_title", {"reason": "unclear", "title": "Clearer"})
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
    dee.post(f"/moderation/{reply.id}/restore", {"reason": "mistake"})
    dee.post(f"/moderation/essays/{essay.slug}/close", {"reason": "other"})
    pages = [
        "/moderation/log",
        f"/replies/{reply.id}",
        f"/replies/{reply.id}/history",
        f"/essays/{essay.slug}",
    ]
    for path in pages:
        assert "Dee" in visit().get(path).text, path
    app.config["MODERATORS_SHOWN"] = False
    forget_pages(app)  # as a start with another setting does
    try:
        for path in pages:
            assert "Dee" not in visit().get(path).text, path
        assert "Dee" not in visit(ben).get("/notices").text
        assert "Dee" not in dee.get("/moderation/log.csv").text
        assert "by <bdi>Dee</bdi>" in dee.get(f"/moderation/{reply.id}").text, "colleagues know"
    finally:
        app.config["MODERATORS_SHOWN"] = True


def test_decisions_are_a_file_for_moderators(make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay("An essay"), title="Hidden words")
    sent = {"reason": "spam", "note": "=1+1", "private_note": "Between us."}
    dee.post(f"/moderation/{reply.id}/hide", sent)
    dee.post("/moderation/actions/1/undo", {"reason": "mistake"})
    answer = dee.get("/moderation/log.csv")
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["kind"] for row in rows] == ["hide", "undo"]
    assert rows[0]["note"] == "'=1+1"
    assert (rows[0]["before"], rows[0]["after"]) == ("status=visible", "status=hidden")
    assert (rows[1]["undoes"], rows[1]["by"]) == ("1", "Dee")
    assert "Hidden words" not in text
    assert "Between us." not in text


def test_no_cell_of_that_file_is_a_formula(app: Flask, make: Make, dee: Any) -> None:
    notes = [f"{sign}1+1" for sign in "'=+-@\t\r\n＝＋－＠"]
    for note in notes:
        reply = make.proposal(make.essay(note))
        with app.app_context():
            held = reply_for_update(reply.id)
            assert held is not None
            act(kind_named("hide"), held, Decision(None, Reason.SPAM, note))
            db.session.commit()
    text = dee.get("/moderation/log.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["note"] for row in rows] == [f"'{note}" for note in notes]
    assert [row["essay"] for row in rows] == [f"'{note}" for note in notes]


def test_a_discussion_shows_what_happened_to_it_where_it_happened(
    make: Make, visit: Any, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    make.comment(reply, body="Before the lock.")
    dee.post(f"/moderation/{reply.id}/lock", {"reason": "heated", "note": "A pause."})
    dee.post(f"/moderation/{reply.id}/unlock", {"reason": "other"})
    comment = make.comment(reply, body="After the lock.")
    dee.post(f"/moderation/{comment.id}/hide", {"reason": "abuse"})
    page = visit().get(f"/replies/{reply.id}").text
    discussion = page[page.index('id="comments"') :]
    places = [
        discussion.find(said)
        for said in (
            "Before the lock.",
            "Discussion locked",
            "A pause.",
            "A comment in this discussion",
            "Abusive",
        )
    ]
    assert places == sorted(places)
    assert -1 not in places
    assert "After the lock." not in page


def test_the_overview_is_drawn_with_a_table_behind_each_drawing(
    make: Make, visit: Any, dee: Any
) -> None:
    essay = make.essay()
    assert dee.get("/moderation/overview").status_code == 200
    decided, waiting = make.proposal(essay), make.proposal(essay)
    for reply in (decided, waiting):
        visit(make.user()).post(f"/replies/{reply.id}/report", {"reason": "spam"})
    dee.post(f"/moderation/{decided.id}/hide", {"reason": "spam"})
    page = dee.get("/moderation/overview").text
    assert page.count("<svg") >= 6
    assert page.count("<table>") == 3
    assert '<tr><th scope="row">Under 4 hours</th><td>1</td></tr>' in page
    assert page.count("<td>0</td></tr>") == 5, "four ages, and one decision that took no time"
    assert page.count("<td>–</td></tr>") == 22, "no decision is not the same as a quick one"
    assert "No decision in these weeks." not in page
    assert "style=" not in page


@pytest.mark.parametrize("role", ["facilitator", "moderator"])
def test_closing_stands_in_the_public_log_whoever_does_it(
    make: Make, visit: Any, role: str
) -> None:
    essay = make.essay("Who answers for the queue?")
    person = visit(make.user("Fay", role=role))
    path = f"/essays/{essay.slug}" if role == "facilitator" else f"/moderation/essays/{essay.slug}"
    typed = "We have heard enough."
    for action in ("close", "reopen"):
        sent = {"reason": typed} if role == "facilitator" else {"reason": "other", "note": typed}
        assert person.post(f"{path}/{action}", sent).status_code == 303
        log = visit().get("/moderation/log.json").get_json()["actions"]
        assert (log[0]["action"], log[0]["reason"], log[0]["note"]) == (action, "other", typed)
        assert log[0]["essay"]["slug"] == essay.slug
        page = visit().get(f"/essays/{essay.slug}").text
        assert page.count(typed) == 1 + (action == "reopen"), "its own page says so too, once each"
        assert person.post(f"{path}/{action}", sent).status_code == 409, "it is done already"


@pytest.mark.parametrize("path", ["/notices", "/moderation/log", "/exports", "/people/{ada}"])
@pytest.mark.parametrize("before", ["0", "-1", "x", "1e3", "²", "9" * 30])
def test_a_page_that_begins_nowhere_begins_at_the_beginning(
    make: Make, visit: Any, path: str, before: str
) -> None:
    ada = make.user("Ada", role="admin")
    path = path.format(ada=ada.id)
    page = visit(ada)
    assert page.get(f"{path}?before={before}").status_code == 200
