"""Many people at the same moment, and one person many times: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from forum.accounts.codes import MOST, AddressCode
from forum.accounts.models import User
from forum.db import db
from forum.drafts.models import Draft
from forum.moderation.models import Action, Report
from forum.privacy.models import Erasure
from forum.replies.models import Reply, ReplyVersion
from forum.replies.tallies import Tally
from forum.votes.models import Vote
from tests.cast import Make
from tests.rows import number_of

WHY = {"reason": "abuse"}
MANY = 50
AT_ONCE = 10


def together(acts: list[Callable[[], int]]) -> list[int]:
    """Do all the acts, ten at a time and starting at the same moment; return their statuses."""
    barrier = Barrier(AT_ONCE)

    def start(act: Callable[[], int]) -> int:
        barrier.wait(timeout=30)
        return act()

    assert len(acts) % AT_ONCE == 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(start, acts))


def sender(app: Flask, visitor: Any, path: str, data: dict[str, str]) -> Callable[[], int]:
    """Return an act that sends a form as the visitor would, from a browser window of its own."""
    cookie = visitor.client.get_cookie("session").value
    token = visitor.token

    def send() -> int:
        window = app.test_client()
        window.set_cookie("session", cookie)
        return int(window.post(path, data={**data, "csrf_token": token}).status_code)

    return send


def test_of_ten_who_ask_for_codes_to_one_address_at_once_three_get_one(
    app: Flask, visit: Any
) -> None:
    browsers = [visit() for _ in range(AT_ONCE)]
    for each in browsers:
        each.get("/sign-in")
    form = {"email": "ben@example.org"}
    assert set(together([sender(app, each, "/code/send", form) for each in browsers])) == {303}
    assert number_of(app, AddressCode) == MOST


def test_fifty_identical_votes_count_once(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    send = sender(app, visit(make.user("Cam")), f"/replies/{reply.id}/vote", {"value": "support"})
    assert set(together([send] * MANY)) == {303}
    assert make.fresh(reply).support == 1
    assert number_of(app, Vote) == 1


def test_fifty_voters_count_fifty(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    path = f"/replies/{reply.id}/vote"
    acts = [
        sender(app, visit(make.user()), path, {"value": ("support", "oppose")[n % 2]})
        for n in range(MANY)
    ]
    assert set(together(acts)) == {303}
    now = make.fresh(reply)
    assert (now.support, now.oppose) == (25, 25)
    assert number_of(app, Vote) == MANY


def test_a_reply_sent_ten_times_at_once_is_one_reply(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    data = {"lever": "policy", "title": "Once", "body": "Only once."}
    send = sender(app, visit(make.user("Ben")), f"/essays/{essay.slug}/reply", data)
    assert set(together([send] * AT_ONCE)) == {303}
    assert number_of(app, Reply) == 1
    assert number_of(app, ReplyVersion) == 1
    with app.app_context():
        assert db.session.scalar(select(func.sum(Tally.proposals))) == 1


def test_comments_at_once_are_all_counted(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    path = f"/replies/{reply.id}/comment"
    acts = [
        sender(app, visit(make.user()), path, {"stance": "refine", "body": f"Thought {n}."})
        for n in range(20)
    ]
    assert set(together(acts)) == {303}
    assert make.fresh(reply).comments == 20


def test_proposals_at_once_are_all_tallied(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    acts = [
        sender(
            app,
            visit(make.user()),
            f"/essays/{essay.slug}/reply",
            {"lever": "market", "title": f"Proposal {n}", "body": "A body."},
        )
        for n in range(20)
    ]
    assert set(together(acts)) == {303}
    with app.app_context():
        assert db.session.scalar(select(func.sum(Tally.proposals))) == 20


def test_two_moderators_act_once(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    acts = [
        sender(
            app,
            visit(make.user(role="moderator")),
            f"/moderation/{reply.id}/hide",
            {"reason": "spam"},
        )
        for _ in range(AT_ONCE)
    ]
    statuses = together(acts)
    assert sorted(set(statuses)) == [303, 409]
    assert statuses.count(303) == 1
    assert number_of(app, Action) == 1


def test_a_report_sent_ten_times_at_once_is_one(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    send = sender(app, visit(make.user("Cam")), f"/replies/{reply.id}/report", {"reason": "spam"})
    assert set(together([send] * AT_ONCE)) == {303}
    assert number_of(app, Report) == 1


def test_votes_and_an_edit_at_once_keep_the_counts(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, title="First")
    acts = [
        sender(app, visit(make.user()), f"/replies/{reply.id}/vote", {"value": "support"})
        for _ in range(9)
    ]
    edit = {"lever": "policy", "title": "Second", "body": "Changed."}
    acts.append(sender(app, visit(ben), f"/replies/{reply.id}/edit", edit))
    assert set(together(acts)) == {303}
    now = make.fresh(reply)
    assert (now.support, now.version, now.title) == (9, 2, "Second")


def test_of_pages_that_save_a_draft_at_once_one_does(app: Flask, make: Make, visit: Any) -> None:
    page, place = visit(make.user("Ben")), f"/essays/{make.essay().slug}/reply"
    acts = [
        sender(app, page, f"/drafts{place}", {"body": f"Text {n}", "draft": f"0.page-{n}"})
        for n in range(AT_ONCE)
    ]
    assert sorted(together(acts)) == [303] + [409] * (AT_ONCE - 1)
    assert number_of(app, Draft) == 1


def test_of_ten_administrators_who_leave_at_once_one_stays(
    app: Flask, make: Make, visit: Any
) -> None:
    people = [make.user(f"Ada {n}", role="admin") for n in range(AT_ONCE)]
    words = {"texts": "stay", "password": make.PASSWORD}
    acts = [sender(app, visit(each), "/account/leave", words) for each in people]
    assert sorted(together(acts)) == [303] * (AT_ONCE - 1) + [422]


def test_of_ten_times_that_one_leaves_at_once_one_is_done(
    app: Flask, make: Make, visit: Any
) -> None:
    leaving = {"texts": "stay", "password": Make.PASSWORD}
    send = sender(app, visit(make.user("Cam")), "/account/leave", leaving)
    assert together([send] * AT_ONCE).count(303) == 1
    assert number_of(app, Erasure) == 1


def test_of_administrators_who_suspend_each_other_at_once_one_stays(
    app: Flask, make: Make, visit: Any
) -> None:
    admins = [make.user(role="admin") for _ in range(AT_ONCE)]
    acts = [
        sender(app, visit(one), f"/moderation/people/{other.id}/suspend", {**WHY, "days": "7"})
        for one, other in zip(admins, [*admins[1:], admins[0]], strict=True)
    ]
    assert set(together(acts)) <= {303, 403, 409}
    with app.app_context():
        free = select(func.count(User.id)).where(User.suspended_until.is_(None))
        assert db.session.scalar(free)
