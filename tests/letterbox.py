"""What became of letters: those that wait, those kept as files, and the links in them."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from forum.db import db, now
from forum.mail.models import Letter
from forum.mail.outbox import send_next


def waiting(app: Flask) -> list[Letter]:
    """Return the letters in the outbox, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def sent(app: Flask, most: int = 20) -> int:
    """Let the worker send what is due; return how many letters it took in hand."""
    taken = 0
    with app.app_context():
        while taken < most and send_next():
            taken += 1
    return taken


def later(app: Flask, **ago: float) -> None:
    """Let time pass over the outbox; without a measure, until everything in it is due again."""
    with app.app_context():
        values = {"next_at": now() - timedelta(seconds=1)}
        if ago:
            values["made_at"] = now() - timedelta(**ago)
        db.session.execute(update(Letter).values(values))
        db.session.commit()


def folder(app: Flask) -> Path:
    """Return where letters are kept as files."""
    return Path(app.instance_path) / "mail"


def kept(app: Flask) -> list[EmailMessage]:
    """Return the letters that were kept as files, and take them away."""
    found = []
    for path in sorted(folder(app).glob("*.eml")):
        found.append(message_from_bytes(path.read_bytes(), policy=policy.default))
        path.unlink()
    return found


def text(letter: EmailMessage, kind: str = "plain") -> str:
    """Return what a letter says, as text or as HTML."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link(letter: EmailMessage) -> str:
    """Return the path of the link in a letter, as the site knows it."""
    found = re.search(r"^http://127\.0\.0\.1:8000(/reset/\S+)$", text(letter), re.MULTILINE)
    assert found is not None
    return found[1]
