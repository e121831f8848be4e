"""After publishing: its author is told what happens next and when, and how to share and follow."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from forum.db import db
from forum.essays.models import Essay
from forum.web import dates
from tests.cast import Make

PROPOSAL = {"lever": "market", "title": "Pay on results", "body": "Count, then pay."}
SECTION = re.compile(r'<details class="what-next"( open)?>(.*?)</details>', re.DOTALL)


def change(app: Flask, essay: Essay, **values: Any) -> None:
    with app.app_context():
        db.session.execute(update(Essay).where(Essay.id == essay.id).values(**values))
        db.session.commit()


def section(page: Any) -> tuple[bool, str]:
    """Return whether the section stands open, and what it says; nothing where it is not there."""
    found = SECTION.search(page.get_data(as_text=True))
    return (bool(found[1]), " ".join(found[2].split())) if found else (False, "")


def publish(visitor: Any, essay: Essay, **words: str) -> str:
    answer = visitor.post(f"/essays/{essay.slug}/reply", {**PROPOSAL, **words})
    assert answer.status_code == 303
    return str(answer.location)


def test_ben_is_told_what_happens_next_and_when(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    with app.app_context():
        last = dates.today() + timedelta(days=9)
        closes = dates.end_of(last)
    change(app, essay, closes_at=closes)
    where = publish(ben, essay)
    is_open, said = section(ben.get(where))
    with app.test_request_context():
        assert dates.day(last) in said
    assert is_open
    assert "Readers support or oppose it" in said
    assert "brief" in said
    address = where.partition("#")[0]
    assert f'value="http://127.0.0.1:8000{address}"' in said
    assert f'href="{address}/feed.atom"' in said
    assert f'src="{address}/picture.png?v=1"' in said
    assert "A moderator reads it first" not in said
    is_open, again = section(ben.get(where))
    assert not is_open
    assert again == said


def test_whose_reply_waits_is_told_for_whom_and_how_long(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    change(app, essay, premoderation="full")
    is_open, said = section(ben.get(publish(ben, essay)))
    assert is_open
    assert "A moderator reads it first" in said
    assert "This should be done by" in said
    assert "no closing day" in said
    assert "share-link" not in said
    assert "picture.png" not in said


def test_a_comment_on_the_essay_is_told_of_no_votes(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    _open, said = section(ben.get(publish(ben, essay, lever="", title="")))
    assert "Readers comment" in said
    assert "support or oppose" not in said
    assert "picture.png" not in said


@pytest.mark.parametrize("who", ["stranger", "reader", "moderator"])
def test_nobody_else_is_told(make: Make, visit: Any, who: str) -> None:
    reply = make.proposal(make.essay(), make.user("Ben"))
    visitor = visit() if who == "stranger" else visit(make.user(role=who))
    assert section(visitor.get(f"/replies/{reply.id}")) == (False, "")


def test_when_all_is_over_nothing_comes_next(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(state="closed"), ben)
    assert section(visit(ben).get(f"/replies/{reply.id}")) == (False, "")
