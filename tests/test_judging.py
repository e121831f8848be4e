"""Judging one by one: what comes next, what was judged, and what undoing takes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.essays.opening import close
from forum.replies.models import Reply
from forum.replies.writing import set_status
from forum.votes.judged import MARKS_MOST, JudgedSoFar
from forum.votes.judging import judge
from forum.votes.judging_order import AHEAD, SKIPS_MOST, Visit, in_need, next_to_judge
from forum.votes.models import Value, Vote
from tests.cast import Make
from tests.plans import plan

NUMBER = re.compile(r'data-number="(\d+)"')


def walk(app: Flask, essay: Essay, user: User | None = None, seed: str = "one") -> list[int]:
    """Return the proposals in the order in which they come to one who skips them all."""
    visit, seen = Visit(seed), []
    with app.app_context():
        person = judge(db.session.get_one(User, user.id)) if user else None
        while (number := next_to_judge(essay.id, person, visit)) and number not in seen:
            seen.append(number)
            visit = visit.past(number)
        db.session.rollback()
    return seen


def test_every_proposal_comes_once_and_none_of_ones_own(app: Flask, make: Make) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    own = make.proposal(essay, ben)
    others = [make.proposal(essay) for _ in range(6)]
    make.vote(ben, others[0], "oppose")
    make.proposal(essay, status="hidden")
    make.proposal(essay, status="waiting")
    make.proposal(make.essay("Another"))
    make.comment(essay)
    left = walk(app, essay, ben)
    assert sorted(left) == sorted(each.id for each in others[1:])
    assert sorted(walk(app, essay, cam)) == sorted([own.id, *(each.id for each in others)])
    assert sorted(walk(app, essay)) == sorted(walk(app, essay, cam))


def test_the_order_stays_within_a_visit_and_differs_between_two(app: Flask, make: Make) -> None:
    essay, cam = make.essay(), make.user("Cam")
    made = [make.proposal(essay) for _ in range(12)]
    first = walk(app, essay, cam)
    assert walk(app, essay, cam) == first
    assert len({tuple(walk(app, essay, cam, f"visit{n}")) for n in range(5)}) == 5
    make.vote(make.user(), made[3])
    after = walk(app, essay, cam)
    others = [each for each in first if each != made[3].id]
    assert [each for each in after if each != made[3].id] == others, "a vote moves that one alone"


def test_what_needs_more_eyes_comes_sooner_and_nothing_never(app: Flask, make: Make) -> None:
    essay = make.essay()
    known = make.proposal(essay, support=30, oppose=30)
    fresh = [make.proposal(essay) for _ in range(3)]
    firsts = Counter(walk(app, essay, seed=f"s{n}")[0] for n in range(200))
    assert min(firsts[each.id] for each in fresh) > 30
    assert firsts[known.id] < 10
    assert known.id in walk(app, essay), "what many judged comes too, only later"


def test_what_could_still_turn_out_well_is_favoured(app: Flask, make: Make) -> None:
    essay = make.essay()
    liked, disliked = make.proposal(essay, support=4), make.proposal(essay, oppose=4)
    firsts = Counter(walk(app, essay, seed=f"s{n}")[0] for n in range(100))
    assert firsts[liked.id] > 90
    assert firsts[liked.id] + firsts[disliked.id] == 100


def test_what_was_skipped_comes_last_in_the_order_of_skipping(app: Flask, make: Make) -> None:
    essay, cam = make.essay(), make.user("Cam")
    made = [make.proposal(essay) for _ in range(4)]
    visit = Visit("one")
    for each in made[:3]:
        visit = visit.past(each.id)
    with app.app_context():
        person = judge(db.session.get_one(User, cam.id))
        assert next_to_judge(essay.id, person, visit) == made[3].id
    make.vote(cam, made[3])
    make.vote(cam, made[0])
    with app.app_context():
        assert next_to_judge(essay.id, person, visit) == made[1].id
        assert next_to_judge(essay.id, person, visit.past(made[1].id)) == made[2].id


def test_an_address_is_read_as_far_as_it_can_be() -> None:
    read = Visit.from_query
    assert read({}) is None  # type: ignore[arg-type]
    assert read({"seed": "../x"}) is None  # type: ignore[arg-type]
    many = ".".join(map(str, range(1, SKIPS_MOST + 6)))
    assert read({"seed": "a", "skipped": f"{many}.5"}).skipped[0] == 6  # type: ignore[arg-type, union-attr]
    odd = read({"seed": "a", "skipped": f"3.x.-1.0.3.{10**30}.7"})  # type: ignore[arg-type]
    assert odd == Visit("a", (3, 7))
    assert Visit("a", (3, 7)).past(3).query() == {"seed": "a", "skipped": "7.3"}


def shown(page: Any) -> int:
    """Return the number of the proposal that a page shows; 0 where there is none."""
    found = NUMBER.search(page.get_data(as_text=True))
    return int(found[1]) if found else 0


def test_a_person_judges_undoes_and_comes_to_the_end(make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    made = {each.id: each for each in (make.proposal(essay, support=2) for _ in range(3))}
    browser = visit(cam)
    start = browser.get(f"/essays/{essay.slug}/judge")
    assert start.status_code == 302
    here = start.location
    judged = []
    for n in range(3):
        page = browser.get(here)
        number = shown(page)
        assert number not in judged
        words = page.get_data(as_text=True)
        assert f"{n} of 3 judged" in words
        assert made[number].title in words
        before = words.split("Just judged")[0]
        assert "support likely" not in before, "how others judged comes after"
        assert ("Just judged" in words) is bool(n)
        answer = browser.post(f"/replies/{number}/vote", {"value": "oppose", "next": here})
        assert answer.location == f"{here}#reply-{number}"
        judged.append(number)
    end = browser.get(here).get_data(as_text=True)
    assert "You have judged every proposal" in end
    assert "Write the proposal you did not find" in end
    assert all(each.title in end for each in made.values())
    assert end.count("support likely") == 3
    undone = browser.post(f"/essays/{essay.slug}/judge/undo?seed=a", {"reply": str(judged[-1])})
    assert undone.status_code == 303
    assert shown(browser.get(undone.location)) == judged[-1], "it comes back at once"
    assert make.fresh(made[judged[-1]]).oppose == 0


def test_undoing_twice_takes_back_one(app: Flask, make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    made = [make.proposal(essay) for _ in range(2)]
    for each in made:
        make.vote(cam, each)
    browser = visit(cam)
    for _ in range(2):
        sent = {"reply": str(made[1].id)}
        answer = browser.post(f"/essays/{essay.slug}/judge/undo", sent, follow_redirects=True)
    assert "There is nothing to undo." in answer.get_data(as_text=True)
    assert [make.fresh(each).support for each in made] == [1, 0]
    browser.post(f"/essays/{essay.slug}/judge/undo", {})
    assert make.fresh(made[0]).support == 0, "without a name, the last one"


def test_undo_reaches_no_other_discussion_nor_what_is_closed(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, cam = make.essay(), make.user("Cam")
    here, there = make.proposal(essay), make.proposal(make.essay("Another"))
    for each in (here, there):
        make.vote(cam, each)
    browser = visit(cam)
    browser.post(f"/essays/{essay.slug}/judge/undo", {"reply": str(there.id)})
    assert make.fresh(there).support == 1
    with app.app_context():
        close(db.session.get_one(Essay, essay.id), None, "Time is up.")
        db.session.commit()
    answer = browser.post(f"/essays/{essay.slug}/judge/undo", {"reply": str(here.id)})
    assert answer.status_code == 403
    assert make.fresh(here).support == 1
    closed = browser.get(f"/essays/{essay.slug}/judge?seed=a").get_data(as_text=True)
    assert "There is nothing to judge here now" in closed
    assert here.title in closed, "what one judged stays to be seen"
    assert "/judge/undo" not in closed


def test_what_was_merged_or_hidden_meanwhile_comes_no_more(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, dee = make.essay(), make.user("Dee", role="moderator")
    gone, other = make.proposal(essay), make.proposal(essay)
    browser = visit(make.user("Cam"))
    address = f"/essays/{essay.slug}/judge?seed=a&at={gone.id}"
    assert shown(browser.get(address)) == gone.id
    make.decide("hide", gone, dee)
    page = browser.get(address)
    assert shown(page) == other.id
    assert "0 of 1 judged" in page.get_data(as_text=True)


def test_a_stranger_looks_through_it_without_a_cookie_and_keeps_the_vote(
    make: Make, visit: Any
) -> None:
    essay = make.essay()
    for _ in range(3):
        make.proposal(essay)
    stranger, seen = visit(), []
    address = stranger.get(f"/essays/{essay.slug}/judge").location
    for _ in range(4):
        page = stranger.get(address)
        assert "Set-Cookie" not in page.headers
        words = page.get_data(as_text=True)
        seen.append(shown(page))
        assert "3 proposals to judge" in words
        assert "support-bar" not in words
        skip = re.search(r'href="([^"]+)"[^>]*data-skip', words)
        assert skip is not None
        address = skip[1].replace("&amp;", "&")
    assert sorted(seen[:3]) == sorted(set(seen))
    assert seen[3] == seen[0], "the first that was skipped is the first to come back"
    here = address.split("#")[0]
    refused = stranger.client.post(
        f"/replies/{seen[0]}/vote", data={"value": "support", "next": here}
    )
    assert refused.status_code == 401
    assert "Your vote is kept: Support" in refused.get_data(as_text=True)
    assert here.replace("&", "&amp;") in refused.get_data(as_text=True).replace("\\u0026", "&amp;")


@pytest.mark.parametrize("state", ["open", "closed"])
def test_an_empty_discussion_has_nothing_to_judge(make: Make, visit: Any, state: str) -> None:
    essay = make.essay(state=state)
    for who in (None, make.user("Cam")):
        words = visit(who).get(f"/essays/{essay.slug}/judge?seed=a").get_data(as_text=True)
        assert "There is nothing for you to judge yet" in words or state == "closed"
        assert shown(visit(who).get(f"/essays/{essay.slug}/judge?seed=a")) == 0
    page = visit(None).get(f"/essays/{essay.slug}").get_data(as_text=True)
    assert "/judge" not in page


def test_the_only_proposal_is_not_its_authors_to_judge(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    own = make.proposal(essay, ben)
    words = visit(ben).get(f"/essays/{essay.slug}/judge?seed=a").get_data(as_text=True)
    assert "0 of 0 judged" in words
    assert "You cannot judge your own proposal" in words
    assert shown(visit(make.user("Cam")).get(f"/essays/{essay.slug}/judge?seed=a")) == own.id


def test_the_essay_leads_to_it_from_its_question_and_its_foot(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay)
    page = visit().get(f"/essays/{essay.slug}").get_data(as_text=True)
    assert page.count(f'href="/essays/{essay.slug}/judge"') == 3, "head, end and foot bar"
    assert page.count("Judge them one by one") == 2


def test_a_strip_has_a_mark_for_each_and_lengths_where_there_are_too_many() -> None:
    said = [(1, Value.SUPPORT), (2, Value.OPPOSE), (3, Value.SUPPORT)]
    few = JudgedSoFar(said, 5)
    assert few.strip[Value.SUPPORT] == "M0 0h3v12h-3zM8 0h3v12h-3z"
    assert few.strip[Value.OPPOSE] == "M4 6h3v6h-3z"
    assert (few.number, few.to_come, few.counts[Value.NEUTRAL]) == (3, 2, 0)
    many = JudgedSoFar(said, MARKS_MOST + 1)
    assert many.strip[Value.SUPPORT] == "M0 0h8v12h-8z"
    assert many.strip[Value.OPPOSE] == "M8 6h4v6h-4z"


@pytest.mark.one_database
def test_of_ten_thousand_a_few_are_looked_at(
    app: Flask, make: Make, visit: Any, statements: Callable[[Any, str], list[str]]
) -> None:
    essay, cam = make.essay(), make.user("Cam")
    make.crowd(essay, [(0, 0)] * 10_000)
    elsewhere = make.essay("Another")
    make.crowd(elsewhere, [(0, 0)] * 2_000)
    with app.app_context():
        db.session.execute(update(Reply).values(draw=Reply.id * 7_919 % 1_000_003))
        judged = db.session.scalars(
            db.select(Reply.id).where(Reply.essay_id == essay.id).order_by(Reply.id).limit(100)
        ).all()
        rows = [
            {
                "reply_id": number,
                "user_id": cam.id,
                "essay_id": essay.id,
                "value": "support",
                "version": 1,
            }
            for number in judged
        ]
        db.session.execute(db.insert(Vote), rows)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        person = judge(db.session.get_one(User, cam.id))
        query = in_need(essay.id, person, (judged[0], judged[1]))
        steps = plan(query)
        assert len(db.session.execute(query).all()) == AHEAD
        db.session.rollback()
    assert "ix_replies_eyes_essay" in steps
    whole = r"(?i)seq scan on (replies|votes)\b|temp b-tree|\bsort\b|scan replies(?! using)"
    assert not re.search(whole, steps), steps
    browser = visit(cam)
    page = browser.get(f"/essays/{essay.slug}/judge?seed=a")
    assert "100 of 10,000 judged" in page.get_data(as_text=True)
    assert len(statements(browser, f"/essays/{essay.slug}/judge?seed=a")) <= 20
    assert len(page.data) < 40_000


def test_a_proposal_that_waits_again_leaves_the_count(app: Flask, make: Make, visit: Any) -> None:
    essay, cam = make.essay(), make.user("Cam")
    one, _other = make.proposal(essay), make.proposal(essay)
    make.vote(cam, one)
    with app.app_context():
        held = db.session.get_one(Reply, one.id)
        set_status(held, "waiting")
        db.session.commit()
    words = visit(cam).get(f"/essays/{essay.slug}/judge?seed=a").get_data(as_text=True)
    assert "0 of 1 judged" in words
