"""The queue: what stands in it, in which order, behind which filter, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from forum.accounts.models import User
from forum.db import db, now
from forum.moderation import queue, records
from forum.moderation.counting import check_reviews, mend_reviews
from forum.moderation.models import Action, Report
from forum.moderation.queue_filter import QueueFilter
from forum.replies.models import Reply
from forum.replies.reviews import TARGETS, Review, Why
from tests.cast import Make
from tests.plans import plan


def order(page: str, *titles: str) -> list[str]:
    """Return the titles in the order in which the list shows them."""
    places = {title: page.find(f'dir="auto">{title}</span>') for title in titles}
    return sorted((title for title in titles if places[title] >= 0), key=lambda each: places[each])


def test_reports_waiting_posts_and_appeals_are_one_list_oldest_first(
    make: Make, visit: Any, dee: Any
) -> None:
    ben = make.user("Ben")
    essay = make.essay(premoderation="open")
    hidden = make.proposal(essay, ben, title="Hidden before", status="hidden")
    reported = make.proposal(essay, title="Reported twice")
    for _ in range(2):
        visit(make.user()).post(f"/replies/{reported.id}/report", {"reason": "abuse"})
    edit = {"lever": "policy", "title": "Hidden before", "body": "Now without the insult."}
    visit(ben).post(f"/replies/{hidden.id}/edit", edit)
    page = dee.get("/moderation").text
    assert order(page, "Hidden before", "Reported twice") == ["Reported twice", "Hidden before"]
    assert "Abusive 2" in page
    assert "<b>Appealed</b>" in page
    assert "<ins>Now" in dee.get(f"/moderation/{hidden.id}").text


def test_at_the_desk_the_reports_come_first_and_give_the_reason(make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay(), body="Buy my tea.")
    make.report(reply, reason="duplicate")
    page = dee.get(f"/moderation/{reply.id}").text
    places = (">Reports<", "my tea", 'class="verdict"')
    reports, said, decide = (page.find(each) for each in places)
    assert 0 < reports < said < decide
    assert '<option value="" selected>As said: A duplicate</option>' in page
    make.decide("keep", reply, make.user(role="moderator"))
    page = dee.get(f"/moderation/{reply.id}").text
    assert ">Reports<" not in page
    assert "As said: A duplicate" not in page


def test_filters_stand_in_the_address(app: Flask, make: Make, visit: Any, dee: Any) -> None:
    essay, other = make.essay("One"), make.essay("Two")
    spam = make.proposal(essay, title="Spam here", lever="market")
    abuse = make.proposal(other, title="Abuse there")
    cam = visit(make.user("Cam"))
    cam.post(f"/replies/{spam.id}/report", {"reason": "spam"})
    cam.post(f"/replies/{abuse.id}/report", {"reason": "abuse"})
    with app.app_context():
        old = {"opened_at": now() - timedelta(days=2)}
        db.session.execute(update(Review).where(Review.reply_id == abuse.id).values(old))
        db.session.commit()
    for query, expected in [
        ("", ["Abuse there", "Spam here"]),
        ("reason=spam", ["Spam here"]),
        ("essay=two", ["Abuse there"]),
        ("lever=market", ["Spam here"]),
        ("lever=comment", []),
        ("why=waiting", []),
        ("why=reported&age=day", ["Abuse there"]),
        ("reason=nonsense&after=nonsense", ["Abuse there", "Spam here"]),
    ]:
        page = dee.get(f"/moderation?{query}").text
        assert order(page, "Spam here", "Abuse there") == expected, query


def test_the_title_of_the_queue_says_what_it_is_kept_to(make: Make, dee: Any) -> None:
    make.essay("One waits")
    for query, said in [
        ("", "Queue: 0"),
        ("why=appeal&q=tea", "Queue: 0 – Appealed, containing “tea”"),
        ("late=1&lever=comment", "Queue: 0 – Late, None: a comment"),
        (
            "essay=one-waits&reason=spam&age=week",
            "Queue: 0 – One waits, Advertising or spam, More than a week",
        ),
        ("lever=market&after=1", "Queue: 0 – Market – continued"),
        ("reason=nonsense", "Queue: 0"),
    ]:
        page = dee.get(f"/moderation?{query}").text
        assert f"<title>{said} – Circle Back</title>" in page, query


def test_what_comes_back_stands_where_the_reply_is_now(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    """Dee hides a comment, makes it a proposal, moves it, and only then takes the hiding back."""
    here, there = make.essay("Here"), make.essay("There")
    reply = make.comment(here)
    make.report(reply)
    dee.post(f"/moderation/{reply.id}/hide", {"reason": "spam"})
    tags = {"lever": "market", "jurisdiction": "any", "ambition": "improves"}
    sent = {"reason": "misplaced", "title": "Sell the queue", **tags}
    dee.post(f"/moderation/{reply.id}/to_proposal", sent)
    dee.post(f"/moderation/{reply.id}/move", {"reason": "misplaced", "essay": there.slug})
    with app.app_context():
        hidden = db.session.scalar(select(Action.id).where(Action.kind == "hide"))
    dee.post(f"/moderation/actions/{hidden}/undo", {"reason": "mistake"})
    for query, expected in [
        ("", ["Sell the queue"]),
        ("essay=there", ["Sell the queue"]),
        ("essay=here", []),
        ("lever=market", ["Sell the queue"]),
        ("lever=comment", []),
    ]:
        assert order(dee.get(f"/moderation?{query}").text, "Sell the queue") == expected, query


def test_one_decision_on_many_with_a_result_each(
    app: Flask, make: Make, visit: Any, dee: Any
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    good, edited, held = (make.proposal(essay, ben, title=t) for t in ("Good", "Edited", "Held"))
    own = make.proposal(essay, make.user("Eve", role="moderator"), title="Not hers")
    with app.app_context():
        author = db.session.get_one(User, own.author_id)
    for reply in (good, edited, held, own):
        visit(make.user()).post(f"/replies/{reply.id}/report", {"reason": "spam"})
    visit(ben).post(
        f"/replies/{edited.id}/edit", {"lever": "policy", "title": "Edited", "body": "Anew."}
    )
    dee.post(f"/moderation/{held.id}/hold")
    eve = visit(author)
    chosen = [f"{each.id}:1" for each in (good, edited, held, own)] + ["999999:1", "nonsense"]
    answer = eve.post("/moderation/bulk/hide", {"reason": "spam", "item": chosen})
    page = answer.text
    assert answer.status_code == 200
    assert "1 of 5 done" in page
    for said in (
        "The case has changed since you opened it",
        "Dee is looking at this now.",
        "You cannot moderate your own reply.",
        "There is no such reply.",
    ):
        assert said in page
    statuses = [make.fresh(each).status for each in (good, edited, held, own)]
    assert statuses == ["hidden", "visible", "visible", "visible"]
    with app.app_context():
        assert len(list(db.session.scalars(select(Action)))) == 1


def test_bulk_without_a_reason_or_a_choice_does_nothing(app: Flask, make: Make, dee: Any) -> None:
    reply = make.proposal(make.essay())
    for data in ({"item": [f"{reply.id}:1"]}, {"reason": "spam"}):
        assert dee.post("/moderation/bulk/hide", data).status_code == 422
    assert make.fresh(reply).status == "visible"


def fill(app: Flask, make: Make, number: int) -> None:
    """Put so many reported replies into the queue, and as many decided ones behind them."""
    essay, author = make.essay(), make.user("Ben")
    authors = [make.user().id for _ in range(20)]
    reporter = make.user("Cam")
    begin = now() - timedelta(days=30)
    with app.app_context():
        first = make.proposal(essay, author)
        start = first.id + 1
        shared = {c.name: getattr(first, c.name) for c in Reply.__table__.columns}
        for chunk in range(0, number, 5_000):
            span = range(chunk, min(chunk + 5_000, number))
            db.session.execute(
                insert(Reply),
                [
                    {**shared, "id": start + n, "fingerprint": str(n), "author_id": authors[n % 20]}
                    for n in span
                ],
            )
            db.session.execute(
                insert(Review),
                [
                    {
                        "reply_id": start + n,
                        "essay_id": essay.id,
                        "lever": "policy",
                        "why": "reported",
                        "version": 1,
                        "reports": 1,
                        "spam": n % 2,
                        "abuse": (n + 1) % 2,
                        "opened_at": begin + timedelta(seconds=n),
                        "due_at": begin + TARGETS[Why.REPORTED],
                    }
                    for n in span
                ],
            )
            db.session.execute(
                insert(Report),
                [
                    {
                        "reply_id": start + n,
                        "essay_id": essay.id,
                        "reporter_id": reporter.id,
                        "version": 1,
                        "reason": ("abuse", "spam")[n % 2],
                        "note": "A note.",
                    }
                    for n in span
                ],
            )
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(
                text("SELECT setval('replies_id_seq', (SELECT max(id) FROM replies))")
            )
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def test_a_page_costs_the_same_at_any_length(
    app: Flask, make: Make, dee: Any, statements: Any
) -> None:
    fill(app, make, 40)
    few = len(statements(dee, "/moderation?reason=spam"))
    with app.app_context():
        db.session.execute(text("DELETE FROM reviews"))
        db.session.commit()
    fill(app, make, 5_000)
    assert len(statements(dee, "/moderation?reason=spam")) == few
    assert few <= 12
    middle = f"{int((now() - timedelta(days=29, hours=23, minutes=30)).timestamp() * 1e6)}-1"
    assert len(statements(dee, f"/moderation?after={middle}")) <= few + 1


@pytest.mark.parametrize(
    ("chosen", "index"),
    [(QueueFilter(), "ix_reviews_oldest"), (QueueFilter(reason="spam"), "ix_reviews_spam")],
)
def test_the_list_is_read_off_an_index(
    app: Flask, make: Make, chosen: QueueFilter, index: str
) -> None:
    fill(app, make, 3_000)
    with app.app_context():
        admin = User(role="admin")
        for after in (
            "",
            f"{int((now() - timedelta(days=29, hours=23, minutes=40)).timestamp() * 1e6)}-7",
        ):
            query = queue.open_reviews(chosen, admin, after).with_only_columns(Review.id).limit(21)
            steps = plan(query)
            assert index in steps or (after and "ix_reviews_" in steps), steps
            assert "TEMP B-TREE" not in steps, steps
            assert "Sort" not in steps, steps


def test_stored_numbers_are_checked_and_mended(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    for reason in ("spam", "spam", "abuse"):
        visit(make.user()).post(f"/replies/{reply.id}/report", {"reason": reason})
    with app.app_context():
        assert check_reviews([reply.id]) == []
        db.session.execute(update(Review).values(spam=7, reports=1))
        wrong = check_reviews([reply.id])
        assert [(each.column, each.stored, each.counted) for each in wrong] == [
            ("reports", 1, 3),
            ("spam", 7, 2),
        ]
        mend_reviews(wrong)
        assert check_reviews([reply.id]) == []


def test_a_record_is_counted_so_far_and_no_further(
    make: Make, dee: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    for status in ("visible", "visible", "visible", "visible", "hidden"):
        make.proposal(essay, ben, status=status)
    assert "5 replies" in dee.get(f"/moderation/people/{ben.id}").text
    monkeypatch.setattr(records, "MOST", 3)
    page = dee.get(f"/moderation/people/{ben.id}").text
    assert "At least 4 replies" in page
    assert "Hidden: 1<" in page


def test_numbers_that_are_typed_in_other_digits_are_none(make: Make, visit: Any) -> None:
    dee = visit(make.user("Dee", role="moderator"))
    make.proposal(make.essay())
    for number in ("²", "١", "1²", "-1", "0", str(2**63)):
        sent = {"reason": "spam", "item": f"{number}:"}
        assert dee.post("/moderation/bulk/hide", sent).status_code in (200, 422), number
        assert dee.post("/notices/read", {"until": number}).status_code == 303, number
