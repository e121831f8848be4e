"""HTML of an older renderer is made anew; what is current stays untouched."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from forum.db import db
from forum.essays.models import Essay
from forum.replies import commands
from forum.replies.models import Reply
from forum.words import html
from tests.cast import Make


def age(app: Flask) -> None:
    """Make everything look as if an older and careless version had rendered it."""
    with app.app_context():
        for kind in (Essay, Reply):
            db.session.execute(
                update(kind).values(renderer="0", body_html="<p>old <script>x</script></p>")
            )
        db.session.commit()


def test_what_an_older_version_rendered_is_rendered_anew(
    app: Flask, runner: FlaskCliRunner, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "CHUNK", 2)
    essay = make.essay(body="# A *queue*")
    replies = [make.proposal(essay, body=f"It is *late*, {n} times.") for n in range(5)]
    age(app)
    done = runner.invoke(args=["rerender"])
    assert "Essays: 1 rendered anew." in done.output
    assert "Replies: 5 rendered anew." in done.output
    for before in replies:
        now = make.fresh(before)
        assert (now.body_html, now.excerpt) == (before.body_html, before.excerpt)
        assert (now.renderer, now.version) == (html.RENDERER, before.version)
    with app.app_context():
        again = db.session.get_one(Essay, essay.id)
        assert again.body_html == essay.body_html
        assert again.version > essay.version


def test_nothing_is_rendered_twice(runner: FlaskCliRunner, make: Make) -> None:
    make.proposal(make.essay())
    done = runner.invoke(args=["rerender"])
    assert "Essays: 0 rendered anew." in done.output
    assert "Replies: 0 rendered anew." in done.output


def test_what_became_too_tangled_is_sanitised(
    app: Flask, runner: FlaskCliRunner, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = make.proposal(make.essay(), body="*" * 50)
    age(app)
    monkeypatch.setattr(html, "MAX_MARKS", 10)
    html._render.cache_clear()
    done = runner.invoke(args=["rerender"])
    assert f"The reply {reply.id} is too tangled to render" in done.output
    assert "<script>" not in make.fresh(reply).body_html
