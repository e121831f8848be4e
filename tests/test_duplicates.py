"""Possible duplicates: found by shared words, explained, dismissible, and in bounded time."""

from __future__ import annotations

from time import process_time
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from forum.db import db, now
from forum.moderation.duplicates import Dismissal, suggested_pairs
from forum.replies.models import Reply
from forum.replies.pairs import OFTEN, Text, candidates, compare, pairs
from forum.replies.writing import Content, stored
from tests.cast import Make

FEE = "Refund half the permit fee whenever the city misses its own date"
BACK = "When the city misses its date, refund the permit fee"
TEXT = "Clerks photocopy birth certificates because ministries never exchange their registers."


def shown(visitor: Any, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def found(app: Flask, essay: Any) -> list[tuple[int, int]]:
    with app.test_request_context():
        return [(each.first, each.second) for each in pairs(essay.id, (), 30)]


def test_like_titles_are_a_pair_that_says_why(app: Flask, make: Make, dee: Any) -> None:
    essay = make.essay()
    older = make.proposal(essay, title=FEE, body="Because.", support=2)
    newer = make.proposal(essay, title=BACK, body="So that.")
    make.proposal(essay, title="Let builders hire a private examiner", body="Faster.")
    assert found(app, essay) == [(older.id, newer.id)]
    page = shown(dee, f"/moderation/duplicates?essay={essay.slug}")
    assert "The titles share 6 of 6 words: Refund, permit, fee, city, misses, date." in page
    assert f'href="/moderation/{newer.id}/merge?into={older.id}"' in page, "the weaker goes"
    assert "Likeness: " in page
    assert page.count('class="lever-tag lever-policy"') == 2
    desk = shown(dee, f"/moderation/{newer.id}")
    assert f'href="/moderation/{newer.id}/merge?into={older.id}">Compare and merge' in desk


def test_like_texts_under_other_titles_are_a_pair(app: Flask, make: Make) -> None:
    essay = make.essay()
    one = make.proposal(essay, title="Ask only once", body=TEXT)
    other = make.proposal(essay, title="Stop the copying", body=f"{TEXT} Enough.")
    assert found(app, essay) == [(one.id, other.id)]


def test_only_what_is_shown_in_the_same_essay_is_compared(app: Flask, make: Make) -> None:
    essay, other = make.essay(), make.essay("Another")
    make.proposal(essay, title=FEE)
    make.proposal(essay, title=FEE, status="hidden")
    make.proposal(other, title=FEE)
    make.comment(essay, body=FEE)
    assert found(app, essay) == []


def test_a_pair_is_dismissed_and_suggested_again(app: Flask, make: Make, dee: Any) -> None:
    essay = make.essay()
    one, other = make.proposal(essay, title=FEE), make.proposal(essay, title=BACK)
    assert "misses, date, refund" in shown(dee, f"/moderation/{other.id}")
    for first, second in ((other, one), (one, other)):
        path = f"/moderation/duplicates/{first.id}/{second.id}/dismiss"
        assert dee.post(path).status_code == 303
    with app.app_context():
        assert suggested_pairs(essay) == []
        row = db.session.scalars(select(Dismissal)).one()
        assert (row.first_id, row.second_id) == (one.id, other.id)
    page = shown(dee, f"/moderation/duplicates?essay={essay.slug}")
    assert "Found to be no duplicates" in page
    assert "refund the permit fee" not in shown(dee, f"/moderation/{one.id}/merge")
    path = f"/moderation/duplicates/{other.id}/{one.id}/suggest"
    assert dee.post(path).status_code == 303
    assert found(app, essay) == [(one.id, other.id)]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Dismissal)) == 0


def test_nobody_dismisses_where_they_wrote_one(app: Flask, make: Make, visit: Any) -> None:
    essay, eve = make.essay(), make.user("Eve", role="moderator")
    one, other = make.proposal(essay, eve, title=FEE), make.proposal(essay, title=BACK)
    page = shown(visit(eve), "/moderation/duplicates")
    assert "You cannot moderate your own reply." in page
    path = f"/moderation/duplicates/{one.id}/{other.id}/dismiss"
    assert visit(eve).post(path).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Dismissal)) == 0


def test_what_is_no_pair_is_not_found(make: Make, dee: Any) -> None:
    essay, elsewhere = make.essay(), make.essay("Another")
    one, other = make.proposal(essay), make.proposal(elsewhere)
    for first, second in ((one.id, one.id), (one.id, other.id), (one.id, 999)):
        assert dee.post(f"/moderation/duplicates/{first}/{second}/dismiss").status_code == 404


def test_a_title_shared_by_many_costs_no_more(app: Flask) -> None:
    many = [Text.of(n, FEE, FEE.lower()) for n in range(2_000)]
    assert len(list(candidates(many))) == OFTEN * (OFTEN - 1) // 2


def test_an_essay_of_thousands_is_answered_in_a_second(app: Flask, make: Make) -> None:
    essay, ben = make.essay(), make.user("Ben")
    words = [f"wort{n:04}" for n in range(3_000)]
    with app.test_request_context():
        row = stored(Content("B", "policy", "T", "any", "improves"), "en")
        rows = []
        for n in range(4_000):
            said = " ".join(words[(n * k * k + 7 * k) % len(words)] for k in range(1, 30))
            title = said[:80].rpartition(" ")[0]
            rows.append(
                {
                    **row,
                    "title": title,
                    "search": f"{title} {said}",
                    "essay_id": essay.id,
                    "author_id": ben.id,
                    "fingerprint": str(n),
                    "created_at": now(),
                }
            )
        for start in range(0, len(rows), 1_000):
            db.session.execute(insert(Reply), rows[start : start + 1_000])
        began = process_time()
        suggested_pairs(essay)
        assert process_time() - began < 1.0
        db.session.rollback()


def test_a_part_of_a_title_is_less_alike_than_all_of_it() -> None:
    whole, same, part = (
        Text.of(n, title, title.lower())
        for n, title in enumerate((FEE, FEE, "Refund the permit fee"))
    )
    alike, less = compare(whole, same), compare(whole, part)
    assert alike is not None
    assert less is not None
    assert (alike.score, less.score < 100) == (100, True)
