"""Words in the lists of a draft: what was imported into it is found before it is published."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.cast import Make

TEXTS = {
    "Open the archives": ("en", "Every minute of the council."),
    "Close the bridge": ("en", "It costs more than an archive would."),
    "Ouvrir la municipalité": ("fr", "Aux habitants, le samedi."),
}
FOUND = {
    "archive": {"Open the archives", "Close the bridge"},
    "archives council": {"Open the archives"},
    '"the archives"': {"Open the archives"},
    '"archives every"': set[str](),
    "archive -bridge": {"Open the archives"},
    "municipaux": {"Ouvrir la municipalité"},
    "habitant": {"Ouvrir la municipalité"},
    "zeppelin": set[str](),
}


@pytest.fixture
def essay(app: Flask, make: Make) -> Essay:
    """A discussion with three proposals, open so far."""
    found, ben = make.essay("Roads"), make.user("Ben")
    for title, (language, body) in TEXTS.items():
        reply = make.proposal(found, ben, title=title, body=body)
        with app.app_context():
            db.session.get_one(Reply, reply.id).language = language
            db.session.commit()
    return found


def titles(visitor: Any, essay: Essay, q: str) -> set[str]:
    page = visitor.get(f"/essays/{essay.slug}", query_string={"q": q})
    text = page.get_data(as_text=True)
    return {title for title in TEXTS if f"{title}</a>" in text}


@pytest.mark.parametrize("q", FOUND)
def test_a_draft_is_searched_as_the_index_would(
    app: Flask, make: Make, visit: Any, essay: Essay, q: str
) -> None:
    fay = visit(make.user("Fay", role="facilitator"))
    assert titles(fay, essay, q) == FOUND[q], "by the index"
    with app.app_context():
        db.session.get_one(Essay, essay.id).stored_state = "draft"
        db.session.commit()
    assert titles(fay, essay, q) == FOUND[q], "without it"
