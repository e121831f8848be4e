"""A decision cannot overturn one that its maker has not seen; notices follow the last one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.events.models import Notice
from forum.moderation.models import Action
from forum.replies.models import Reply
from tests.cast import Make
from tests.test_concurrency import sender, together


@pytest.fixture
def eve(make: Make, visit: Any) -> Any:
    """The browser of Eve, who moderates everything too."""
    return visit(make.user("Eve", role="moderator"))


def state_on(page: Any) -> str:
    """Return the state of the case that a page's first form carries."""
    found = re.search(r'name="state"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def reported(make: Make) -> Reply:
    """Return a proposal of Ben's that Zed has reported."""
    reply = make.proposal(make.essay(), make.user("Ben"))
    make.report(reply, make.user("Zed"))
    return reply


def number_of_actions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Action)) or 0


@pytest.mark.parametrize("where", ["/moderation?item={id}", "/moderation/{id}", "/replies/{id}"])
@pytest.mark.parametrize("second", ["hide", "keep"])
def test_a_decision_does_not_overturn_one_that_was_made_after_its_page_was_read(
    app: Flask, make: Make, dee: Any, eve: Any, where: str, second: str
) -> None:
    reply = reported(make)
    page = where.format(id=reply.id)
    first, later = state_on(dee.get(page)), state_on(eve.get(page))
    path = f"/moderation/{reply.id}"
    kept = dee.post(f"{path}/keep", {"reason": "fits", "state": first})
    assert kept.status_code == 303
    sent = {"reason": "spam", "note": "My careful words.", "state": later}
    answer = eve.post(f"{path}/{second}", sent)
    assert answer.status_code == 409
    shown = answer.text
    assert re.search(r"Dee, .+: Kept \(Within the rules\)\.", shown)
    assert "My careful words." in shown
    assert make.fresh(reply).status == "visible"
    assert number_of_actions(app) == 1


def test_decided_all_the_same_it_is_done_and_so_is_a_new_decision_on_what_was_shown(
    app: Flask, make: Make, dee: Any, eve: Any
) -> None:
    reply = reported(make)
    path = f"/moderation/{reply.id}"
    old = state_on(eve.get(path))
    dee.post(f"{path}/keep", {"reason": "fits", "state": old})
    sent = {"reason": "spam", "state": old}
    refused = eve.post(f"{path}/hide", sent)
    assert f'name="anyway" value="1" formaction="{path}/hide"' in refused.text
    assert eve.post(f"{path}/hide", {**sent, "anyway": "1"}).status_code == 303
    assert make.fresh(reply).status == "hidden"
    assert dee.post(f"{path}/restore", {"reason": "fits", "state": old}).status_code == 409
    seen = state_on(dee.get(path))
    assert dee.post(f"{path}/restore", {"reason": "fits", "state": seen}).status_code == 303


def test_without_a_state_a_decision_is_about_what_stands(make: Make, dee: Any, eve: Any) -> None:
    reply = reported(make)
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    assert eve.post(f"/moderation/{reply.id}/hide", {"reason": "spam"}).status_code == 303
    assert make.fresh(reply).status == "hidden"


@pytest.mark.parametrize("state", ["nonsense", "1-0-0-0", "1-0-x", "٣-0-1", "1" * 5000])
def test_a_state_that_no_page_showed_is_another_state(make: Make, dee: Any, state: str) -> None:
    reply = reported(make)
    answer = dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam", "state": state})
    assert answer.status_code == 409
    assert make.fresh(reply).status == "visible"


def test_a_further_report_and_an_edit_are_told(make: Make, visit: Any, dee: Any) -> None:
    reply = reported(make)
    path, old = f"/moderation/{reply.id}", state_on(dee.get(f"/moderation/{reply.id}"))
    make.report(reply)
    first = dee.post(f"{path}/keep", {"reason": "fits", "state": old})
    assert first.status_code == 409
    assert "1 more report came in." in first.text
    assert "Its author changed it" not in first.text
    author = visit(make.fresh(reply).author)
    edit = {"lever": "policy", "title": "A title", "body": "Other words."}
    author.post(f"/replies/{reply.id}/edit", edit)
    assert (
        "Its author changed it" in dee.post(f"{path}/keep", {"reason": "fits", "state": old}).text
    )


def test_many_decided_at_once_stand_or_fall_each_by_what_was_seen(
    make: Make, dee: Any, eve: Any
) -> None:
    one, two = reported(make), reported(make)
    items = re.findall(r'name="item" value="([^"]+)"', eve.get("/moderation").text)
    assert len(items) == 2
    dee.post(f"/moderation/{one.id}/keep", {"reason": "fits"})
    page = eve.post("/moderation/bulk/hide", {"reason": "spam", "item": items}).text
    assert "1 of 2 done." in page
    assert "Kept (Within the rules)" in page
    assert (make.fresh(one).status, make.fresh(two).status) == ("visible", "hidden")
    again = re.findall(r'name="item" value="([^"]+)"', page)
    assert [each.split(":")[0] for each in again] == [str(one.id)]
    eve.post("/moderation/bulk/hide", {"reason": "spam", "item": items[0], "anyway": "1"})
    assert make.fresh(one).status == "hidden"


def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(
    app: Flask, make: Make, dee: Any, eve: Any
) -> None:
    for _turn in range(3):
        reply = reported(make)
        path = f"/moderation/{reply.id}"
        state = state_on(dee.get(path))
        before = number_of_actions(app)
        sent = {"reason": "other", "state": state}
        pair = [sender(app, dee, f"{path}/keep", sent), sender(app, eve, f"{path}/hide", sent)]
        assert sorted(together(pair * 5)) == [303] + [409] * 9
        assert number_of_actions(app) == before + 1


def test_the_notices_of_reporter_and_author_follow_the_last_decision(
    make: Make, visit: Any, dee: Any, eve: Any
) -> None:
    ben, zed = make.user("Ben"), make.user("Zed")
    reply = make.proposal(make.essay(), ben)
    make.report(reply, zed)
    reporter, author = visit(zed), visit(ben)
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    assert "A later decision" not in reporter.get("/notices").text
    eve.post(f"/moderation/{reply.id}/hide", {"reason": "abuse"})
    told = reporter.get("/notices").text
    assert told.index("<b>Hidden</b>") < told.index("<b>Kept</b>")
    assert told.count("A later decision has taken the place of this one.") == 1
    assert "<b>Hidden</b>" in author.get("/notices").text
    eve.post(f"/moderation/{reply.id}/restore", {"reason": "fits"})
    for visitor in (reporter, author):
        told = visitor.get("/notices").text
        assert told.index("<b>Restored</b>") < told.index("<b>Hidden</b>")
        assert told.index("A later decision") > told.index("<b>Hidden</b>")


def test_a_reporter_learns_that_a_decision_was_undone(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    reply, zed = make.proposal(make.essay()), make.user("Zed")
    make.report(reply, zed)
    dee.post(f"/moderation/{reply.id}/keep", {"reason": "fits"})
    make.report(reply, make.user("Yan"))
    with app.app_context():
        number = db.session.scalar(select(Action.id))
    dee.post(f"/moderation/actions/{number}/undo", {"reason": "mistake"})
    assert "Undone: Kept" in visit(zed).get("/notices").text
    with app.app_context():
        told = set(db.session.scalars(select(Notice.user_id)))
    assert told == {zed.id}, "whose report nobody had decided on is told nothing"


def test_the_rules_of_a_discussion_are_not_changed_by_a_page_older_than_they_are(
    make: Make, visit: Any
) -> None:
    essay = make.essay()
    fay, gil = (visit(make.user(name, role="facilitator")) for name in ("Fay", "Gil"))
    path = f"/essays/{essay.slug}/policy"
    old = state_on(fay.get(path))
    rules = {"replies_from": "everyone", "report_threshold": "", "open_data": "False"}
    sent = {**rules, "reason": "heated", "state": old}
    assert fay.post(path, {**sent, "premoderation": "full"}).status_code == 303
    answer = gil.post(path, {**sent, "premoderation": "first_post", "report_threshold": "3"})
    assert answer.status_code == 409
    assert re.search(r"Fay, .+: Rules of the discussion changed", answer.text)
    assert 'value="3"' in answer.text
    sent |= {"premoderation": "first_post", "anyway": "1"}
    assert gil.post(path, sent).status_code == 303


def test_a_person_is_not_suspended_by_a_page_older_than_their_suspension(
    make: Make, dee: Any, eve: Any
) -> None:
    zed = make.user("Zed")
    path = f"/moderation/people/{zed.id}"
    old = state_on(eve.get(path))
    sent = {"reason": "abuse", "state": old}
    assert dee.post(f"{path}/suspend", {**sent, "days": "30"}).status_code == 303
    answer = eve.post(f"{path}/suspend", {**sent, "days": "1"})
    assert answer.status_code == 409
    assert re.search(r"Dee, .+: Suspended", answer.text)
    assert eve.post(f"{path}/suspend", {**sent, "days": "1", "anyway": "1"}).status_code == 303


def test_a_facilitator_closes_a_discussion_as_it_was_shown(make: Make, visit: Any) -> None:
    essay = make.essay()
    fay, gil = (visit(make.user(name, role="facilitator")) for name in ("Fay", "Gil"))
    old = state_on(gil.get(f"/essays/{essay.slug}"))
    for change in ("close", "reopen"):
        assert fay.post(f"/essays/{essay.slug}/{change}", {"reason": ""}).status_code == 303
    answer = gil.post(f"/essays/{essay.slug}/close", {"reason": "Enough.", "state": old})
    assert answer.status_code == 409
    assert re.search(r"Fay, .+: Discussion opened again", answer.text)
    page = answer.get_data(as_text=True)
    assert 'value="Enough."' in page
    assert 'name="anyway" value="1"' in page, "the way to decide all the same"
    sent = {"reason": "Enough.", "state": old, "anyway": "1"}
    assert gil.post(f"/essays/{essay.slug}/close", sent).status_code == 303
    late = fay.post(f"/essays/{essay.slug}/close", {"reason": "Enough.", "state": state_on(answer)})
    assert late.status_code == 409
    assert "Decide anyway" not in late.text, "it is closed already"


def test_a_reason_that_is_too_long_is_kept_and_said(make: Make, visit: Any) -> None:
    essay = make.essay()
    fay = visit(make.user("Fay", role="facilitator"))
    answer = fay.post(f"/essays/{essay.slug}/close", {"reason": "long " * 100})
    assert answer.status_code == 422
    assert "long long" in answer.get_data(as_text=True)
    assert "Error:" in answer.text


def test_a_discussion_is_not_closed_by_a_page_from_before_it_was_opened_again(
    make: Make, dee: Any, eve: Any
) -> None:
    essay = make.essay()
    path = f"/moderation/essays/{essay.slug}"
    sent = {"reason": "heated", "state": state_on(eve.get(path))}
    assert dee.post(f"{path}/close", {"reason": "heated"}).status_code == 303
    assert dee.post(f"{path}/reopen", {"reason": "mistake"}).status_code == 303
    answer = eve.post(f"{path}/close", sent)
    assert answer.status_code == 409
    assert "Discussion opened again" in answer.text
    assert eve.post(f"{path}/close", {**sent, "anyway": "1"}).status_code == 303
