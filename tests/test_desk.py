"""The desk: numbers that agree with the list, its orders, what is told before a decision, and what
comes after one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import Moderator, User
from forum.db import db, now
from forum.moderation import queue, queue_counts
from forum.moderation.models import Action
from forum.moderation.queue_filter import QueueFilter
from forum.replies.models import Reply, reply_for_update
from forum.replies.reviews import Review, Why, open_review
from tests.cast import Make
from tests.rows import rows_of


def ask(app: Flask, reply: Reply, why: Why) -> None:
    """Put a reply into the queue as one that waits or was changed."""
    with app.app_context():
        held = reply_for_update(reply.id)
        assert held is not None
        open_review(held, why)
        db.session.commit()


def listed(page: str) -> list[int]:
    """Return the replies in the list, in its order."""
    return [int(number) for number in re.findall(r'<li id="review-(\d+)"', page)]


def mixed(app: Flask, make: Make) -> list[Reply]:
    """Make a queue of every kind: one reported twice, one gravely and late, one waiting, one that
    was changed after it was hidden, and a comment."""
    essay, other = make.essay("One"), make.essay("Two")
    twice = make.proposal(essay, make.user("Zoë Marchand"), title="Twice", lever="market")
    grave = make.proposal(other, title="Grave")
    waits = make.proposal(essay, title="Waiting", status="waiting")
    changed = make.proposal(essay, title="Changed", status="hidden")
    remark = make.comment(grave, body="An unkind remark about ferries.")
    for reason in ("spam", "off_topic"):
        make.report(twice, reason=reason)
    make.report(grave, reason="personal")
    ask(app, waits, Why.WAITING)
    ask(app, changed, Why.APPEAL)
    make.report(remark, reason="abuse")
    with app.app_context():
        late = {"due_at": now() - timedelta(hours=1), "opened_at": now() - timedelta(days=2)}
        db.session.execute(update(Review).where(Review.reply_id == grave.id).values(late))
        db.session.commit()
    return [twice, grave, waits, changed, remark]


FILTERS = [
    {},
    {"why": "reported"},
    {"why": "waiting"},
    {"late": "1"},
    {"reason": "spam"},
    {"reason": "abuse", "why": "reported"},
    {"essay": "two"},
    {"lever": "comment"},
    {"age": "day"},
    {"q": "ferries"},
    {"q": "zoe marchand", "lever": "market"},
    {"essay": "two", "reason": "spam"},
]


def test_every_number_is_that_of_the_list_it_stands_beside(app: Flask, make: Make) -> None:
    mixed(app, make)
    user = User(role="moderator")
    with app.app_context():
        for given in FILTERS:
            chosen = QueueFilter.from_query(given)
            counts = queue_counts.counts(chosen, user)
            for other in [chosen, *(QueueFilter.from_query({**given, **o}) for o in FILTERS)]:
                if other.q == chosen.q:
                    shown, _following = queue.page_of(other, user, "")
                    assert counts.number(other) == len(shown), (chosen, other)


def test_the_numbers_stand_in_the_heading_the_masthead_and_each_filter(
    app: Flask, make: Make, dee: Any
) -> None:
    mixed(app, make)
    page = dee.get("/moderation").text
    assert "<h1>Queue: 5</h1>" in page
    assert '<b class="count">5<' in page
    for said in ("All <b>5</b>", "Reported <b>3</b>", "Waiting <b>1</b>", "Late <b>1</b>"):
        assert said in page
    assert "<h1>Queue: 1</h1>" in dee.get("/moderation?q=ferries").text
    assert '<b class="count">5<' in dee.get("/").text


def test_a_moderator_of_one_discussion_counts_only_its_reviews(
    app: Flask, make: Make, visit: Any
) -> None:
    replies = mixed(app, make)
    gus = make.user("Gus")
    with app.app_context():
        db.session.add(Moderator(essay_id=replies[1].essay_id, user_id=gus.id))
        db.session.commit()
    page = visit(gus).get("/moderation").text
    assert "<h1>Queue: 2</h1>" in page
    assert set(listed(page)) == {replies[1].id, replies[4].id}


def test_the_orders_and_their_pages(
    app: Flask, make: Make, dee: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice, grave, waits, changed, remark = (each.id for each in mixed(app, make))
    monkeypatch.setattr(queue, "PAGE", 2)
    expected = {
        "oldest": [grave, twice, waits, changed, remark],
        "most": [twice, grave, remark, waits, changed],
        "gravest": [grave, remark, twice, waits, changed],
    }
    for order, numbers in expected.items():
        found: list[int] = []
        address = f"/moderation?sort={order}"
        for _page in range(3):
            page = dee.get(address).text
            found += listed(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following[1].replace("&amp;", "&") if following else address
        assert found == numbers, order
        opened = dee.get(f"/moderation?sort={order}&item={numbers[2]}").text
        assert "<b>3 of 5</b>" in opened
        assert re.search(rf'rel="prev" href="[^"]*item={numbers[1]}"', opened)
        assert re.search(rf'rel="next" href="[^"]*item={numbers[3]}"', opened)


def test_a_comment_shows_the_words_it_answers(app: Flask, make: Make, dee: Any) -> None:
    essay = make.essay()
    first = make.comment(make.proposal(essay, title="Ferries"), body="Only fools take the ferry.")
    answer = make.comment(first, body="Speak for yourself.")
    make.report(answer, reason="abuse")
    assert "Only fools take the ferry." in dee.get(f"/moderation?item={answer.id}").text


def test_an_appeal_shows_why_it_was_hidden(app: Flask, make: Make, dee: Any, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    sent = {"reason": "abuse", "note": "No insults please."}
    dee.post(f"/moderation/{reply.id}/hide", sent)
    edit = {"lever": "policy", "title": "Kinder", "body": "Kinder words."}
    visit(ben).post(f"/replies/{reply.id}/edit", edit)
    page = dee.get(f"/moderation?item={reply.id}").text
    why = page[page.index("case-hidden") :]
    assert "Abusive" in why
    assert "No insults please." in why


def test_a_report_comes_with_what_became_of_its_makers_earlier_ones(make: Make, dee: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    moderator = make.user("Eve", role="moderator")
    for verdict in ("hide", "hide", "keep"):
        reply = make.proposal(essay)
        make.report(reply, cam)
        make.decide(verdict, reply, moderator)
    reply = make.proposal(essay)
    make.report(reply, cam)
    said = "Earlier reports: 3; moderators agreed with 2."
    assert said in dee.get(f"/moderation?item={reply.id}").text


def test_a_ready_note_speaks_the_language_of_the_reply(
    app: Flask, make: Make, dee: Any, visit: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, body="Les bureaux publient les délais. " * 5)
    with app.app_context():
        db.session.execute(update(Reply).values(language="fr"))
        db.session.commit()
    sent = {"reason": "unclear", "ready_note": "source", "note": "Page 3."}
    assert dee.post(f"/moderation/{reply.id}/ask_rewrite", sent).status_code == 303
    (asked,) = rows_of(app, Action)
    assert asked.note == "Veuillez indiquer d’où viennent les chiffres.\n\nPage 3."


def test_hiding_and_suspending_is_one_decision_and_one_undo(
    app: Flask, make: Make, dee: Any
) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    make.report(reply)
    sent = {"reason": "abuse", "days": "7"}
    assert dee.post(f"/moderation/{reply.id}/hide_and_suspend", sent).status_code == 303
    assert [each.kind for each in rows_of(app, Action)] == ["hide", "suspend"]
    with app.app_context():
        assert db.session.get_one(User, ben.id).is_suspended
    page = dee.get("/moderation").text
    numbers = re.findall(r'name="action" value="(\d+)"', page)
    assert len(numbers) == 2
    dee.post("/moderation/undo", {"action": numbers, "reason": "mistake"})
    assert "Do all again" in dee.get("/moderation").text
    with app.app_context():
        assert not db.session.get_one(User, ben.id).is_suspended
    assert make.fresh(reply).status == "visible"


def test_one_may_hide_but_not_suspend_a_colleague(make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay(), make.user("Eve", role="moderator"))
    make.report(reply)
    assert "hide_and_suspend" not in dee.get(f"/moderation?item={reply.id}").text
    sent = {"reason": "abuse", "days": "7"}
    assert dee.post(f"/moderation/{reply.id}/hide_and_suspend", sent).status_code == 403
    assert make.fresh(reply).status == "visible"


def test_what_is_undone_offers_no_undo(app: Flask, make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay())
    dee.post(f"/moderation/{reply.id}/lock", {"reason": "heated"})
    first = rows_of(app, Action)[0].id
    dee.post(f"/moderation/actions/{first}/undo", {"reason": "mistake"})
    for path in (f"/moderation/{reply.id}", f"/moderation/people/{reply.author_id}", "/moderation"):
        page = dee.get(path).text
        assert f"/moderation/actions/{first}/undo" not in page, path
        assert f'name="action" value="{first}"' not in page, path


def test_undoing_many_lists_what_could_not_be(app: Flask, make: Make, dee: Any) -> None:
    essay = make.essay()
    one, two = make.proposal(essay), make.proposal(essay)
    chosen = {"reason": "spam", "item": [f"{each.id}:1" for each in (one, two)]}
    dee.post("/moderation/bulk/hide", chosen)
    numbers = [str(each.id) for each in rows_of(app, Action)]
    make.decide("restore", two, make.user("Eve", role="moderator"), "fits")
    answer = dee.post("/moderation/undo", {"action": numbers, "reason": "mistake"})
    assert answer.status_code == 200
    assert "1 of 2 done." in answer.text
    assert [make.fresh(each).status for each in (one, two)] == ["visible", "visible"]
    assert dee.post("/moderation/undo", {"action": "x", "reason": "mistake"}).status_code == 422


def test_a_decision_goes_on_with_the_next_that_nobody_has(
    app: Flask, make: Make, dee: Any, visit: Any
) -> None:
    essay = make.essay()
    first, second, third = (make.proposal(essay) for _ in range(3))
    for reply in (first, second, third):
        make.report(reply)
    visit(make.user("Eve", role="moderator")).post(f"/moderation/{second.id}/hold")
    page = dee.get(f"/moderation?item={first.id}&why=reported").text
    onward = re.search(r'name="next" value="([^"]*past=[^"]*)"', page)
    assert onward
    sent = {"reason": "spam", "next": onward[1].replace("&amp;", "&")}
    answer = dee.post(f"/moderation/{first.id}/hide", sent)
    assert answer.location == f"/moderation?why=reported&item={third.id}"
    with app.app_context():
        review = db.session.scalars(select(Review).where(Review.reply_id == third.id)).one()
        assert review.held_by_id is not None, "and it is Dee's from that moment"


def test_without_a_reason_the_usual_one_is_taken_and_no_other(
    app: Flask, make: Make, dee: Any
) -> None:
    reply = make.proposal(make.essay())
    make.report(reply, reason="abuse")
    assert dee.post(f"/moderation/{reply.id}/hide", {}).status_code == 422
    assert dee.post(f"/moderation/{reply.id}/hide", {"usual": "abuse"}).status_code == 303
    assert dee.post(f"/moderation/{reply.id}/restore", {"usual": "abuse"}).status_code == 303
    assert [each.reason for each in rows_of(app, Action)] == ["abuse", "fits"]


def test_a_decision_leads_back_to_where_one_was(make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay())
    page = dee.get(f"/replies/{reply.id}").text
    there = re.search(rf'href="(/moderation/{reply.id}\?next=[^"]+)"', page)
    assert there
    desk = dee.get(there[1]).text
    onward = re.findall(r'name="next" value="([^"]+)"', desk[desk.index('class="verdict"') :])[0]
    answer = dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam", "next": onward})
    assert answer.location == f"/replies/{reply.id}"


def test_what_a_colleague_decided_meanwhile_says_so_and_leads_on(make: Make, dee: Any) -> None:
    essay = make.essay()
    first, second = make.proposal(essay), make.proposal(essay)
    for reply in (first, second):
        make.report(reply)
    make.decide("hide", first, make.user("Eve", role="moderator"))
    page = dee.get(f"/moderation?item={first.id}").text
    assert "It does not stand in the queue." in page
    assert re.search(rf'rel="next" href="/moderation\?item={second.id}"', page)


def test_the_keys_on_the_page_are_those_that_work(app: Flask, make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay())
    make.report(reply)
    for path in ("/moderation", f"/moderation?item={reply.id}", f"/moderation/{reply.id}"):
        page = dee.get(path).text
        legend = page[page.index('id="keys"') :]
        told = set(re.findall(r"<kbd>(?:⇧ )?(.)</kbd>", legend)) - set("?jnix.")
        there = set(re.findall(r'data-key="([^"]+)"', page)) - set("o.")
        assert told == there, path


def test_each_person_can_switch_keys_off(make: Make, dee: Any) -> None:
    make.report(make.proposal(make.essay()))
    assert "data-keys=" in dee.get("/moderation").text
    assert dee.post("/account", {"name": "Dee D.", "keys": "off"}).status_code == 303
    assert "data-keys=" not in dee.get("/moderation").text
    dee.post("/account", {"name": "Dee"})
    assert "data-keys=" not in dee.get("/moderation").text, "a form without it changes nothing"
