"""What stands where a text was."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, cast, literal

from ..replies.models import Reply
from ..replies.writing import Content, content_of

MARK = "erased:"
"""What the fingerprint of a reply begins with whose text was erased."""


def mark_of(reply: Reply) -> str:
    """Return the fingerprint of a reply whose text was erased, until other words are written."""
    return f"{MARK}{reply.id}:{reply.version}"


def is_erased() -> ColumnElement[bool]:
    """Return the condition that a reply says nothing but that its text was erased."""
    number, version = cast(Reply.id, String), cast(Reply.version, String)
    return Reply.fingerprint == literal(MARK) + number + ":" + version


def tombstone(reply: Reply) -> Content:
    """Return what stands in the place of a reply's text, in its language; its tags stay."""
    with force_locale(reply.language):
        title, body = _("Text erased"), _("The text that stood here was erased.")
    return replace(
        content_of(reply),
        body=body,
        title=title if reply.is_proposal else None,
        trade_off="" if reply.is_proposal and reply.trade_off is not None else None,
        evidence=[],
    )


def nobodys_name() -> str:
    """Return what somebody is called who left, in the reader's language."""
    return _("Former member")
