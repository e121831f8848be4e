"""Page one of a list, however long the list: paired in one run, the short one as the baseline.

``FORUM_BENCH_PROPOSALS`` says how many proposals the long list holds (20,000 without it).
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from forum.db import db, now
from forum.replies.filters import Filter, Sort
from forum.replies.listing import cards
from forum.replies.models import Reply
from forum.votes.ranking import scores
from tests.cast import Make

LONG = int(os.environ.get("FORUM_BENCH_PROPOSALS", "20000"))


def fill(app: Flask, make: Make, proposals: int) -> int:
    """Fill an essay with proposals of every score; return its number."""
    essay, ben = make.essay(), make.user("Ben")
    rows = [
        {
            "essay_id": essay.id,
            "author_id": ben.id,
            "lever": "policy",
            "title": f"Title {n}",
            "body": "Body.",
            "body_html": "",
            "excerpt": "Body.",
            "renderer": "",
            "search": "",
            "jurisdiction": "any",
            "ambition": "improves",
            "fingerprint": str(n),
            "created_at": now(),
            "top": scores(n % 97, n % 31, 0).top,
        }
        for n in range(proposals)
    ]
    with app.app_context():
        db.session.execute(insert(Reply), rows)
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    return essay.id


@pytest.mark.parametrize("proposals", [100, LONG], ids=["baseline", "long"])
def test_page_one_of_top(app: Flask, make: Make, benchmark: Any, proposals: int) -> None:
    essay_id = fill(app, make, proposals)
    with app.app_context():
        found = benchmark(lambda: cards(Filter(), essay_id, 20, Sort.TOP))
    assert len(found) == 20
