"""Notices of before there were events are kept, down and up again."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from forum.db import db
from tests.cast import Make

NOW = (
    "SELECT n.user_id, e.kind, e.part_id, n.read_at FROM notices n "
    "JOIN events e ON e.id = n.event_id"
)


def rows(query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds, in order."""
    return sorted(map(tuple, db.session.execute(text(query))))


def test_notices_of_before_are_kept(app: Flask, make: Make, visit: Any) -> None:
    ben, zed, dee = make.user("Ben"), make.user("Zed"), make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), ben)
    make.report(reply, zed)
    make.decide("hide", reply, dee)
    with app.app_context():
        before = rows(NOW)
        db.session.remove()
        downgrade(revision="0031")
        downgrade(revision="-1")
        old = rows("SELECT user_id, about, action_id, read_at FROM notices")
        db.session.remove()
        upgrade()
        after = rows(NOW)
        unread = rows("SELECT user_id, unread FROM contacts WHERE unread > 0")
        db.session.remove()
    assert len(old) == 2
    assert before == after
    assert unread == [(ben.id, 1), (zed.id, 1)]
    assert "Hidden" in visit(zed).get("/notices").get_data(as_text=True)
    make.decide("restore", reply, dee)
    assert "Restored" in visit(zed).get("/notices").get_data(as_text=True)
