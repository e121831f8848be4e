"""Fay and Gus share a shortlist: they pick, put in order and annotate, and neither loses a word."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.briefs.models import Shortlist, ShortlistItem
from forum.briefs.shortlisting import MOST, Move, NotOnList, moved
from forum.briefs.shortlists import order_of
from forum.db import db
from forum.replies.models import Reply
from forum.votes.ranking import top
from tests.cast import Make
from tests.tables import HOSTILE
from tests.test_concurrency import sender, together


@pytest.fixture
def fay(make: Make) -> User:
    """Fay, who facilitates."""
    return make.user("Fay", role="facilitator")


@pytest.fixture
def gus(make: Make) -> User:
    """Gus, who facilitates with her."""
    return make.user("Gus", role="facilitator")


def items(app: Flask, shortlist: Shortlist) -> list[ShortlistItem]:
    """Return the items on the shortlist in their order."""
    with app.app_context():
        db.session.rollback()
        return order_of(db.session.get_one(Shortlist, shortlist.id))


def order(app: Flask, shortlist: Shortlist) -> list[int]:
    """Return the proposals on the shortlist in their order."""
    return [item.reply_id for item in items(app, shortlist)]


def address(item: ShortlistItem, deed: str) -> str:
    return f"/shortlists/{item.shortlist_id}/items/{item.id}/{deed}"


def three(make: Make) -> list[Reply]:
    """Make an essay with three proposals."""
    essay = make.essay()
    return [make.proposal(essay, support=n) for n in range(3)]


def test_fay_picks_from_the_page_and_comes_back_to_it(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    proposal = make.proposal(make.essay(), title="Publish waiting times", support=3, oppose=1)
    page = visit(fay)
    assert page.post("/shortlists", {"name": "For the minister", "essay": ""}).status_code == 303
    here = f"/essays/{proposal.essay.slug}"
    shown = page.get(here).get_data(as_text=True)
    found = re.search(r'formaction="(/shortlists/\d+/pick)" name="reply" value="(\d+)"', shown)
    assert found is not None
    answer = page.post(found[1], {"reply": found[2], "next": here})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{here}#reply-{proposal.id}"
    assert "On “For the minister”" in page.get(here).get_data(as_text=True)
    with app.app_context():
        item = db.session.scalars(select(ShortlistItem)).one()
    assert (item.support, item.oppose, item.neutral) == (3, 1, 0)
    assert item.score == pytest.approx(top(3, 1))
    assert item.picked_by_id == fay.id


def test_readers_see_no_pick_button(make: Make, visit: Any, fay: User) -> None:
    proposal = make.proposal(make.essay())
    make.shortlist(fay, proposal, name="Behind the scenes")
    for user in (None, make.user("Cam"), make.user("Dee", role="moderator")):
        for path in (f"/replies/{proposal.id}", f"/essays/{proposal.essay.slug}", "/proposals"):
            assert "hortlist" not in visit(user).get(path).get_data(as_text=True)


def test_the_counts_of_picking_stand_beside_todays(make: Make, visit: Any, fay: User) -> None:
    proposal = make.proposal(make.essay(), support=3)
    made = make.shortlist(fay, proposal)
    for _ in range(4):
        make.vote(make.user(), proposal)
    page = visit(fay).get(f"/shortlists/{made.id}").get_data(as_text=True)
    then, today = re.findall(r'<th scope="row">(?:When picked|Today)</th><td>(\d+)</td>', page)
    assert (then, today) == ("3", "7")


def test_picked_twice_is_picked_once(app: Flask, make: Make, visit: Any, fay: User) -> None:
    proposal = make.proposal(make.essay())
    made = make.shortlist(fay, proposal)
    make.vote(make.user(), proposal)
    answer = visit(fay).post(f"/shortlists/{made.id}/pick", {"reply": str(proposal.id)})
    assert answer.status_code == 303
    assert [item.support for item in items(app, made)] == [0]


def test_what_does_not_belong_is_refused(app: Flask, make: Make, visit: Any, fay: User) -> None:
    essay, other = make.essay("One"), make.essay("Other")
    made = make.shortlist(fay, essay=essay)
    wrong = [
        (make.proposal(other).id, 409),
        (make.comment(essay).id, 409),
        (make.proposal(essay, status="hidden").id, 410),
        (make.proposal(make.essay(state="draft")).id, 409),
        (10**6, 404),
        (2**70, 422),
        ("nonsense", 422),
    ]
    page = visit(fay)
    for reply, status in wrong:
        answer = page.post(f"/shortlists/{made.id}/pick", {"reply": str(reply)})
        assert answer.status_code == status, reply
    assert order(app, made) == []


def test_a_shortlist_may_span_several_essays(app: Flask, make: Make, fay: User) -> None:
    one, other = make.proposal(make.essay("One")), make.proposal(make.essay("Other"))
    assert order(app, make.shortlist(fay, one, other)) == [one.id, other.id]


def test_a_shortlist_is_full_at_some_point(app: Flask, make: Make, visit: Any, fay: User) -> None:
    essay, ben = make.essay(), make.user("Ben")
    made = make.shortlist(fay, *(make.proposal(essay, ben) for _ in range(MOST)))
    more = make.proposal(essay, ben)
    answer = visit(fay).post(f"/shortlists/{made.id}/pick", {"reply": str(more.id)})
    assert answer.status_code == 409
    assert str(MOST) in answer.get_data(as_text=True)


def test_buttons_move_an_item(app: Flask, make: Make, visit: Any, fay: User) -> None:
    a, b, c = three(make)
    made = make.shortlist(fay, a, b, c)
    page, last = visit(fay), items(app, made)[2]
    for to, expected in (
        ("up", [a, c, b]),
        ("top", [c, a, b]),
        ("up", [c, a, b]),
        ("down", [a, c, b]),
        ("bottom", [a, b, c]),
        ("down", [a, b, c]),
    ):
        answer = page.post(address(last, "move"), {"to": to})
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"#item-{last.id}")
        assert order(app, made) == [reply.id for reply in expected], to


def test_dragging_puts_it_in_front_of_another(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    a, b, c = three(make)
    made = make.shortlist(fay, a, b, c)
    first, second, third = items(app, made)
    answer = visit(fay).post(
        address(third, "move"),
        {"to": "before", "before": str(second.id)},
        headers={"Accept": "application/json"},
    )
    assert answer.json["order"] == [first.id, third.id, second.id]
    assert order(app, made) == [a.id, c.id, b.id]


def test_a_move_before_what_is_gone_is_a_conflict(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    made = make.shortlist(fay, *three(make))
    first, second, third = items(app, made)
    page = visit(fay)
    page.post(address(second, "remove"))
    to = {"to": "before", "before": str(second.id)}
    assert page.post(address(third, "move"), to).status_code == 409
    assert page.post(address(second, "move"), {"to": "up"}).status_code == 409
    assert page.post(address(first, "move"), {"to": "sideways"}).status_code == 422
    other = make.shortlist(fay)
    wrong = f"/shortlists/{other.id}/items/{first.id}"
    assert page.post(f"{wrong}/move", {"to": "up"}).status_code == 409
    assert page.post(f"{wrong}/note", {"note": "x", "version": "1"}).status_code == 404
    assert page.post(f"{wrong}/remove").status_code == 404


@given(st.lists(st.integers(1, 9), unique=True, min_size=1), st.data())
def test_moving_loses_nothing_and_keeps_the_others_in_order(numbers: list[int], data: Any) -> None:
    item = data.draw(st.sampled_from(numbers))
    to = data.draw(st.sampled_from(list(Move)))
    before = data.draw(st.sampled_from(numbers)) if to is Move.BEFORE else None
    new = moved(numbers, item, to, before)
    assert sorted(new) == sorted(numbers)
    assert [n for n in new if n != item] == [n for n in numbers if n != item]
    if before not in {None, item}:
        assert new.index(item) + 1 == new.index(before)
    with pytest.raises(NotOnList):
        moved(numbers, 99, to, before)


def test_taken_off_and_put_back_keeps_note_and_counts(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    a, b, c = three(make)
    made = make.shortlist(fay, a, b, c)
    page, second = visit(fay), items(app, made)[1]
    page.post(address(second, "note"), {"note": "Ask the union first.", "version": "1"})
    page.post(address(second, "remove"))
    assert order(app, made) == [a.id, c.id]
    assert "One proposal was removed" in page.get(f"/shortlists/{made.id}").get_data(as_text=True)
    make.vote(make.user(), b)
    page.post(address(second, "restore"))
    page.post(address(second, "restore"))
    assert order(app, made) == [a.id, c.id, b.id]
    back = items(app, made)[2]
    assert (back.note, back.support, back.removed_by_id) == ("Ask the union first.", 1, None)


def test_a_note_that_meets_a_newer_one_loses_neither(
    app: Flask, make: Make, visit: Any, fay: User, gus: User
) -> None:
    made = make.shortlist(fay, make.proposal(make.essay()))
    (item,) = items(app, made)
    hers, his = visit(fay), visit(gus)
    first = {"note": "Fay: ask the union.", "version": "1"}
    assert hers.post(address(item, "note"), first).status_code == 303
    answer = his.post(address(item, "note"), {"note": "Gus: cheap & quick.", "version": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Fay: ask the union." in page
    assert "Gus: cheap &amp; quick.</textarea>" in page
    assert 'name="version" value="2"' in page
    assert items(app, made)[0].note == "Fay: ask the union."
    assert his.post(address(item, "note"), {"note": "Both.", "version": "2"}).status_code == 303
    assert items(app, made)[0].note == "Both."


def test_a_note_sent_twice_is_one_change(app: Flask, make: Make, visit: Any, fay: User) -> None:
    made = make.shortlist(fay, make.proposal(make.essay()))
    (item,) = items(app, made)
    page, note = visit(fay), {"note": "Once.", "version": "1"}
    for _ in range(2):
        assert page.post(address(item, "note"), note).status_code == 303
    assert items(app, made)[0].version == 2


def test_a_note_too_long_or_tangled_is_kept_in_the_form(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    made = make.shortlist(fay, make.proposal(make.essay()))
    (item,) = items(app, made)
    for note in ("x" * 2001, "> " * 40 + "deep"):
        answer = visit(fay).post(address(item, "note"), {"note": note, "version": "1"})
        assert answer.status_code == 422
        assert "x" * 100 in answer.text or "deep</textarea>" in answer.text
    assert items(app, made)[0].note == ""


def test_hostile_words_stay_words(app: Flask, make: Make, visit: Any, fay: User) -> None:
    essay = make.essay()
    made = make.shortlist(
        fay,
        *(make.proposal(essay, title=" ".join(words.split())) for words in HOSTILE),
        name="<script>alert(1)</script>",
    )
    page = visit(fay)
    for item, words in zip(items(app, made), HOSTILE, strict=True):
        answer = page.post(address(item, "note"), {"note": words, "version": "1"})
        assert answer.status_code == 303, words
    shown = page.get(f"/shortlists/{made.id}").get_data(as_text=True)
    assert "<script>alert" not in shown
    assert "{{7*7}}" in shown


def test_a_hidden_proposal_is_not_shown_to_facilitators(make: Make, visit: Any, fay: User) -> None:
    proposal = make.proposal(make.essay(), title="An unbearable title", body="Unbearable words.")
    made = make.shortlist(fay, proposal)
    dee = visit(make.user("Dee", role="moderator"))
    dee.post(f"/moderation/{proposal.id}/hide", {"reason": "abuse"})
    page = visit(fay).get(f"/shortlists/{made.id}").get_data(as_text=True)
    assert "nbearable" not in page
    assert "briefs leave it out" in page


def test_a_name_is_taken_once(app: Flask, make: Make, visit: Any, fay: User, gus: User) -> None:
    one, other = make.shortlist(fay, name="One"), make.shortlist(fay, name="Other")
    page, rename = visit(gus), f"/shortlists/{other.id}/rename"
    again = page.post("/shortlists", {"name": "ONE", "essay": ""})
    assert again.headers["Location"].endswith(f"/shortlists/{one.id}")
    assert page.post(rename, {"name": "one", "was": "Other"}).status_code == 422
    assert page.post(rename, {"name": "", "was": "Other"}).status_code == 422
    assert page.post(rename, {"name": "Third", "was": "Other"}).status_code == 303
    assert page.post(rename, {"name": "Fourth", "was": "Other"}).status_code == 409
    with app.app_context():
        assert set(db.session.scalars(select(Shortlist.name))) == {"One", "Third"}


def test_twenty_picks_at_once_all_stand_once(
    app: Flask, make: Make, visit: Any, fay: User, gus: User
) -> None:
    essay, made = make.essay(), make.shortlist(fay)
    replies = [make.proposal(essay) for _ in range(10)]
    windows = [visit(fay), visit(gus)]
    acts = [
        sender(app, window, f"/shortlists/{made.id}/pick", {"reply": str(reply.id)})
        for reply in replies
        for window in windows
    ]
    assert set(together(acts)) == {303}
    assert sorted(order(app, made)) == [reply.id for reply in replies]
    assert sorted(item.position for item in items(app, made)) == list(range(1, 11))


def test_moves_picks_and_notes_at_once_lose_nothing(
    app: Flask, make: Make, visit: Any, fay: User, gus: User
) -> None:
    essay = make.essay()
    made = make.shortlist(fay, *(make.proposal(essay) for _ in range(8)))
    late = [make.proposal(essay) for _ in range(4)]
    windows, listed = [visit(fay), visit(gus)], items(app, made)
    acts = [
        sender(app, windows[n % 2], address(item, "move"), {"to": ("top", "down")[n % 2]})
        for n, item in enumerate(listed)
    ]
    acts += [
        sender(app, windows[n % 2], address(item, "note"), {"note": f"Note {n}", "version": "1"})
        for n, item in enumerate(listed)
    ]
    acts += [
        sender(app, windows[0], f"/shortlists/{made.id}/pick", {"reply": str(reply.id)})
        for reply in late
    ]
    assert set(together(acts)) == {303}
    found = items(app, made)
    assert {item.reply_id for item in found} == {i.reply_id for i in listed} | {r.id for r in late}
    assert {item.note for item in found} == {"", *(f"Note {n}" for n in range(8))}


def test_ten_notes_at_once_are_one_note_and_nine_conflicts(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    made = make.shortlist(fay, make.proposal(make.essay()))
    (item,) = items(app, made)
    window = visit(fay)
    acts = [
        sender(app, window, address(item, "note"), {"note": f"Note {n}", "version": "1"})
        for n in range(10)
    ]
    statuses = together(acts)
    assert (statuses.count(303), statuses.count(409)) == (1, 9)
    assert items(app, made)[0].version == 2


def test_a_shortlist_sent_ten_times_at_once_is_one(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    send = sender(app, visit(fay), "/shortlists", {"name": "Once", "essay": ""})
    assert set(together([send] * 10)) == {303}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Shortlist)) == 1
